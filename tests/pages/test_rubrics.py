"""Rubrics: edited into new versions, written and rewritten by the worker."""

from dataclasses import replace

from screens import Visit, press, sound, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Rubric, RunState, Status


def areas(app) -> list:
    return [area for area in app.text_area if area.label.startswith(("Rubric", "Action", "New"))]


def test_an_edit_a_new_pair_and_a_removal_make_a_version(project: Project, visit: Visit) -> None:
    entry = project.metadata(Status.APPROVED)[0].id
    before = project.rubric_sets.current(entry)
    app = visit("create/rubrics")
    fields = areas(app)
    fields[0].set_value("Another rubric")
    fields[-2].set_value("A new one")
    fields[-1].set_value("Its action")
    boxes = {box.label: box for box in app.checkbox}
    boxes["Remove Rubric 2"].check()
    boxes["Use Rubric 3"].uncheck()
    press(app, "Save as a new version")
    after = project.rubric_sets.current(entry)
    assert after[0] == Rubric("Another rubric", before[0].action)
    assert after[1] == Rubric(before[2].rubric, before[2].action, enabled=False)
    assert after[-1] == Rubric("A new one", "Its action")
    assert len(after) == len(before)
    assert [version["origin"] for version in project.rubric_sets.versions(entry)] == [
        "hand",
        "call",
    ]
    assert "Version 2, written by hand" in texts(app)


def test_an_action_that_repeats_something_is_warned_of(project: Project, visit: Visit) -> None:
    entry = project.metadata(Status.APPROVED)[0].id
    project.rubric_sets.save(entry, [Rubric("Be exact", "be exact."), Rubric("Other", "Be exact")])
    warned = [item.value for item in visit("create/rubrics").warning]
    assert warned == ["Action 1 only repeats its rubric.", "Action 2 says the same as action 1."]


def test_only_missing_rubrics_are_asked_for(full: Studio, project: Project, visit: Visit) -> None:
    from codeclm.records import Metadata

    project.add_metadata([Metadata("refunds", ("billing terms",))])
    press(visit("create/rubrics"), "Generate missing (1)")
    run = project.runs()[0]
    assert run.settings.goal == "rubrics"
    assert run.settings.generation == 0
    assert full.jobs.of_run(run) is not None
    assert [(step.step, step.known) for step in run.steps()] == [("rubrics", 1)]


def test_regenerating_asks_anew_for_one_entry(project: Project, visit: Visit) -> None:
    chosen = project.metadata(Status.APPROVED)[2].id
    app = visit("create/rubrics", entry=str(chosen))
    assert app.query_params["entry"] == str(chosen)
    press(app, "Regenerate this")
    run = project.runs()[0]
    assert run.settings.generation == 1
    run.bring()
    assert [version["version"] for version in project.rubric_sets.versions(chosen)] == [2, 1]


def test_the_entry_is_chosen_and_kept_in_the_url(project: Project, visit: Visit) -> None:
    second = project.metadata(Status.APPROVED)[1]
    app = visit("create/rubrics")
    app.selectbox("pick-entry").set_value(second.id).run()
    assert sound(app).query_params["entry"] == str(second.id)
    assert areas(app)[0].value == project.rubric_sets.current(second.id)[0].rubric


def test_the_numbers_say_the_order(project: Project, visit: Visit) -> None:
    entry = project.metadata()[0].id
    before = project.rubric_sets.current(entry)
    app = visit("create/rubrics")
    next(item for item in app.number_input if item.label == "Order of Rubric 1").set_value(9)
    press(app, "Save as a new version")
    assert project.rubric_sets.current(entry) == [*before[1:], before[0]]


def test_an_older_version_is_taken_up_again(project: Project, visit: Visit) -> None:
    entry = project.metadata()[0].id
    before = project.rubric_sets.current(entry)
    project.rubric_sets.save(entry, [Rubric("Be odd", "Make it odd.")])
    press(visit("create/rubrics"), "Take this up again")
    assert project.rubric_sets.current(entry) == before
    assert len(project.rubric_sets.versions(entry)) == 3


