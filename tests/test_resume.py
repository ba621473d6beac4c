"""Killed, interrupted, resumed: the same pool, and nothing paid twice but what was in flight."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time

import pytest
from jobs import ROOT, command, job, pool, settled

from codeclm.pipeline.studio import Studio


def start(db, seeds, *more, size=60):
    words = ["synthesize", seeds, "--field", "prompt", "--strong", "openai:big"]
    words += ["--target", "openai:small", "--size", size, "--metadata", 20, "--db", db, *more]
    return subprocess.Popen(
        command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def paid_calls(db):
    try:
        with sqlite3.connect(db) as connection:
            found = connection.execute("select count(*) from calls").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
    return found


def wait_for_calls(db, number):
    until = time.monotonic() + 120
    while paid_calls(db) < number:
        assert time.monotonic() < until, "the run made no headway"
        time.sleep(0.01)


def resume(db, *more):
    done = subprocess.run(
        command("resume", "--db", db, "--json", *more), cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "moment",
    [40, *(pytest.param(moment, marks=pytest.mark.large) for moment in (5, 150, 300))],
)
def test_killed_at_any_moment_a_run_resumes_at_once_to_the_same_pool(
    tmp_path, studio, seeds, serve, moment
):
    server = serve(latency=0.01)
    db = tmp_path / "killed.db"
    process = start(db, seeds, "--concurrency", 16)
    wait_for_calls(db, moment)
    process.kill()
    process.wait()
    summary = resume(db)
    assert settled(summary) == 60
    stats = server.stats()
    # In flight at the kill: at most one call for each of both models' slots.
    assert stats["billed"] - summary["calls"] <= 32
    with Studio(db) as killed:
        undisturbed = job(studio, seeds, size=60, metadata=20)
        assert pool(killed, killed.run(1)) == pool(studio, undisturbed)
        assert killed.doctor() == []


def test_an_interrupt_finishes_what_is_in_flight_and_stops(tmp_path, seeds, serve):
    server = serve(latency=0.05)
    db = tmp_path / "stopped.db"
    process = start(db, seeds, "--concurrency", 8, size=16)
    wait_for_calls(db, 20)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=90) == 130
    assert server.stats()["abandoned"] == 0
    assert paid_calls(db) == server.stats()["billed"]
    assert settled(resume(db)) == 16
    assert server.stats()["repaid"] == 0


@pytest.mark.large
def test_an_interrupt_while_calls_wait_for_the_budget_is_an_interrupt(tmp_path, seeds, serve):
    server = serve(latency=1.0)
    db = tmp_path / "capped.db"
    process = start(db, seeds, "--concurrency", 8, "--budget-calls", 6)
    until = time.monotonic() + 120
    while server.stats()["in_flight"] < 6:
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=90) == 130
    assert paid_calls(db) == 6


def test_a_second_live_worker_is_refused(tmp_path, seeds, serve):
    serve(latency=0.05)
    db = tmp_path / "taken.db"
    process = start(db, seeds, "--concurrency", 4)
    wait_for_calls(db, 5)
    second = subprocess.run(command("resume", "--db", db), cwd=ROOT, capture_output=True, text=True)
    process.kill()
    process.wait()
    assert second.returncode == 1
    assert "Another process is at work" in second.stderr


@pytest.mark.large
def test_a_backup_made_while_a_run_writes_is_whole_and_resumes_to_the_same_pool(
    tmp_path, studio, seeds, serve
):
    serve(latency=0.04)
    db, copy = tmp_path / "busy.db", tmp_path / "backup.db"
    process = start(db, seeds, "--concurrency", 16)
    wait_for_calls(db, 100)
    done = subprocess.run(
        command("backup", copy, "--db", db), cwd=ROOT, capture_output=True, text=True
    )
    assert process.poll() is None, "the run was over before the backup was"
    assert done.returncode == 0, done.stderr
    assert "written to" in done.stderr
    assert process.wait(timeout=60) == 0
    with Studio(copy) as copied:
        assert copied.run(1).state == "interrupted"
        assert copied.doctor() == []
        assert 100 <= copied.run(1).usage().calls < 10_000
    assert settled(resume(copy)) == 60
    with Studio(copy) as copied, Studio(db) as undisturbed:
        assert pool(copied, copied.run(1)) == pool(undisturbed, undisturbed.run(1))
        assert copied.doctor() == undisturbed.doctor() == []
