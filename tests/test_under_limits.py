"""A whole run under the limits of its servers, told and untold."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace

import pytest

from codeclm.pipeline import waits
from codeclm.pipeline.synthesis import plan
from codeclm.records import RunState
from codeclm.settings import RunSettings


@pytest.fixture
def extraction(studio, tmp_path):
    """A run of one call for each of so many seeds, brought to its end; returns it and seconds."""

    def bring(seeds, about="thing", **settings):
        path = tmp_path / "many.jsonl"
        lines = [json.dumps({"prompt": f"Tell me about {about} {n}."}) for n in range(seeds)]
        path.write_text("\n".join(lines))
        wanted = RunSettings(strong="openai:big", goal="metadata", **settings)
        run, _ = plan(studio, path, wanted, field="prompt")
        began = time.monotonic()
        run.bring()
        return run, time.monotonic() - began

    return bring


def cap(studio, **caps):
    studio.save_endpoint(replace(studio.endpoints()["openai"], **caps))


@pytest.mark.large
def test_a_cap_on_requests_a_minute_is_kept_to(studio, serve, extraction):
    server = serve()
    cap(studio, rpm=600)
    run, seconds = extraction(30)
    assert run.state is RunState.FINISHED
    # Ten at once, then ten a second.
    assert 1.8 <= seconds <= 6
    assert server.stats()["requests"] == 30


@pytest.mark.large
def test_a_cap_on_tokens_a_minute_is_kept_to(studio, serve, extraction):
    serve()
    cap(studio, tpm=120_000)
    run, seconds = extraction(20)
    usage = run.usage()
    # Two thousand at once, then two thousand a second.
    assert seconds >= 0.8 * (usage.tokens - 2000) / 2000 > 1


def test_a_cap_on_calls_in_flight_is_kept_to(studio, serve, extraction):
    server = serve(latency=0.02)
    cap(studio, concurrency=3)
    extraction(20)
    assert server.stats()["peak"] == 3


@pytest.mark.parametrize(
    "headers",
    [
        "none",
        pytest.param("retry-after", marks=pytest.mark.large),
        pytest.param("full", marks=pytest.mark.large),
    ],
)
def test_a_limit_that_nobody_told_is_found(serve, extraction, headers):
    server = serve(rpm=3000, burst=50, headers=headers, latency=0.05)
    run, seconds = extraction(200)
    assert run.state is RunState.FINISHED
    assert run.usage().calls == 200
    # 50 at once, the others at 50 a second. How few are refused is held on a clock of its own, with
    # a loop that is on time and one that is not (limits/test_pace.py): here nobody knows which.
    assert 3.0 <= seconds <= 12
    assert server.stats()["statuses"].get("429", 0) <= 100


@pytest.mark.large
def test_a_server_that_queues_gets_fewer_calls(serve, extraction):
    server = serve(slots=2, hold=0.02)
    _, seconds = extraction(400, concurrency=64)
    assert seconds <= 1.4 * 400 * 0.02 / 2
    assert server.stats()["peak"] <= 64


def test_a_run_that_waits_for_its_turn_stops_at_once(studio, seeds, serve):
    serve()
    cap(studio, rpm=6)
    settings = RunSettings(strong="openai:big", goal="metadata")
    run, _ = plan(studio, seeds, settings, field="prompt")
    began = time.monotonic()

    def interrupt(progress):
        if progress.usage.calls:
            os.kill(os.getpid(), signal.SIGINT)

    assert run.bring(interrupt) is RunState.STOPPED
    assert time.monotonic() - began < 5


def refusing(seconds):
    """Refuses every call, naming so many seconds to wait."""
    return lambda request: (429, {"retry-after": str(seconds)}, '{"error": {"message": "wait"}}')


def test_a_server_that_names_hours_is_not_waited_for(serve, extraction):
    server = serve(refusing(7200))
    run, seconds = extraction(100)
    assert run.state is RunState.FAILED
    assert "openai:big wants to be asked again in 2.0 hours. Resume then" in run.row.message
    assert seconds < 3
    assert server.stats()["requests"] < 100


@pytest.mark.large
def test_a_named_wait_is_kept_to_by_everyone(serve, extraction):
    state = {"until": 0.0, "early": 0}

    def replies(request):
        left = state["until"] - time.monotonic()
        if left <= 0:
            return None
        state["early"] += 1
        return refusing(round(left + 0.05, 3))(request)

    serve(replies)
    # How long it takes here and now when nobody is refused.
    _, calm = extraction(200, "day")
    state["until"] = time.monotonic() + 1.0
    run, seconds = extraction(200)
    assert run.state is RunState.FINISHED
    # Those under way when the first refusal comes are refused as well, and hardly anybody else.
    assert state["early"] <= 40
    assert 1.0 <= seconds <= 2.5 + 2 * calm


@pytest.mark.large
def test_a_long_wait_is_told_while_it_lasts(studio, seeds, serve, monkeypatch):
    monkeypatch.setattr(waits, "LONG", 0.5)
    monkeypatch.setattr(waits, "TICK", 0.05)
    until = time.monotonic() + 2.5

    def replies(request):
        left = until - time.monotonic()
        return refusing(round(left + 0.05, 3))(request) if left > 0 else None

    serve(replies)
    settings = RunSettings(strong="openai:big", goal="metadata")
    run, _ = plan(studio, seeds, settings, field="prompt")
    told = []
    assert run.bring(lambda progress: told.append(progress.waits)) is RunState.FINISHED
    assert any("openai:big is not asked before" in words for words in told)
    assert run.row.message == ""
