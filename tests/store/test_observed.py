"""What earlier runs saw is read from spread samples."""

from __future__ import annotations

import pytest
from jobs import job

from codeclm.settings import RunSettings
from codeclm.store import calls
from codeclm.store.observed import CALLS, Kind, Seen, observed

SETTINGS = RunSettings(strong="openai:big", target="openai:small")


@pytest.fixture
def seen(studio):
    """What project 1 and the others saw of the models of ``SETTINGS``, some settings changed."""

    def read(project=1, settings=SETTINGS):
        with studio.store.reading() as db:
            return observed(db, settings, project)

    return read


def test_a_small_run_is_read_whole(studio, seeds, serve, seen):
    serve()
    run = job(studio, seeds, size=10)
    elsewhere, own = seen()
    assert elsewhere.calls == {}
    with studio.store.reading() as db:
        used = calls.usage_by_role(db, run.id)
    basic, harder = (own.calls[Kind("respond", "target", harder)] for harder in (False, True))
    assert (basic.calls, (basic + harder).calls) == (10, used["target"].calls)
    assert basic.prompt < harder.prompt
    tokens = (basic + harder).calls * (basic + harder).prompt
    assert tokens == pytest.approx(used["target"].prompt_tokens)
    assert sum(one.calls for kind, one in own.calls.items() if kind.role == "strong") == (
        used["strong"].calls
    )
    assert (own.seeds, own.instructions, own.judged[1]) == (12, 10, 10)


@pytest.mark.large
def test_a_large_one_is_sampled_without_moving_the_means(studio, seeds, serve, seen):
    serve()
    run = job(studio, seeds, size=150)
    with studio.store.reading() as db:
        used = calls.usage_by_role(db, run.id)["judge"]
    judged = [seen()[1].calls[Kind("judge", "judge", harder)] for harder in (False, True)]
    found = judged[0] + judged[1]
    assert CALLS / 2 <= found.calls <= CALLS < used.calls
    assert found.prompt == pytest.approx(used.prompt_tokens / used.calls, rel=0.1)
    assert found.completion == pytest.approx(used.completion_tokens / used.calls, rel=0.1)


@pytest.mark.large
def test_gaps_are_compared_with_the_theta_that_is_asked_for(studio, seeds, serve, seen):
    serve()
    run = job(studio, seeds, size=60)
    assert sum(seen()[1].kept.values()) == run.counts().kept
    found = seen(settings=RunSettings(strong="openai:big", target="openai:small", theta=0.0))[1]
    assert found.kept[1] > 40


def test_other_models_are_not_these(studio, seeds, serve, seen):
    serve()
    job(studio, seeds, size=5)
    _, own = seen(settings=RunSettings(strong="openai:big", target="openai:other"))
    assert own.runs == ()
    assert Kind("respond", "target") not in own.calls
    assert Kind("encode", "strong") in own.calls


def test_what_other_projects_saw_is_apart(studio, seeds, serve, seen):
    serve()
    run = job(studio, seeds, size=5)
    elsewhere, own = seen(project=None)
    assert (elsewhere.runs, own.runs) == ((run.id,), ())


def test_bad_replies_are_a_share(studio, seeds, serve, seen):
    from bench.service import Fault

    serve(rates={Fault.MALFORMED: 0.2})
    job(studio, seeds, size=40)
    assert 0.08 < seen()[1].calls[Kind("judge", "judge")].unusable < 0.3


def test_means_add_up_by_their_weights():
    one = Seen(calls=1, with_tokens=1, prompt=10, completion=4, latency=1, unusable=1)
    three = Seen(calls=3, with_tokens=0, prompt=0, completion=0, latency=5, unusable=0)
    both = one + three
    assert (both.calls, both.with_tokens) == (4, 1)
    assert (both.prompt, both.completion, both.latency, both.unusable) == (10, 4, 4, 0.25)


def test_a_database_without_runs_has_seen_nothing(seen):
    elsewhere, own = seen()
    assert elsewhere == own
    assert own.calls == {}
