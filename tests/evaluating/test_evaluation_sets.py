"""What is compared: a set, what is held out of it, responses that came with it."""

from __future__ import annotations

import pytest
from comparing import planned, result, says

from codeclm.errors import SettingsError
from codeclm.records import RunState


def test_what_metadata_is_extracted_from_is_kept_out_unless_all_is_wanted(project, bring, serve):
    serve(says)
    benchmark = bring()
    assert (benchmark.items, benchmark.held_out, benchmark.evaluated) == (10, 2, 8)
    run, whole = planned(project, benchmark, whole=False), planned(project, benchmark)
    for each in (run, whole):
        each.bring()
    seeds = [seed.text for seed in project.evaluations.seeds(benchmark).seeds]
    compared = {
        one.comparison.instruction for one in project.evaluations.compared(run.id, range(10))
    }
    assert len(seeds) == 2
    assert not compared & {*seeds}
    assert (result(project, run).items, result(project, whole).items) == (8, 10)
    # Only what was held out was left to ask.
    assert whole.usage().calls == 2 * 4


def test_recorded_responses_are_taken_as_they_are(studio, project, bring, serve):
    asked = []

    def heard(request):
        asked.append(request["model"])
        return says(request)

    serve(heard)
    kinds = ["win", "loss", "tie"]
    benchmark = bring(
        kinds, {"candidate": "mine"}, mine=[f"tuned answers {kind}" for kind in kinds]
    )
    assert benchmark.recorded == ("candidate",)
    run = planned(project, benchmark, candidate="", recorded=("candidate",))
    assert run.settings.asked_roles == ("strong", "judge")
    assert run.bring() is RunState.FINISHED
    assert set(asked) == {"big", "judge"}
    came = result(project, run)
    assert (came.total.wins, came.total.ties, came.total.losses) == (1, 1, 1)
    assert (came.candidate, came.recorded) == ("recorded:candidate", ("candidate",))
    assert studio.doctor() == []


def test_with_both_sides_recorded_only_the_judge_is_asked(project, bring, serve, monkeypatch):
    serve(says)
    benchmark = bring(
        ["win", "loss"],
        {"candidate": "a", "reference": "b"},
        a=["tuned answers 1", "tuned answers 2"],
        b=["big answers 1", "big answers 2"],
    )
    names = {"candidate": "my model", "reference": "theirs"}
    run = planned(project, benchmark, recorded=("candidate", "reference"), **names)
    assert run.settings.asked_roles == ("judge",)
    run.bring()
    assert run.usage().calls == 4
    assert result(project, run).candidate == "my model"
    assert [step.step for step in run.steps()] == ["assess"]


def test_responses_nobody_brought_cannot_be_taken(project, bring):
    with pytest.raises(SettingsError, match="no responses of the reference"):
        planned(project, bring(), reference="", recorded=("reference",))


def test_the_same_file_is_one_set_and_what_is_compared_stays(project, bring, serve):
    serve(says)
    benchmark = bring()
    assert bring() == benchmark
    assert [one.id for one in project.evaluations.benchmarks()] == [benchmark.id]
    planned(project, benchmark)
    with pytest.raises(SettingsError, match="so it stays"):
        project.evaluations.remove(benchmark)
    other = bring(["win"])
    project.evaluations.remove(other)
    assert project.evaluations.benchmarks() == [benchmark]
