"""What goes wrong in the world, and what must not go wrong because of it."""

from __future__ import annotations

import json
import sqlite3
import time
import zlib

import pytest
from jobs import body, job, pool, step_of

from codeclm.errors import ExportError, SettingsError
from codeclm.pipeline import retries, waits
from codeclm.pipeline.synthesis import plan
from codeclm.records import RunState
from codeclm.settings import RunSettings
from codeclm.store import calls

DOWN = (500, {"retry-after-ms": "1"}, '{"error": {"message": "down"}}')


# Servers that are gone for a while ---------------------------------------------------------------


@pytest.mark.parametrize("status", [503, pytest.param(429, marks=pytest.mark.large)])
def test_a_server_that_restarts_costs_a_run_nothing(studio, seeds, serve, monkeypatch, status):
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.2)
    asked: list[float] = []

    def replies(_request):
        asked.append(time.monotonic())
        is_gone = len(asked) > 60 and asked[-1] - asked[60] < 3
        return (status, {}, '{"error": {"message": "starting"}}') if is_gone else None

    serve(replies)
    run = job(studio, seeds, size=20, concurrency=4)
    assert run.state is RunState.FINISHED
    assert run.failures() == []


def test_while_nothing_is_answered_the_run_says_since_when_and_why(
    studio, seeds, serve, monkeypatch
):
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(waits, "LONG", 0.3)
    monkeypatch.setattr(waits, "TICK", 0.05)
    asked: list[float] = []

    def replies(_request):
        asked.append(time.monotonic())
        is_gone = len(asked) > 20 and asked[-1] - asked[20] < 1.5
        return (503, {}, '{"error": {"message": "loading the model"}}') if is_gone else None

    serve(replies)
    run, _ = plan(
        studio,
        seeds,
        RunSettings(strong="openai:big", target="openai:small", size=20),
        field="prompt",
    )
    told = []
    assert run.bring(lambda progress: told.append(progress.waits)) is RunState.FINISHED
    assert any(
        "openai:big has not answered since" in words and "loading the model" in words
        for words in told
    )
    assert run.row.message == ""


# Servers that are down for one step and then well again -----------------------------------------


@pytest.mark.parametrize("step", ["encode", "rubrics", "decode", "improve", "judge"])
def test_whatever_step_was_down_resume_ends_in_the_undisturbed_pool(studio, seeds, serve, step):
    state = {"down": True}

    def replies(request):
        # Some seeds and some judgements, but every rubric, batch and improvement.
        part = zlib.crc32(json.dumps(request["messages"]).encode()) % 3 == 0
        hit = step_of(request) == step and (part or step not in ("encode", "judge"))
        return DOWN if state["down"] and hit else None

    serve(replies)
    # A few calls at once, so that the run does not give up on the model altogether.
    run = job(studio, seeds, size=16, concurrency=2)
    assert run.state is RunState.FAILED
    state["down"] = False
    assert run.bring() is RunState.FINISHED
    summary = run.summary()
    assert summary["kept"] + summary["exhausted"] == 16
    assert studio.doctor() == []
    assert pool(studio, run) == pool(studio, job(studio, seeds, size=16, fresh=True))


def test_a_request_that_is_refused_is_a_failure_for_good(studio, seeds, serve):
    too_long = '{"error": {"message": "maximum context length", "code": "context_length_exceeded"}}'
    serve(
        lambda request: (
            (400, {}, too_long)
            if step_of(request) == "respond" and request["model"] == "small"
            else None
        )
    )
    run = job(studio, seeds, size=6)
    assert run.state is RunState.FINISHED
    assert run.summary()["failed"] == 6


@pytest.mark.parametrize(
    "odd",
    [
        {"usage": {"prompt_tokens": 12.5, "completion_tokens": "12", "total_tokens": 1}},
        {"usage": {"prompt_tokens": -5, "completion_tokens": -5, "total_tokens": -10}},
        {"usage": None},
        {"model": "half \ud800 a pair"},
        {"system_fingerprint": "half \ud800 a pair"},
    ],
)
def test_odd_fields_in_a_reply_lose_nothing(studio, seeds, serve, odd):
    def replies(request):
        return body("Fine.", **odd) if step_of(request) == "respond" else None

    serve(replies)
    run = job(studio, seeds, size=6)
    summary = run.summary()
    assert run.state is RunState.FINISHED
    assert summary["kept"] + summary["exhausted"] == 6
    assert summary["prompt_tokens"] >= 0


# What is kept and what is asked again -----------------------------------------------------------


def test_a_bad_second_reply_is_not_replayed_and_owns_no_text(studio, seeds, serve):
    def replies(request):
        if step_of(request) != "decode":
            return None
        again = "exactly 4 instructions" not in request["messages"][-1]["content"]
        return "total garbage" if again else json.dumps({"instructions": ["a thing to ask"]})

    serve(replies)
    run = job(studio, seeds, size=48, batch=4)
    with studio.store.reading() as db:
        bad = list(db.query("select usable, error from calls where reply = 'total garbage'"))
        owners = list(
            db.query(
                "select distinct calls.reply from instructions join calls"
                " on calls.id = instructions.call_id where iteration = 1"
            )
        )
    assert bad
    assert {row["usable"] for row in bad} == {0}
    assert [json.loads(row["reply"]) for row in owners] == [{"instructions": ["a thing to ask"]}]
    assert run.summary()["failed"] == 36


def test_fresh_is_fresh_in_every_project(studio, seeds, serve):
    serve()
    job(studio, seeds, project="one", size=4, fresh=True)
    assert job(studio, seeds, project="two", size=4, fresh=True).summary()["replayed"] == 0


