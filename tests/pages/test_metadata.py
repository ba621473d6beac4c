"""Metadata: extracted by the worker, approved, mixed."""

from screens import Visit, press, texts

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Metadata, Status


def test_extract_plans_a_run_and_leaves_it_to_the_worker(empty: Studio, visit: Visit) -> None:
    project = sources.try_it(empty)
    app = press(visit("create/metadata"), "Extract from 25 seeds")
    run = project.runs()[0]
    assert run.settings.goal == "metadata"
    job = empty.job_of(run)
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
    app.number_input("wanted").set_value(26).run()
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
