"""Projects: made, tried, opened."""

from screens import Visit, press, sound, texts

from codeclm.pipeline.studio import Studio


def test_a_new_project_leads_to_its_models(empty: Studio, visit: Visit) -> None:
    app = visit("start/projects", project=None)
    app.text_input[0].set_value("  support   answers ")
    press(app, "Create project")
    assert [card.name for card in empty.projects()] == ["support answers"]
    assert app.subheader[0].value == "Models"
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
    assert app.subheader[0].value == "Metadata"
    assert "simulated" in texts(app)
    assert empty.projects()[0].seeds == 25


def test_open_goes_to_the_next_step(full: Studio, visit: Visit) -> None:
    app = visit("start/projects", project=None)
    app.button("open-1").click().run()
    assert sound(app).subheader[0].value == "Review"


def test_a_name_is_not_read_as_markdown(empty: Studio, visit: Visit) -> None:
    name = "![x](http://127.0.0.1:9/x.png) \u202egnp"
    empty.create_project(name)
    app = visit("start/projects", project=None)
    shown = [item.value for item in app.text]
    assert "![x](http://127.0.0.1:9/x.png) ⟨U+202E⟩gnp" in shown
    assert not any("![x]" in item.value for item in app.markdown)
