"""A run that goes further than it was planned to: another θ, more iterations, more instructions."""

from __future__ import annotations

import random

import pytest
from jobs import job, pool

from codeclm.errors import SettingsError
from codeclm.records import RunState, Status


@pytest.fixture
def undisturbed(studio, seeds, serve):
    """The pool of a run that had its settings from the beginning."""

    def planned(**settings):
        return pool(studio, job(studio, seeds, fresh=True, **settings))

    return planned


def test_a_lower_theta_keeps_more_and_asks_nothing(studio, seeds, serve, undisturbed):
    server = serve()
    run = job(studio, seeds, theta=5.0)
    asked, kept = server.stats()["requests"], run.counts().kept
    run.change(theta=1.0)
    assert run.state is RunState.FINISHED
    assert server.stats()["requests"] == asked
    counts = run.counts()
    assert counts.kept > kept
    assert counts.kept + counts.exhausted + counts.failed == 40
    assert pool(studio, run) == undisturbed(theta=1.0)
    assert studio.doctor() == []


def test_a_higher_theta_goes_on_with_the_chains_that_it_drops(studio, seeds, serve, undisturbed):
    serve()
    run = job(studio, seeds, theta=1.0)
    run.change(theta=5.0)
    assert run.state is RunState.STOPPED
    assert "have no end yet" in run.row.message
    assert run.bring() is RunState.FINISHED
    assert pool(studio, run) == undisturbed(theta=5.0)
    run.change(theta=8.0)
    run.change(theta=1.0)
    assert run.state is RunState.FINISHED
    assert pool(studio, run) == undisturbed(theta=1.0)
    assert studio.doctor() == []


@pytest.mark.parametrize("use_filter", [True, False])
def test_other_iterations_go_on_or_end_earlier(studio, seeds, serve, undisturbed, use_filter):
    serve()
    run = job(studio, seeds, iterations=2, theta=5.0, use_filter=use_filter)
    for iterations in (4, 3, 2):
        run.change(iterations=iterations)
        run.bring()
        assert run.state is RunState.FINISHED
        assert pool(studio, run) == undisturbed(
            iterations=iterations, theta=5.0, use_filter=use_filter
        )
    assert studio.doctor() == []


@pytest.mark.parametrize(
    "trial",
    [0, 5, *(pytest.param(trial, marks=pytest.mark.large) for trial in range(1, 5))],
)
def test_in_whatever_order_a_run_is_changed_it_ends_as_if_planned_so(
    studio, seeds, serve, undisturbed, trial
):
    serve()
    chance = random.Random(trial)
    use_filter = trial != 5
    run = job(studio, seeds, size=24, theta=chance.choice([1.0, 3.0]), use_filter=use_filter)
    project = studio.project("outdoor")
    for _ in range(6):
        match chance.choice(["theta", "iterations", "cap", "go on", "review"]):
            case "theta":
                run.change(theta=chance.choice([0.5, 2.0, 5.0, 8.0]))
            case "iterations":
                run.change(iterations=chance.choice([1, 2, 3, 5]))
            case "cap":
                run.change(budget_calls=run.usage().calls + 7)
                run.bring()
                run.change(budget_calls=None)
            case "review":
                for pair in project.pair_ids(project.filter(run=run.id, status="pending"), 2):
                    project.decide(pair, chance.choice([Status.APPROVED, Status.REJECTED]))
            case _:
                run.bring()
        assert studio.doctor() == []
    assert run.bring() is RunState.FINISHED
    assert run.counts().settled == 24
    wanted = undisturbed(
        size=24,
        theta=run.settings.theta,
        iterations=run.settings.iterations,
        use_filter=use_filter,
    )
    # What was reviewed stays besides, whatever the last θ keeps.
    assert [pair for pair in pool(studio, run) if pair in wanted] == wanted


def test_a_larger_size_adds_instructions_and_changes_none(studio, seeds, serve):
    server = serve()
    run = job(studio, seeds, size=20)
    before, asked = pool(studio, run), server.stats()["requests"]
    run.change(size=50)
    assert run.state is RunState.STOPPED
    assert run.bring() is RunState.FINISHED
    after = pool(studio, run)
    assert [pair for pair in after if pair in before] == before
    assert run.summary()["instructions"] == 50
    assert run.counts().settled == 50
    assert server.stats()["requests"] > asked
    assert server.stats()["repaid"] == 0
    assert studio.doctor() == []
    with pytest.raises(SettingsError, match="cannot shrink"):
        run.change(size=49)


def test_reviewed_pairs_stay_where_people_put_them(studio, seeds, serve):
    serve()
    run = job(studio, seeds, theta=1.0)
    project = studio.project("outdoor")
    low = project.pair_ids(project.filter(gap_from=1.5, gap_to=4.0), 3)
    project.decide(low[0], Status.APPROVED)
    project.decide(low[1], Status.REJECTED)
    run.change(theta=5.0)
    assert project.pair(low[0]).status is Status.APPROVED
    assert project.pair(low[1]).status is Status.REJECTED
    assert project.pair(low[0]).flags == ("not kept at the run's present θ",)
    assert low[2] not in project.pair_ids(project.filter(), 1000)
    run.change(theta=1.0)
    assert project.pair(low[0]).flags == ()
    assert studio.doctor() == []


# Enough is enough -------------------------------------------------------------------------------


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
        project.decide(pair, Status.APPROVED)
    for pair in pending[5:]:
        project.decide(pair, Status.REJECTED)
    run.bring()
    assert run.state is RunState.PAUSED
    assert first < run.counts().instructions < 200
    for pair in project.pair_ids(project.filter(status=Status.PENDING), 100):
        project.decide(pair, Status.APPROVED)
    assert run.bring() is RunState.FINISHED
    assert studio.doctor() == []
