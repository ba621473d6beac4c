"""Whole runs on the servers people run at home, each with its own ways."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from jobs import job, pool
from local_servers import VLLM, LlamaCpp, LMStudio, LocalServer, Ollama

from codeclm.pipeline import retries
from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.settings import Endpoint

Server = TypeVar("Server", bound=LocalServer)

DRESSED = (
    "<think>\nA list, {} or so?\n</think>\n\n{}",
    "```json\n{}\n```",
    "<think>hm</think>\n```\n{}\n```",
)


def bring(
    studio: Studio, seeds: Path, server: LocalServer, model: str = "m", **settings: Any
) -> Run:
    """A small run whose three roles are models of this server."""
    studio.save_endpoint(Endpoint(name="here", base_url=server.base_url))
    models = {"strong": f"here:{model}", "target": f"here:{model}-small"}
    return job(studio, seeds, **{"size": 8, **models, **settings})


def both(kind: type[Server], **changes: Any) -> Server:
    return kind("m", "m-small", **changes)


# Structured output -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "left_out"),
    [
        (lambda: both(Ollama), set()),
        (lambda: both(LlamaCpp), set()),
        (lambda: both(LMStudio), set()),
        (lambda: both(VLLM), {"counts"}),
        (lambda: both(VLLM, old=True), {"counts"}),
        (lambda: both(LMStudio, refuses_schema=True), {"response_format"}),
        (lambda: both(LlamaCpp, no_schema=400), {"counts", "strict", "response_format"}),
        (lambda: both(LlamaCpp, no_schema=500), {"counts", "strict", "response_format"}),
    ],
    ids=[
        "ollama",
        "llama.cpp",
        "lm studio",
        "vllm",
        "old vllm",
        "lm studio without schema",
        "llama.cpp without grammar",
        "old llama.cpp without grammar",
    ],
)
def test_what_a_server_refuses_of_a_schema_is_left_out_and_nothing_fails(
    studio, seeds, server, left_out
):
    with server() as opened:
        run = bring(studio, seeds, opened)
    assert run.state is RunState.FINISHED
    assert run.summary()["failed"] == 0
    with studio.store.reading() as db:
        rows = db.query("select distinct left_out from calls where left_out not in ('', '[]')")
        known = "".join(row["left_out"] for row in rows)
    assert {name for name in ("counts", "strict", "response_format") if name in known} == left_out


@pytest.mark.parametrize("dresses", DRESSED)
def test_a_schema_that_is_ignored_ends_in_the_same_pool(studio, seeds, dresses):
    with both(Ollama, dresses=dresses) as server:
        run = bring(studio, seeds, server)
    assert run.summary()["failed"] == 0
    with both(Ollama) as plain:
        assert pool(studio, run) == pool(studio, bring(studio, seeds, plain))


def test_prose_around_the_object_is_asked_about_once_and_then_is_a_failure(studio, seeds):
    with both(Ollama, dresses="Sure! Here you are:\n```json\n{}\n```\nAnything else?") as server:
        run = bring(studio, seeds, server, size=1, goal="metadata")
        asked = len(server.asked)
    failures = run.failures()
    assert failures
    assert {failure.kind for failure in failures} == {"ReplyError"}
    assert all("Sure! Here you are" in failure.raw for failure in failures)
    assert asked == 2 * len(failures)


# Token counts ------------------------------------------------------------------------------------


def test_tokens_nobody_counts_are_unknown_and_no_cap_is_passed(studio, seeds):
    with both(LlamaCpp, quiet=True) as server:
        run = bring(studio, seeds, server, budget_tokens=60_000)
    assert run.state is RunState.PAUSED
    usage = run.usage()
    assert usage.tokens == 0
    assert 0 < usage.unbilled_tokens <= 60_000
    assert run.summary()["prompt_tokens"] == 0
    assert usage.calls == len(server.asked)


# One call at a time ------------------------------------------------------------------------------


@pytest.mark.parametrize("slots", [1, 4])
def test_a_server_that_is_busy_with_others_gets_fewer_calls_and_nothing_fails(
    studio, seeds, monkeypatch, slots
):
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.2)
    with both(Ollama, slots=slots, hold=0.005) as server:
        run = bring(studio, seeds, server, size=20)
    assert run.state is RunState.FINISHED
    assert run.failures() == []
    # Sixty-four at once would be turned away many times for each that is answered.
    assert len(server.asked) < 4 * run.summary()["calls"]


def test_one_that_only_says_429_without_a_time_loses_none_either(studio, seeds, monkeypatch):
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.2)
    with both(Ollama, slots=1, hold=0.005, busy=429) as server:
        run = bring(studio, seeds, server, size=4)
    assert run.state is RunState.FINISHED
    assert run.failures() == []
    assert len(server.asked) > run.summary()["calls"]


def test_a_server_that_lets_calls_wait_loses_none(studio, seeds):
    with both(LlamaCpp) as server:
        run = bring(studio, seeds, server, size=20)
    assert run.failures() == []
    assert server.most_at_once > 1


def test_a_model_that_still_loads_is_waited_for_though_it_never_answered(
    studio, seeds, monkeypatch
):
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.02)
    with both(LlamaCpp, loads=200) as server:
        run = bring(studio, seeds, server, size=2)
    assert run.state is RunState.FINISHED
    assert run.failures() == []


# Models that are not there -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "model", "told"),
    [
        (lambda: Ollama("other"), "llama3.2:1b", "get it with: ollama pull llama3.2:1b"),
        (lambda: LMStudio(), "qwen3", "load it in LM Studio, or with: lms load qwen3"),
        (lambda: LMStudio("other"), "qwen3", "load it in LM Studio, or with: lms load qwen3"),
        (lambda: VLLM("other"), "org/m", "start the server with it: vllm serve org/m"),
        (lambda: VLLM("other", old=True), "org/m", "start the server with it: vllm serve org/m"),
        (lambda: Ollama("nomic-embed-text"), "nomic-embed-text", "choose a model that writes"),
    ],
    ids=["ollama", "lm studio, none", "lm studio, another", "vllm", "old vllm", "embeddings"],
)
def test_a_model_that_is_not_there_stops_the_run_with_how_to_get_it(
    studio, seeds, server, model, told
):
    with server() as opened:
        run = bring(studio, seeds, opened, model)
    assert run.state is RunState.FAILED
    assert told in run.row.message
    assert run.failures() == []
    # The calls that were on their way already, and no ladder for each of them.
    assert len(opened.asked) <= 64


def test_a_base_url_without_its_end_is_told_though_the_server_answers_200(studio, seeds):
    with ExitStack() as stack:
        server = stack.enter_context(both(LMStudio))
        address = server.base_url.removesuffix("/v1")
        studio.save_endpoint(Endpoint(name="here", base_url=address))
        run = job(studio, seeds, strong="here:m", target="here:m-small", size=2)
    assert run.state is RunState.FAILED
    assert "most end in /v1" in run.row.message
