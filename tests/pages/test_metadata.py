"""Metadata: extracted by the worker, approved, mixed."""

from dataclasses import replace

from screens import Visit, press, texts

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Failure, Metadata, Status
from codeclm.store import failures


def labelled(app, label: str):
    """The number field of this label."""
    return next(item for item in app.number_input if item.label == label)


def test_extract_plans_a_run_and_leaves_it_to_the_worker(empty: Studio, visit: Visit) -> None:
    project = sources.try_it(empty)
    app = press(visit("create/metadata"), "Extract from 25 seeds")
    run = project.runs()[0]
    assert run.settings.goal == "metadata"
    job = empty.jobs.of_run(run)
    assert job is not None
    assert job.state == "queued"
    assert "encode 0/25" in [bar.text for bar in app.progress]


def test_without_a_strong_model_it_says_what_is_missing(empty: Studio, visit: Visit) -> None:
    project = empty.create_project("new")
    project.import_seeds(sources.sample_seeds("python_coding"), name="sample")
    app = press(visit("create/metadata"), "Extract from 25 seeds")
    assert "no strong model" in texts(app)
    assert project.runs() == []


def test_mixed_entries_are_added_as_pending_and_approved(project: Project, visit: Visit) -> None:
    app = visit("create/metadata")
    labelled(app, "Entries wanted in all").set_value(26).run()
    press(app, "Add 4 as pending")
    assert len(project.metadata(Status.PENDING)) == 4
    press(app, "Approve all 4 pending")
    assert len(project.metadata(Status.APPROVED)) == 26


def test_saving_without_an_edit_changes_nothing(project: Project, visit: Visit) -> None:
    before = project.metadata()
    press(visit("create/metadata"), "Save changes")
    assert project.metadata() == before


def test_both_distributions_are_drawn_with_words(project: Project, visit: Visit) -> None:
    told = texts(visit("create/metadata"))
    assert "use cases, most of them" in told
    assert "skills, most of them" in told


def test_names_that_may_mean_the_same_are_merged_on_request(project: Project, visit: Visit) -> None:
    first = project.metadata()[0]
    odd = first.use_case.upper() + "s"
    project.add_metadata([Metadata(odd, first.skills, weight=2)])
    app = visit("create/metadata")
    (kept,) = [box for box in app.selectbox if box.label == "Keep this use case"]
    kept.set_value(first.use_case)
    press(app, "Merge")
    merged = next(entry for entry in project.metadata() if entry.key == first.key)
    assert merged.weight == first.weight + 2
    assert odd not in {entry.use_case for entry in project.metadata()}
    assert not any(button.label == "Merge" for button in app.button)


def test_the_table_and_its_buttons_go_by_the_filter(project: Project, visit: Visit) -> None:
    entry = project.metadata()[0]
    named = [found for found in project.metadata() if found.use_case == entry.use_case]
    app = visit("create/metadata", find=entry.use_case)
    press(app, f"Reject all {len(named)} shown")
    rejected = project.metadata(Status.REJECTED)
    assert [found.id for found in rejected] == [found.id for found in named]
    assert visit("create/metadata", status="rejected").query_params["status"] == "rejected"
    app = visit("create/metadata", find="nothing like it")
    assert "No entry matches." in texts(app)


def test_a_subsample_is_drawn_by_its_seed_and_the_rest_wait(project: Project, visit: Visit) -> None:
    before = project.metadata(Status.APPROVED)
    app = visit("create/metadata")
    labelled(app, "Approved entries wanted").set_value(5).run()
    press(app, f"Set {len(before) - 5} back to pending")
    kept = project.metadata(Status.APPROVED)
    assert len(kept) == 5
    assert len(project.metadata(Status.PENDING)) == len(before) - 5
    project.edit_metadata(*before)
    project.subsample_metadata(5)
    assert project.metadata(Status.APPROVED) == kept


def test_the_seeds_of_an_entry_are_those_that_were_read_as_it(
    project: Project, visit: Visit
) -> None:
    first, second, *_ = project.metadata()
    before = project.distributions.seeds_per_entry()
    assert sum(before.values()) == 25
    project.edit_metadata(replace(first, use_case="late fees", weight=99))
    edited = next(entry for entry in project.metadata() if entry.use_case == "late fees")
    assert project.distributions.seeds_per_entry()[edited.id] == before[first.id]
    project.merge_names("use case", second.use_case, ["late fees"])
    after = project.distributions.seeds_per_entry()
    assert sum(after.values()) == 25
    project.add_metadata([Metadata("small talk", ("friendly tone",), weight=30)])
    assert project.distributions.seeds_per_entry() == after


def test_seeds_that_failed_are_said_with_their_replies_and_asked_again(
    full: Studio, project: Project, visit: Visit
) -> None:
    run = next(run for run in project.runs() if run.settings.goal == "metadata")
    with full.store.writing() as db:
        failures.add(
            db,
            project.id,
            Failure("encode", "s1", "ReplyError", "no JSON", "Sorry!", run=run.id),
            lost=0,
        )
    app = visit("create/metadata")
    assert f"Run {run.id}: 1 seed failed" in [item.label for item in app.expander]
    (row,) = app.dataframe[0].value.to_dict("records")
    assert (row["message"], row["reply"]) == ("no JSON", "Sorry!")
