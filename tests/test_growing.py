"""Runs that stop at so many kept or approved, and go on when reviews leave too few."""

from __future__ import annotations

import pytest
from jobs import job, pool

from codeclm.records import RunState, Status


def test_a_run_that_stops_at_so_many_kept_plans_no_more_than_it_needs(studio, seeds, serve):
    serve(jitter=0.01)
    run = job(studio, seeds, size=400, stop_at_kept=25)
    counts = run.counts()
    assert run.state is RunState.FINISHED
    assert 25 <= counts.kept <= counts.instructions < 100
    assert counts.settled == counts.instructions
    assert studio.doctor() == []


@pytest.mark.large
def test_it_grows_in_the_same_steps_at_any_concurrency(studio, seeds, serve):
    serve(jitter=0.01)
    pools = [
        pool(studio, job(studio, seeds, size=400, stop_at_kept=25, concurrency=n, fresh=True))
        for n in (1, 32)
    ]
    assert pools[0] == pools[1]


def test_a_size_that_is_used_up_is_said(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=10, stop_at_kept=500)
    assert run.state is RunState.FINISHED
    assert run.row.message.startswith("Its size of 10 is used up with ")


def test_a_run_waits_for_its_reviewers_and_pays_for_no_more_than_they_reject(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=200, stop_at_approved=10)
    project = studio.project("outdoor")
    assert run.state is RunState.PAUSED
    assert run.row.message.startswith("Review: 0 of 10 pairs are approved")
    first = run.counts().instructions
    pending = project.pair_ids(project.filter(), 100)
    for pair in pending[:5]:
        project.reviews.decide(pair, Status.APPROVED)
    for pair in pending[5:]:
        project.reviews.decide(pair, Status.REJECTED)
    run.bring()
    assert run.state is RunState.PAUSED
    assert first < run.counts().instructions < 200
    for pair in project.pair_ids(project.filter(status=Status.PENDING), 100):
        project.reviews.decide(pair, Status.APPROVED)
    assert run.bring() is RunState.FINISHED
    assert studio.doctor() == []


@pytest.fixture
def reviewed(studio, seeds, serve):
    """A run that has all the approved pairs it was to have."""
    serve()
    run = job(studio, seeds, size=200, stop_at_approved=4)
    project = studio.project("outdoor")
    for pair in project.pair_ids(project.filter(), 4):
        project.reviews.decide(pair, Status.APPROVED)
    assert run.bring() is RunState.FINISHED
    return run


def test_a_finished_run_goes_on_when_an_approval_is_taken_back(studio, reviewed):
    project, before = studio.project("outdoor"), reviewed.counts().instructions
    for pair in project.pair_ids(project.filter(status=Status.APPROVED), 100):
        project.reviews.decide(pair, Status.REJECTED, expected=Status.APPROVED)
    assert reviewed.state is RunState.STOPPED
    assert reviewed.bring() is RunState.PAUSED
    assert reviewed.counts().instructions > before
    assert studio.doctor() == []


def test_it_waits_for_a_review_that_was_undone(studio, reviewed):
    studio.project("outdoor").reviews.undo()
    assert reviewed.state is RunState.PAUSED
    assert reviewed.bring() is RunState.PAUSED
    assert reviewed.row.message.startswith("Review: 3 of 4 pairs are approved and")


def test_what_a_run_lacks_is_said_under_another_theta_as_well(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=10, stop_at_kept=500, iterations=1)
    run.change(theta=2.0)
    assert run.state is RunState.FINISHED
    kept = run.counts().kept
    assert run.row.message == f"Its size of 10 is used up with {kept} of 500 kept."
