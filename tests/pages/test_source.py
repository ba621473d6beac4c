"""Source: seeds and metadata come in, and what did not is said."""

import pytest
from screens import Visit, press, sound, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Brief, Status
from codeclm.store import jobs
from codeclm.ui import intake


def start(studio: Studio) -> Project:
    return studio.create_project("new")


def paste(app, rows: str):
    next(area for area in app.text_area if area.label.startswith("Or paste")).set_value(rows)
    return press(app, "Read what is pasted")


def test_pasted_lines_become_seeds(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    app = paste(visit("create/source"), "Write a haiku.\nExplain TCP.\nWrite a haiku.\n\n")
    told = texts(app)
    assert "2 seeds" in told
    assert "1 exact duplicate" in told
    press(app, "Import 2 seeds")
    assert [seed.text for seed in project.seeds(9)] == ["Write a haiku.", "Explain TCP."]


def test_fields_are_mapped_and_previewed(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    rows = '{"task": "Translate", "more": "Hallo"}\n{"task": "Sum up", "more": ""}'
    app = paste(visit("create/source"), rows)
    assert "Choose the field that holds the instruction." in texts(app)
    field, own_input = app.selectbox[0], app.selectbox[1]
    field.set_value("task").run()
    own_input = app.selectbox[1]
    own_input.set_value("more").run()
    press(app, "Import 2 seeds")
    assert [seed.text for seed in project.seeds(9)] == ["Translate\n\nHallo", "Sum up"]


def test_an_uploaded_file_is_read(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    app = visit("create/source")
    app.file_uploader[0].upload("a.csv", b"instruction,n\nFirst,1\nSecond,2\n", "text/csv").run()
    press(sound(app), "Import 2 seeds")
    assert [(seed.text, seed.file, seed.line) for seed in project.seeds(9)] == [
        ("First", "a.csv", 2),
        ("Second", "a.csv", 3),
    ]


def test_a_broken_file_is_said_with_its_line(empty: Studio, visit: Visit) -> None:
    start(empty)
    app = paste(visit("create/source"), '{"instruction": "one"}\n{"instruction": ')
    assert "line 2" in texts(app)


def test_seed_text_is_shown_as_text(empty: Studio, visit: Visit) -> None:
    start(empty)
    app = paste(visit("create/source"), "![x](http://127.0.0.1:9/a.png) $x$\u200b")
    assert "![x](http://127.0.0.1:9/a.png) $x$⟨U+200B⟩" in [item.value for item in app.text]


def test_the_task_is_written_by_hand_from_a_template(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    app = visit("create/source", way="task")
    press(app, "Fill in")
    area = next(area for area in app.text_area if area.label.startswith("One line a use case"))
    assert area.value.count("\n") == 11
    area.set_value("refunds: billing terms, clear explanation\n- triage: urgency assessment")
    press(app, "Add as approved metadata")
    assert [(entry.use_case, entry.skills) for entry in project.metadata(Status.APPROVED)] == [
        ("refunds", ("billing terms", "clear explanation")),
        ("triage", ("urgency assessment",)),
    ]


def test_a_line_without_skills_is_refused_with_its_number(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    app = visit("create/source", way="task")
    area = next(area for area in app.text_area if area.label.startswith("One line a use case"))
    area.set_value("refunds: billing terms\nnothing here")
    press(app, "Add as approved metadata")
    assert "line 2" in texts(app).lower()
    assert project.metadata() == []


def test_a_sample_gives_seeds_and_metadata(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    app = visit("create/source", way="sample")
    press(app, "Import its 25 seeds")
    press(app, "Add its 12 metadata entries")
    assert project.card().seeds == 25
    assert project.card().metadata == 12


def test_the_brief_is_kept(project: Project, visit: Visit) -> None:
    app = visit("create/source")
    next(area for area in app.text_area if area.label == "Product").set_value("A shop.")
    next(item for item in app.text_input if item.label.startswith("Language")).set_value("German")
    press(app, "Save brief")
    assert project.wording.brief == Brief("A shop.", language="German")


def test_both_models_may_answer_under_the_brief(project: Project, visit: Visit) -> None:
    app = visit("create/source")
    next(area for area in app.text_area if area.label == "Product").set_value("A shop.")
    app.toggle[0].set_value(True)
    press(app, "Save brief")
    settings = project.wording.fill(project.runs()[0].settings)
    assert "A shop." in settings.respond_system
    assert visit("create/source").toggle[0].value is True


def test_seeds_are_removed_only_when_the_word_is_typed(project: Project, visit: Visit) -> None:
    app = visit("create/source")
    assert next(button for button in app.button if button.label == "Remove").disabled
    next(item for item in app.text_input if item.label.startswith("Type remove")).set_value(
        "remove"
    ).run()
    press(app, "Remove")
    assert project.card().seeds == 0
    assert project.card().metadata == 22


def test_the_input_beside_an_instruction_is_proposed(project: Project, visit: Visit) -> None:
    app = visit("create/source")
    rows = '{"instruction": "Name it.", "input": "A red bird", "output": "x"}\n' * 2
    paste(app, rows)
    (own,) = [box for box in app.selectbox if box.label.startswith("Field of its input")]
    assert own.value == "input"
    assert any("A red bird" in item.value for item in app.text)


def test_a_chat_is_offered_by_what_the_user_says_first(project: Project, visit: Visit) -> None:
    app = visit("create/source")
    turns = '[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]'
    paste(app, f'{{"messages": {turns}}}')
    (field,) = [box for box in app.selectbox if box.label == "Field of the instruction"]
    assert field.value == "messages"
    assert field.options[0] == "messages, what the user says first — Hello?"


def test_what_was_brought_survives_a_reload_until_it_is_put_away(
    empty: Studio, visit: Visit
) -> None:
    start(empty)
    rows = '{"task": "Translate", "more": "Hallo"}\n{"task": "Sum up", "more": ""}'
    app = paste(visit("create/source"), rows)
    app.selectbox[0].set_value("more").run()
    assert app.query_params["field"] == "more"
    again = visit("create/source", field="more")
    assert "pasted text" in texts(again)
    assert "JSONL · utf-8 · 2 lines" in texts(again)
    assert again.selectbox[0].value == "more"
    assert "Import 1 seed" in [button.label for button in again.button]
    press(again, "Put it away")
    assert "Nothing is read yet." in texts(again)
    assert "field" not in again.query_params


def test_a_large_file_is_imported_by_the_worker(
    empty: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SMALL", 10)
    project = start(empty)
    app = paste(visit("create/source"), "Write a haiku.\nExplain TCP.")
    press(app, "Import 2 seeds")
    assert project.card().seeds == 0
    assert "**Import seeds**" in texts(app)
    work_off(empty)
    sound(app.run())
    assert project.card().seeds == 2
    assert "Nothing is read yet." in texts(app)


def test_why_a_large_import_failed_is_said_beside_its_file(
    empty: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SMALL", 10)
    project = start(empty)
    app = paste(visit("create/source"), "Write a haiku.\nExplain TCP.")
    press(app, "Import 2 seeds")
    (job,) = empty.jobs.listed()
    with empty.store.writing() as db:
        jobs.end(db, job.id, "failed", "The disk is full.")
    assert "The disk is full." in texts(sound(app.run()))
    assert project.uploads.kept() is not None


def test_seeds_are_listed_page_by_page_with_their_file(empty: Studio, visit: Visit) -> None:
    project = start(empty)
    app = paste(visit("create/source"), "\n".join(f"Question {n}" for n in range(45)))
    press(app, "Import 45 seeds")
    assert "Question 19" in texts(app)
    assert "Question 20" not in texts(app)
    visited = visit("create/source")
    visited.session_state["seeds-page"] = 3
    sound(visited.run())
    assert "pasted text 45  Question 44" in texts(visited)
    assert project.card().seeds == 45


def test_a_file_that_another_tab_has_brought_is_not_imported_unseen(
    empty: Studio, visit: Visit
) -> None:
    project = start(empty)
    app = paste(visit("create/source"), "Write a haiku.\nExplain TCP.")
    button = next(item for item in app.button if item.label == "Import 2 seeds")
    project.uploads.keep("other.txt", b"Another question")
    button.click().run()
    assert project.card().seeds == 0
    assert project.uploads.kept() is not None
    assert "Import 1 seed" in [item.label for item in sound(app).button]


def test_the_chosen_field_outlives_an_import_that_was_stopped(
    empty: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SMALL", 10)
    start(empty)
    rows = '{"instruction": "One", "prompt": "Two"}\n{"instruction": "Three", "prompt": "Four"}'
    app = paste(visit("create/source"), rows)
    app.selectbox[0].set_value("prompt").run()
    press(app, "Import 2 seeds")
    (job,) = empty.jobs.listed()
    empty.jobs.stop(job)
    sound(app.run())
    assert app.selectbox[0].value == "prompt"


def test_an_import_that_was_interrupted_is_said_for_its_file_alone(
    empty: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SMALL", 10)
    project = start(empty)
    app = paste(visit("create/source"), "Write a haiku.\nExplain TCP.")
    press(app, "Import 2 seeds")
    with empty.store.writing() as db:
        jobs.end(db, empty.jobs.listed()[0].id, "interrupted")
    assert "Import seeds: interrupted, and nothing of it was kept." in texts(sound(app.run()))
    project.uploads.keep("pasted text", b"Write a haiku.\nExplain TCP.")
    assert "interrupted" not in texts(sound(app.run()))


def test_a_brief_that_is_not_saved_is_still_there_when_one_comes_back(
    full: Studio, project: Project, visit: Visit
) -> None:
    other = full.create_project("other")
    app = visit("create/source")
    next(area for area in app.text_area if area.label == "Product").set_value("A shop.").run()
    assert "Not saved yet" in texts(app)
    app.switch_page("pages/create/metadata.py").run()
    app.switch_page("pages/create/source.py").run()
    assert next(area for area in sound(app).text_area if area.label == "Product").value == "A shop."
    app.query_params["project"] = str(other.id)
    app.run()
    assert next(area for area in sound(app).text_area if area.label == "Product").value == ""
    assert not project.wording.brief.text