def test_a_larger_run_pays_only_for_what_is_new(studio, seeds, serve):
    server = serve()
    job(studio, seeds, size=12 * 3, batch=2)
    paid = server.stats()["requests"]
    larger = job(studio, seeds, size=12 * 4, batch=2)
    # The first batch of each entry is the same question; so is everything behind it.
    assert larger.summary()["replayed"] > 12 * 2
    assert server.stats()["requests"] - paid == larger.summary()["calls"]


def test_metadata_of_a_project_stands_in_plan_order_at_any_concurrency(studio, seeds, serve):
    serve(jitter=0.02)
    orders = []
    for name, concurrency in (("one", 1), ("many", 64)):
        settings = RunSettings(strong="openai:big", goal="metadata", concurrency=concurrency)
        run, _ = plan(studio, seeds, settings, field="prompt", project=name, fresh=True)
        run.bring()
        orders.append([(e.use_case, e.skills) for e in studio.project(name).metadata()])
    assert orders[0] == orders[1]


def test_clearing_seeds_takes_nothing_from_the_runs_made_of_them(studio, seeds, serve):
    serve()
    job(studio, seeds, size=4)
    project = studio.project("outdoor")
    project.clear_seeds()
    assert project.seeds(10) == []
    assert project.card().seeds == 0
    assert studio.doctor() == []
    job(studio, seeds, size=4)
    assert project.card().seeds == 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget_usd": float("inf")},
        {"budget_usd": float("nan")},
        {"budget_calls": -5},
        {"theta": float("nan")},
        {"size": 10**20},
        {"metadata": 2 * 10**9},
    ],
)
def test_settings_that_make_no_sense_never_reach_the_database(wrong):
    with pytest.raises(SettingsError, match="make no sense"):
        RunSettings(strong="a:b", target="c:d", **wrong)


# Mistakes ---------------------------------------------------------------------------------------


def test_a_mistyped_model_leaves_nothing_behind(studio, seeds):
    with pytest.raises(SettingsError, match="no endpoint 'opnai'"):
        job(studio, seeds, strong="opnai:big")
    assert studio.projects() == []
    assert studio.runs() == []


def test_an_export_never_writes_over_the_database(studio, seeds, serve):
    serve()
    job(studio, seeds, size=4)
    project = studio.project("outdoor")
    link = studio.path.parent / "link.jsonl"
    link.symlink_to(studio.path)
    for path in (studio.path, link, studio.path.with_name(f"{studio.path.name}-wal")):
        with pytest.raises(ExportError, match="a file this job needs"):
            project.export(path)
    with sqlite3.connect(studio.path) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()


def test_a_run_is_done_once_however_often_it_is_asked_for(studio, seeds, serve, monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    serve()
    settings = RunSettings(strong="openai:big", target="openai:small", size=4)
    run, _ = plan(studio, seeds, settings, field="prompt")
    first = studio.jobs.submit_run(run)
    assert studio.jobs.submit_run(run) == first
    studio.jobs.stop_run(run)
    assert studio.jobs.get(first).state == "stopped"
    assert studio.jobs.submit_run(run) != first


def test_what_an_endpoint_refuses_is_known_to_the_next_process(studio, seeds, serve):

    server = serve(refuse=frozenset({"counts", "strict"}))
    job(studio, seeds, size=4)
    with studio.store.reading() as db:
        known = calls.left_out(db, server.base_url, "big")
    assert set(known) == {"counts", "strict"}
    before = server.stats()["statuses"].get("400", 0)
    job(studio, seeds, size=4, fresh=True)
    assert server.stats()["statuses"].get("400", 0) == before > 0


def test_a_bug_of_ours_loses_no_paid_reply(studio, seeds, serve, monkeypatch):
    from codeclm.method import judge

    original, seen = judge.parse, []

    def parse(reply, order):
        seen.append(order)
        if len(seen) > 10:
            raise KeyError("a bug")
        return original(reply, order)

    monkeypatch.setattr(judge, "parse", parse)
    server = serve(latency=0.005)
    with pytest.raises(KeyError):
        job(studio, seeds, size=16)
    (run,) = studio.runs()
    assert run.state is RunState.FAILED
    assert "bug of ours" in run.row.message
    assert run.usage().calls == server.stats()["billed"]
    monkeypatch.setattr(judge, "parse", original)
    assert run.bring() is RunState.FINISHED
    assert server.stats()["repaid"] == 0


def test_a_database_that_fails_in_the_middle_stops_the_run_and_loses_nothing(
    studio, seeds, serve, monkeypatch
):
    from codeclm.errors import StoreError
    from codeclm.store import chains

    original, seen = chains.texts, []

    def texts(*place):
        seen.append(place)
        if len(seen) == 9:
            raise StoreError("The database is locked.", "Try again.")
        return original(*place)

    monkeypatch.setattr(chains, "texts", texts)
    server = serve(latency=0.005)
    run = job(studio, seeds, size=24)
    assert run.state is RunState.FAILED
    assert "The database is locked" in run.row.message
    assert run.usage().calls == server.stats()["billed"]
    assert run.bring() is RunState.FINISHED
    assert run.counts().settled == 24


def test_a_key_is_not_taken_for_the_name_of_its_variable(studio):
    from codeclm.settings import Endpoint

    with pytest.raises(SettingsError, match="no name of an environment variable") as caught:
        studio.save_endpoint(
            Endpoint(name="mine", base_url="http://127.0.0.1:1/v1", key_env="sk-proj-canary")
        )
    assert "canary" not in str(caught.value)
