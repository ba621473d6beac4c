"""Caps hold whatever happens: unknown bills, lost connections, kills, any concurrency."""

from __future__ import annotations

import subprocess
import time

import pytest
from jobs import ROOT, body, command, job

from bench.service import Fault
from codeclm.errors import SettingsError
from codeclm.pipeline import retries
from codeclm.pipeline.lines import AHEAD
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.settings import Caps
from codeclm.store import calls


def test_a_call_whose_bill_is_unknown_counts_over_every_resume(studio, seeds, serve):
    server = serve(rates={Fault.HANG: 1.0})
    run = job(studio, seeds, size=4, budget_calls=6, timeout=0.2, concurrency=8)
    assert run.state is RunState.PAUSED
    assert run.usage().unbilled_calls == server.stats()["requests"] == 6
    assert run.bring() is RunState.PAUSED
    assert server.stats()["requests"] == 6


def test_replies_without_token_counts_count_in_full_over_every_resume(studio, seeds, serve):
    server = serve(lambda request: body('{"use_case": "a", "skills": ["b c"]}', usage=None))
    run = job(studio, seeds, size=4, budget_tokens=20_000)
    assert run.state is RunState.PAUSED
    asked = server.stats()["requests"]
    assert run.usage().unbilled_tokens <= 20_000
    run.bring()
    assert server.stats()["requests"] == asked


def test_a_cap_in_money_is_never_passed_at_any_concurrency(studio, seeds, serve):
    server = serve(latency=0.01)
    prices = {"openai:big": (20.0, 60.0), "openai:small": (5.0, 15.0)}
    run = job(studio, seeds, size=200, budget_usd=1.0, prices=prices, concurrency=64)
    assert run.state is RunState.PAUSED
    usage = run.usage()
    assert 0.5 < usage.cost_usd <= 1.0
    assert usage.unbilled_usd == 0
    assert usage.calls == server.stats()["billed"]
    assert run.row.message.startswith(f"Budget: ${usage.cost_usd:.4f} of $1 are spent")


def test_a_cap_of_one_role_holds_the_run_and_names_the_role(studio, seeds, serve):
    server = serve()
    run = job(studio, seeds, size=30, role_budgets={"judge": Caps(calls=17)})
    assert run.state is RunState.PAUSED
    assert "17 of 17 calls for the judge model are spent" in run.row.message
    with studio.store.reading() as db:
        assert calls.usage_by_role(db, run.id)["judge"].calls == 17
    run.change(role_budgets={})
    assert run.bring() is RunState.FINISHED
    assert server.stats()["repaid"] == 0


def test_a_cap_in_money_needs_every_price_before_the_first_call(studio, seeds, serve):
    server = serve()
    priced = {"openai:big": (1.0, 2.0)}
    with pytest.raises(SettingsError, match="price of openai:small is not known") as told:
        job(studio, seeds, size=4, budget_usd=1.0, prices=priced)
    assert "--price openai:small=IN/OUT" in told.value.hint
    with pytest.raises(SettingsError, match="price of openai:small"):
        job(studio, seeds, size=4, role_budgets={"target": Caps(usd=1.0)}, prices=priced)
    assert server.stats()["requests"] == 0
    # A cap of the strong model alone asks for no other price.
    strong = {"strong": Caps(usd=100.0), "judge": Caps(usd=100.0)}
    assert job(studio, seeds, size=4, role_budgets=strong, prices=priced).state is RunState.FINISHED


def test_a_raised_cap_lets_a_paused_run_go_on(studio, seeds, serve):
    serve()
    run = job(studio, seeds, size=6, budget_calls=20)
    assert run.state is RunState.PAUSED
    run.change(budget_calls=10_000, concurrency=3)
    assert run.bring() is RunState.FINISHED
    with pytest.raises(SettingsError, match="Of a planned run only"):
        run.change(seed=1)


@pytest.mark.parametrize(("fault", "unbilled"), [(Fault.RESET, 3), (Fault.TRUNCATE, 3)])
def test_what_breaks_off_after_it_was_sent_may_have_been_billed(
    studio, seeds, serve, fault, unbilled
):
    serve(rates={fault: 1.0})
    run = job(studio, seeds, size=4, budget_calls=unbilled)
    assert run.state is RunState.PAUSED
    assert run.usage().unbilled_calls == unbilled


def test_a_connection_that_was_never_made_costs_nothing(studio, seeds, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.2)
    run = job(studio, seeds, size=4, budget_calls=2)
    assert run.state is RunState.FAILED
    assert run.usage().unbilled_calls == 0


def test_calls_in_flight_at_a_kill_are_counted(tmp_path, seeds, serve):
    server = serve(latency=0.3)
    db = tmp_path / "killed.db"
    models = ["--strong", "openai:big", "--target", "openai:small", "--concurrency", 8]
    words = command("synthesize", seeds, "--field", "prompt", *models, "--budget-calls", 40)
    words += ["--db", str(db)]
    for number in (1, 2, 3):
        process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL)
        # What was in flight counts against the cap without having arrived: a slow machine may come
        # to the cap before it comes to so many requests.
        _wait(
            lambda wanted=10 * number, one=process: (
                server.stats()["requests"] >= wanted or one.poll() is not None
            )
        )
        process.kill()
        process.wait()
        words = command("resume", "--db", db)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 3
    assert server.stats()["requests"] <= 40
    with Studio(db) as killed:
        usage = killed.run(1).usage()
        # At each kill: no more than the slots of one model, and those that were next.
        assert 1 <= usage.unbilled_calls <= 3 * (8 + AHEAD)
        assert usage.calls + usage.unbilled_calls == 40
        assert usage.calls <= server.stats()["requests"]


def _wait(happened):
    until = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.005)
