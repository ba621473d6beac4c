"""A run that goes further than it was planned to: another θ, more iterations, more instructions."""

from __future__ import annotations

import random

import pytest
from jobs import job, pool, step_of

from codeclm.errors import SettingsError
from codeclm.pipeline import retries
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


@pytest.mark.parametrize("use_filter", [pytest.param(True, marks=pytest.mark.large), False])
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


@pytest.mark.parametrize("use_filter", [True, False])
def test_fewer_iterations_take_back_what_failed_beyond_them(studio, seeds, serve, use_filter):
    def replies(request):
        return "rubbish" if step_of(request) == "improve" else None

    serve(replies)
    run = job(studio, seeds, iterations=3, theta=5.0, use_filter=use_filter)
    assert run.counts().failed
    run.change(iterations=1)
    assert run.bring() is RunState.FINISHED
    assert run.counts().failed == 0
    assert studio.doctor() == []
    asked = run.usage().calls
    run.change(iterations=3)
    assert run.bring() is RunState.FINISHED
    # Nothing new is known of them: the bad replies say the same again.
    assert run.counts().failed
    assert run.usage().calls == asked
    assert studio.doctor() == []


@pytest.mark.large
def test_what_a_server_failed_to_do_need_not_be_done_under_other_settings(
    studio, seeds, serve, monkeypatch
):
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.2)
    serve(lambda request: (500, {}, "{}") if step_of(request) == "improve" else None)
    run = job(studio, seeds, theta=5.0)
    assert run.bring() is RunState.FAILED
    run.change(theta=1.0, iterations=1)
    assert run.state is RunState.FINISHED
    assert run.counts().failed == 0
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
                    project.reviews.decide(pair, chance.choice([Status.APPROVED, Status.REJECTED]))
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
    project.reviews.decide(low[0], Status.APPROVED)
    project.reviews.decide(low[1], Status.REJECTED)
    run.change(theta=5.0)
    assert project.pair(low[0]).status is Status.APPROVED
    assert project.pair(low[1]).status is Status.REJECTED
    assert project.pair(low[0]).flags == ("not kept at the run's present θ",)
    assert low[2] not in project.pair_ids(project.filter(), 1000)
    run.change(theta=1.0)
    assert project.pair(low[0]).flags == ()
    assert studio.doctor() == []