def test_a_set_is_kept_and_given_to_other_entries(project: Project, visit: Visit) -> None:
    first, second, *rest = project.metadata()
    app = visit("create/rubrics")
    name = next(item for item in app.text_input if item.label == "Name of the set")
    name.set_value(" my  set ")
    press(app, "Keep")
    kept = project.rubric_sets.library()["my set"]
    assert kept == project.rubric_sets.current(first.id)
    everyone = len(rest) + 2
    next(box for box in app.selectbox if box.label == "Give it to").set_value("all entries").run()
    press(app, f"Give it to {everyone} entries")
    assert project.rubric_sets.current(second.id) == kept
    press(app, "Remove from the library")
    assert project.rubric_sets.library() == {}
    assert project.rubric_sets.current(second.id) == kept


def test_an_action_is_tried_on_an_example(full: Studio, project: Project, visit: Visit) -> None:
    entry = project.metadata()[0]
    first, second, *_ = project.rubric_sets.current(entry.id)
    press(visit("create/rubrics"), "Try it")
    run = project.runs()[0]
    assert (run.settings.goal, run.settings.action) == ("trial", first.action)
    assert run.bring() is RunState.FINISHED
    (tried,) = project.rubric_sets.trials(entry.id)
    assert tried.basic
    assert tried.improved not in (None, tried.basic)
    shown = [block.value for block in visit("create/rubrics").code]
    assert shown == [tried.basic, tried.improved]
    other = project.plan_from_metadata(
        replace(run.settings, action=second.action), entries=[entry.id]
    )
    other.bring()
    newest, _ = project.rubric_sets.trials(entry.id)
    assert newest.basic == tried.basic
    assert (other.usage().calls, other.usage().replayed) == (1, 1)
    assert not list(project.pairs(project.filter(run=run.id)))
    assert full.doctor() == []


def test_what_was_typed_is_there_again_when_one_comes_back(project: Project, visit: Visit) -> None:
    first, second, *_ = project.metadata()
    app = visit("create/rubrics")
    areas(app)[0].set_value("Half a thought").run()
    assert "Not saved yet" in texts(app)
    app.selectbox("pick-entry").set_value(second.id).run()
    assert "Not saved yet" not in texts(app)
    app.selectbox("pick-entry").set_value(first.id).run()
    assert areas(app)[0].value == "Half a thought"
    press(app, "Put my edits away")
    assert areas(app)[0].value == project.rubric_sets.current(first.id)[0].rubric
    assert "Not saved yet" not in texts(app)


def test_a_version_saved_meanwhile_is_said_and_neither_is_lost(
    project: Project, visit: Visit
) -> None:
    entry = project.metadata()[0].id
    app = visit("create/rubrics")
    areas(app)[0].set_value("My words").run()
    theirs = [Rubric("Their words", "Their action.")]
    project.rubric_sets.save(entry, theirs)
    sound(app.run())
    assert "Version 2 was saved meanwhile." in app.warning[0].value
    assert areas(app)[0].value == "My words"
    press(app, "Save as a new version")
    assert project.rubric_sets.current(entry)[0].rubric == "My words"
    versions = project.rubric_sets.versions(entry)
    assert [version["version"] for version in versions] == [3, 2, 1]
    assert project.rubric_sets.version(int(versions[1]["id"])) == theirs
    assert not app.warning


def test_an_action_that_holds_a_nul_is_shown_as_tried(project: Project, visit: Visit) -> None:
    entry = project.metadata()[0]
    rubric = project.rubric_sets.current(entry.id)[0]
    project.rubric_sets.save(entry.id, [replace(rubric, action="Name the \0 bytes.")])
    press(visit("create/rubrics"), "Try it")
    project.runs()[0].bring()
    (tried,) = project.rubric_sets.trials(entry.id)
    assert tried.action == "Name the \0 bytes."
    assert len(visit("create/rubrics").code) == 2


def test_a_blank_at_the_end_keeps_nobody_on_an_old_version(project: Project, visit: Visit) -> None:
    entry = project.metadata()[0].id
    app = visit("create/rubrics")
    areas(app)[0].set_value(areas(app)[0].value + " ").run()
    project.rubric_sets.save(entry, [Rubric("Their words", "Their action.")])
    sound(app.run())
    assert areas(app)[0].value == "Their words"
    assert not app.warning
