"""Projects: made, tried, opened."""

from screens import Visit, press, sound, texts, work_off
from streamlit.testing.v1 import AppTest

from codeclm.pipeline.ownership import owned
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.store import runs


def test_a_new_project_leads_to_its_models(empty: Studio, visit: Visit) -> None:
    app = visit("start/projects", project=None)
    app.text_input[0].set_value("  support   answers ")
    press(app, "Create project")
    assert [card.name for card in empty.projects()] == ["support answers"]
    assert app.title[0].value == "Models"
    assert app.query_params["project"] == "1"


def test_a_name_that_is_taken_is_said_with_a_hint(full: Studio, visit: Visit) -> None:
    app = visit("start/projects")
    app.text_input[0].set_value("Sample: customer support")
    press(app, "Create project")
    assert "already" in texts(app)
    assert "Choose another name" in texts(app)
    assert len(full.projects()) == 1


def test_try_it_makes_a_sample_that_says_it_is_simulated(empty: Studio, visit: Visit) -> None:
    app = press(visit("start/projects", project=None), "Try it")
    assert app.title[0].value == "Metadata"
    assert "simulated" in texts(app)
    assert empty.projects()[0].seeds == 25
    work_off(empty)
    assert empty.projects()[0].metadata > 10


def test_open_goes_to_the_next_step(full: Studio, visit: Visit) -> None:
    app = visit("start/projects", project=None)
    app.button("open-1").click().run()
    assert sound(app).title[0].value == "Review"


def test_a_name_is_not_read_as_markdown(empty: Studio, visit: Visit) -> None:
    name = "![x](http://127.0.0.1:9/x.png) \u202egnp"
    empty.create_project(name)
    app = visit("start/projects", project=None)
    shown = [item.value for item in app.text]
    assert "![x](http://127.0.0.1:9/x.png) ⟨U+202E⟩gnp" in shown
    assert not any("![x]" in item.value for item in app.markdown)


def type_name(app: AppTest, name: str) -> AppTest:
    """Type a name where it is asked for, and press the button."""
    next(box for box in app.text_input if box.label == "Type the project's name").set_value(name)
    return press(app, "Delete project")


def test_a_project_is_deleted_once_its_name_is_typed(full: Studio, visit: Visit) -> None:
    app = press(visit("start/projects"), "Delete …")
    assert "This goes: 25 seeds" in texts(app)
    app = type_name(app, "sample")
    assert "That is not the project's name." in texts(app)
    assert len(full.projects()) == 1
    app = type_name(app, "Sample: customer support")
    assert "**Delete a project**" in texts(app)
    work_off(full)
    assert full.projects() == []
    assert "No project yet." in texts(sound(app.run()))


def test_a_project_can_be_kept_after_all(full: Studio, visit: Visit) -> None:
    app = press(press(visit("start/projects"), "Delete …"), "Keep it")
    assert "This goes:" not in texts(app)
    assert len(full.projects()) == 1


def test_a_name_with_hidden_characters_is_typed_as_it_is_shown(empty: Studio, visit: Visit) -> None:
    empty.create_project("\u202egnp")
    app = press(visit("start/projects", project=None), "Delete …")
    type_name(app, "⟨U+202E⟩gnp")
    work_off(empty)
    assert empty.projects() == []


def test_a_project_at_work_is_not_deleted_and_says_what_to_do(full: Studio, visit: Visit) -> None:
    (run, *_) = full.runs()
    with owned(full.store):
        with full.store.writing() as db:
            runs.set_state(db, run.id, RunState.RUNNING)
        app = type_name(press(visit("start/projects"), "Delete …"), "Sample: customer support")
    assert "Something of this project is at work." in texts(app)
    assert "Stop it first" in texts(app)
    assert len(full.projects()) == 1


def test_a_backup_says_where_it_lies(full: Studio, visit: Visit) -> None:
    app = visit("start/projects")
    assert "Database: " in texts(app)
    app = press(app, "Back up")
    assert "**Back up the database**" in texts(app)
    work_off(full)
    (path,) = (full.path.parent / "backups").iterdir()
    assert f": {path}" in texts(sound(app.run()))
    with Studio(path) as copied:
        assert copied.projects() == full.projects()
