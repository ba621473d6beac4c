"""Runs beside each other: compared by what differs, and older ones gone on with."""

from dataclasses import replace

from screens import Visit, press, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.store import runs


def test_two_runs_are_compared_by_what_differs(project: Project, visit: Visit) -> None:
    first = project.runs()[0]
    other = replace(first.settings, theta=2.0, size=20, budget_calls=900)
    second = project.plan_from_metadata(other)
    second.bring()
    app = visit("create/run")
    results, settings = (frame.value.to_dict("records") for frame in app.dataframe[1:3])
    assert app.multiselect[0].value == [second.id, first.id]
    kept = next(row for row in results if row["result"] == "kept")
    assert kept[f"run {second.id}"] == str(second.counts().kept)
    assert [(row["setting"], row["differs"], row[f"run {second.id}"]) for row in settings] == [
        ("size", "≠", "20"),
        ("θ", "≠", "2"),
        ("cap: calls", "≠", "900"),
    ]
    app.toggle("compare-all").set_value(True).run()
    everything = app.dataframe[2].value.to_dict("records")
    assert len(everything) > 20
    assert {row["setting"]: row["differs"] for row in everything}["judge"] == ""


def test_the_runs_to_compare_are_in_the_url(project: Project, visit: Visit) -> None:
    third = project.plan_from_metadata(replace(project.runs()[0].settings, theta=2.0))
    fourth = project.plan_from_metadata(replace(third.settings, theta=1.0))
    app = visit("create/run", compare=f"3,{third.id},x,99")
    assert app.multiselect[0].value == [3, third.id]
    app.multiselect[0].set_value([fourth.id, third.id]).run()
    assert "compare" not in app.query_params
    app.multiselect[0].set_value([3]).run()
    assert app.query_params["compare"] == "3"
    assert "Choose two runs or more." in texts(app)


def test_at_most_four_runs_are_compared_each_once(project: Project, visit: Visit) -> None:
    settings = project.runs()[0].settings
    numbers = [project.plan_from_metadata(settings).id for _ in range(5)]
    chosen = ",".join(map(str, [numbers[0], *numbers]))
    app = visit("create/run", compare=chosen)
    assert app.multiselect[0].value == numbers[:4]


def test_an_older_run_that_was_stopped_is_resumed_too(
    full: Studio, project: Project, visit: Visit
) -> None:
    settings = project.runs()[0].settings
    stopped = project.plan_from_metadata(replace(settings, size=50))
    with full.store.writing() as db:
        runs.set_state(db, stopped.id, RunState.STOPPED)
    project.plan_from_metadata(replace(settings, size=20)).bring()
    press(visit("create/run"), f"Resume run {stopped.id}")
    assert full.jobs.of_run(stopped) is not None
