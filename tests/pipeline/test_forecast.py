"""What was expected of a run, beside what it took: whole runs of simulated models and the fake."""

from __future__ import annotations

import pytest
from jobs import job

from codeclm.pipeline import sources
from codeclm.settings import RunSettings

SIMULATED = {"strong": "simulated:strong", "target": "simulated:target"}


def off(run):
    """How far the run's estimate was off: calls and tokens by role and in total, as shares."""
    return {
        row.who: (
            row.estimated.calls / row.real.calls - 1,
            row.estimated.tokens / row.real.tokens - 1,
        )
        for row in run.beside_estimate()
    }


def worst(run):
    return max(abs(share) for both in off(run).values() for share in both)


def brought(run):
    run.bring()
    return run


@pytest.fixture
def sample(studio):
    """A sample project with its metadata extracted by simulated models."""
    project = sources.try_it(studio)
    project.plan_from_seeds(RunSettings(goal="metadata", **SIMULATED)).bring()
    return project


def test_a_preview_of_five_brings_the_estimate_near(sample):
    blind = sample.estimate(RunSettings(size=200, seed=1, **SIMULATED))
    preview = brought(sample.plan_from_metadata(RunSettings(size=5, **SIMULATED)))
    # Another seed: nothing but the metadata's rubrics is replayed.
    run = brought(sample.plan_from_metadata(RunSettings(size=200, generation=1, **SIMULATED)))
    assert run.estimate().rests_on == f"observed in run {preview.id} (5 instructions)"
    assert worst(run) < 0.25
    assert blind.total.tokens > 1.25 * run.usage().tokens


def test_after_a_whole_run_the_next_one_is_known(sample):
    sample.plan_from_metadata(RunSettings(size=150, **SIMULATED)).bring()
    again = brought(sample.plan_from_metadata(RunSettings(size=150, generation=1, **SIMULATED)))
    assert worst(again) < 0.15


@pytest.mark.large
def test_over_the_network_too(studio, seeds, serve):
    serve(latency=0.02)
    preview = job(studio, seeds, size=25, fresh=True)
    run = job(studio, seeds, size=120, fresh=True)
    assert run.estimate().rests_on == f"observed in run {preview.id} (25 instructions)"
    assert worst(run) < 0.25
    again = job(studio, seeds, size=120, fresh=True)
    assert worst(again) < 0.15
    assert again.beside_estimate()[-1].estimated.minutes * 60 < 20


@pytest.mark.large
def test_a_run_of_five_moves_it_and_promises_no_more(studio, seeds, serve):
    serve()
    job(studio, seeds, size=5, fresh=True)
    assert worst(job(studio, seeds, size=120, fresh=True)) < 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"theta": 5.0},
        *(
            pytest.param(changes, marks=pytest.mark.large)
            for changes in (
                {"use_rubrics": False},
                {"use_filter": False},
                {"stop_at_kept": 60, "size": 400},
                {"iterations": 2, "batch": 3},
            )
        ),
    ],
)
def test_what_one_run_saw_holds_for_another_kind_of_run(sample, changes):
    sample.plan_from_metadata(RunSettings(size=120, **SIMULATED)).bring()
    other = RunSettings(**{**SIMULATED, "size": 120, "generation": 1, **changes})
    assert worst(brought(sample.plan_from_metadata(other))) < 0.25


@pytest.mark.large
def test_another_project_with_the_same_models_is_better_than_nothing(studio, seeds, serve):
    serve()
    first = job(studio, seeds, size=60, fresh=True)
    run = job(studio, seeds, size=60, fresh=True, project="elsewhere")
    assert run.estimate().rests_on == f"observed in run {first.id} (60 instructions)"
    assert worst(run) < 0.15
    other = job(studio, seeds, size=5, fresh=True, target="openai:other")
    assert other.estimate().rests_on.startswith("assumed; only the calls of encode, ")


def test_what_is_in_the_journal_is_counted_apart(studio, seeds, serve):
    serve()
    job(studio, seeds, size=20)
    again = job(studio, seeds, size=20)
    assert again.estimate().total.calls > 50
    assert (again.usage().calls, again.beside_estimate()[-1].real.calls) == (0, 0)


def test_an_estimate_stays_that_of_the_first_plan(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=10)
    before = run.estimate()
    run.change(size=30)
    run.bring()
    assert run.estimate() == before
    assert run.beside_estimate()[-1].real.calls > before.total.most


def test_a_run_that_was_planned_before_there_were_estimates_has_none(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=5)
    with studio.store.writing() as db:
        db.conn.execute("update runs set estimate = null")
    assert run.estimate() is None
    assert run.beside_estimate() == []


def test_what_happened_by_role_adds_up(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=20, strong="openai:gpt-4o", target="openai:gpt-4o-mini")
    *roles, total = run.beside_estimate()
    assert [row.who for row in roles] == ["strong", "target", "judge"]
    assert sum(row.real.calls for row in roles) == total.real.calls == run.usage().calls
    assert sum(row.real.tokens for row in roles) == total.real.tokens == run.usage().tokens
    assert total.real.cost_usd == pytest.approx(run.usage().cost_usd)
    assert total.minutes == pytest.approx(run.summary()["seconds"] / 60, abs=0.01)
    assert run.estimate().unpriced == ()
