"""Source: pairs that a person brings are mapped, looked at, imported, scored and reviewed."""

import json

import pytest
from screens import Visit, press, sound, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.ui import intake
from codeclm.ui.jobs import outcome


def rows(count: int, **more: object) -> str:
    return "\n".join(
        json.dumps(
            {
                "prompt": f"Name lake {n}.",
                "chosen": "Lake Constance, which lies between three countries and is deep.",
                "rejected": "Sea.",
                **more,
            }
        )
        for n in range(count)
    )


def paste(app, given: str):
    next(area for area in app.text_area if area.label.startswith("Or paste")).set_value(given)
    return press(app, "Read what is pasted")


def test_pairs_are_mapped_imported_scored_and_reviewed(empty: Studio, visit: Visit) -> None:
    project = empty.create_project("new")
    app = paste(visit("create/source", way="pairs"), rows(4) + "\n" + rows(1))
    boxes = {box.label: box.value for box in app.selectbox}
    assert (boxes["Instruction"], boxes["Target response"]) == ("prompt", "rejected")
    assert "**4 pairs** · 0 with scores · 1 exact duplicate" in texts(app)
    assert texts(app).count("Name lake") == 3 + 1
    next(box for box in app.text_input if "strong responses" in box.label).set_value("a person")
    press(app, "Import 4 pairs")
    assert {pair.strong_model for pair in project.pairs()} == {"a person"}
    assert "choose a judge to score them" in texts(app)
    assert project.uploads.kept() is None
    project.configure(judge="simulated:strong")
    app = visit("create/source", way="pairs")
    assert "4 pairs without scores: 8 calls" in texts(app)
    press(app, "Score with the judge")
    work_off(empty)
    sound(app.run())
    (run,) = project.runs()
    assert run.state is RunState.FINISHED
    assert run.unscored == 0
    run.change(theta=0.0)
    assert all(pair.gap is not None for pair in project.pairs())
    assert "Score with the judge" not in [button.label for button in app.button]
    assert empty.doctor() == []
    review = visit("curate/review")
    assert "imported from pasted text:1" in texts(review)


def test_given_scores_are_compared_with_the_theta_asked_for(empty: Studio, visit: Visit) -> None:
    project = empty.create_project("new")
    app = paste(visit("create/source", way="pairs"), rows(2, strong_score=8.1, target_score=5.1))
    assert "Choose the field" not in texts(app)
    press(app, "Import 2 pairs")
    assert project.count_pairs() == 0
    (run,) = project.runs()
    for page in ("create/run", "curate/gaps", "create/metadata", "start/jobs"):
        visit(page)
    run.change(theta=2.5)
    assert project.count_pairs() == 2
    review = visit("curate/review")
    assert "8.1/5.1 as imported" in texts(review)


def test_a_field_that_is_not_told_must_be_chosen(empty: Studio, visit: Visit) -> None:
    empty.create_project("new")
    app = paste(visit("create/source", way="pairs"), '{"q": "a", "one": "b", "two": "c"}')
    assert "Choose the field of the instruction and of the strong response" in texts(app)
    for label, path in (
        ("Instruction", "q"),
        ("Strong response", "one"),
        ("Target response", "two"),
    ):
        next(box for box in app.selectbox if box.label == label).set_value(path).run()
    assert app.query_params["pair_strong"] == "one"
    press(app, "Import 1 pair")


def test_a_large_file_of_pairs_is_imported_by_the_worker(
    empty: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SMALL", 10)
    project = empty.create_project("new")
    app = paste(visit("create/source", way="pairs"), rows(3))
    press(app, "Import 3 pairs")
    assert project.count_pairs() == 0
    assert "**Import pairs**" in texts(app)
    work_off(empty)
    sound(app.run())
    assert project.count_pairs() == 3
    assert outcome(empty.jobs.listed()[0]) == "3 pairs imported, 3 without scores."


def test_an_import_beside_runs_leaves_the_form_of_a_run_as_it_was(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = paste(visit("create/source", way="pairs"), rows(9, use_case="lakes", skills="depths"))
    press(app, "Import 9 pairs")
    run = visit("create/run")
    assert "**Imported pairs, run 4**" in texts(run)
    values = [run.number_input(key=name).value for name in ("size", "iterations", "theta")]
    assert values == [40, 4, 3.0]
    assert "Instructions" not in [item.label for item in run.number_input]
    assert "lakes" in [entry.use_case for entry in project.metadata()]
    assert "1 entry is still pending" in texts(run)
    for page in ("create/metadata", "curate/gaps", "curate/review", "ship/export"):
        visit(page)
