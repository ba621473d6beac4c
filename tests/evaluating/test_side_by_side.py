"""Candidates side by side: base and tuned, and what a run's pairs have come to."""

from __future__ import annotations

import pytest
from comparing import KINDS, planned, result, says, write_set
from jobs import job

from codeclm.errors import SettingsError
from codeclm.pipeline.evaluations import are_alike
from codeclm.pipeline.synthesis import plan, read_benchmark
from codeclm.settings import RunSettings


def test_base_and_tuned_are_compared_on_what_both_have(project, bring, serve):
    serve(says)
    kinds = ["win", "tie"] * 10
    benchmark = bring(kinds)
    tuned, base = (
        planned(project, benchmark, candidate=f"openai:{name}") for name in ("tuned", "base")
    )
    for run in (tuned, base):
        run.bring()
    assert are_alike(result(project, tuned), result(project, base))
    found = project.evaluations.difference(tuned.id, base.id)
    assert found.difference == 0
    assert found.is_noise
    few = planned(project, bring(["win"] * 9))
    few.bring()
    assert project.evaluations.difference(few.id, few.id) is None
    assert not are_alike(result(project, few), result(project, base))


def test_only_what_was_measured_by_the_same_stands_side_by_side(studio, project, tmp_path, serve):
    serve(says)
    named = {name: [f"big answers {name} {n}" for n in range(10)] for name in ("a", "b")}
    path = write_set(tmp_path / "set.jsonl", KINDS, **named)

    def measured(reference="", seed=0, **more):
        file = read_benchmark(path, {"reference": reference})
        benchmark = project.evaluations.bring(file, seed=seed)
        given = {"recorded": ("reference",), "reference": ""} if reference else {}
        return result(project, planned(project, benchmark, **given, **more))

    first = measured()
    assert are_alike(first, measured(candidate="openai:base"))
    # A fifth less is another set of items, and so is another fifth less.
    assert not are_alike(first, measured(whole=False))
    assert not are_alike(measured(whole=False), measured(seed=1, whole=False))
    assert are_alike(first, measured(seed=1))
    # Whoever answered in one field is not who answered in the other.
    assert are_alike(measured("a"), measured("a", candidate="openai:base"))
    assert not are_alike(measured("a"), measured("b"))


def test_an_evaluation_remembers_what_its_candidate_was_tuned_on(studio, seeds, serve, tmp_path):
    serve(says)
    job(studio, seeds, size=12, strong="openai:big", target="openai:base")
    project = studio.project("outdoor")
    export = project.export(tmp_path / "bundle", project.filter())
    path = write_set(tmp_path / "set.jsonl", KINDS)
    benchmark = project.evaluations.bring(read_benchmark(path, {}))
    run = planned(project, benchmark, export=export.id)
    assert result(project, run).export == export.id
    with pytest.raises(SettingsError, match="no export 99"):
        planned(project, benchmark, export=99)
    project.exports.forget(export)
    assert result(project, run).export is None
    assert studio.doctor() == []


def test_a_run_is_told_with_what_was_tuned_on_its_pairs_alone(
    studio, project, bring, serve, tmp_path, seeds
):
    serve(says)
    settings = RunSettings(strong="simulated:strong", target="simulated:target", size=24)
    made = [plan(studio, seeds, settings, project=project.row["name"])[0] for _ in range(2)]
    for run in made:
        run.bring()
    exports = [
        project.exports.write(
            project.exports.settings(project.filter(run=run)), tmp_path / f"{run}.jsonl"
        ).id
        for run in (made[0].id, None)
    ]
    benchmark = bring()
    for export, candidate in zip(exports, ("openai:tuned", "openai:tuned-on-all"), strict=True):
        planned(project, benchmark, export=export, candidate=candidate).bring()
    first, second = studio.compare([made[0].id, made[1].id]).runs
    (told,) = first.evaluations
    assert told.benchmark == "set.jsonl, whole, against openai:big, judged by openai:judge"
    assert (told.compared, round(told.crr)) == (10, 80)
    assert second.evaluations == ()
    # The file has changed since: what was measured on it is another number.
    planned(project, bring(KINDS[:4]), export=exports[0], candidate="openai:tuned").bring()
    first, _ = studio.compare([made[0].id, made[1].id]).runs
    assert sorted(one.compared for one in first.evaluations) == [4, 10]
