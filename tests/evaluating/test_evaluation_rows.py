"""What an evaluation leaves in the store: no pairs, every text with its origin."""

from __future__ import annotations

import pytest
from comparing import planned, rows, says

from codeclm.errors import StoreError


def test_an_evaluation_is_no_run_to_pairs_and_says_nothing_of_its_judge(
    studio, project, bring, serve
):
    serve(says)
    run = planned(project, bring())
    run.bring()
    assert [(step.step, step.done, step.known) for step in run.steps()] == [
        ("respond", 20, 20),
        ("assess", 20, 20),
    ]
    assert run.counts().instructions == 0
    assert run.summary()["items"] == 10
    assert project.trust.unreadable().n == 0
    assert project.distributions.judged(run.id).gap_counts() == []
    with pytest.raises(StoreError, match="no evaluation"):
        project.evaluations.result(99)


def test_a_project_goes_with_its_sets_and_evaluations(studio, project, bring, serve):
    serve(says)
    planned(project, bring()).bring()
    project.delete()
    for table in (
        "benchmarks",
        "benchmark_items",
        "recorded_responses",
        "evaluations",
        "evaluation_responses",
        "assessments",
        "imports",
    ):
        assert rows(studio, table) == []
    assert studio.doctor() == []


@pytest.mark.parametrize(
    "damage",
    [
        "update assessments set call_id = null",
        "update evaluation_responses set call_id = null",
        "delete from evaluation_responses where party = 'reference'",
        "delete from assessments where place = 1",
        "delete from benchmark_items where position = 0",
    ],
)
def test_the_doctor_finds_what_has_no_origin_or_no_end(studio, project, bring, serve, damage):
    serve(says)
    planned(project, bring()).bring()
    assert studio.doctor() == []
    with studio.store.writing() as db:
        db.conn.execute(damage)
    assert studio.doctor()
