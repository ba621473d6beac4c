"""An evaluation that a cap, a person or a kill has stopped goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from comparing import KINDS, planned, result, rows, says, write_set
from jobs import ROOT, command

from codeclm.errors import SettingsError
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState


def test_a_cap_pauses_it_and_a_raised_one_lets_it_go_on(project, bring, serve):
    serve(says)
    run = planned(project, bring(), budget_calls=7)
    assert run.bring() is RunState.PAUSED
    assert run.usage().calls == 7
    assert result(project, run).open > 0
    run.change(budget_calls=None)
    assert run.bring() is RunState.FINISHED
    assert run.usage().calls == 40
    with pytest.raises(SettingsError, match="there for evaluate alone"):
        run.change(theta=2.0)


def test_the_same_question_is_never_paid_twice(studio, project, bring, serve):
    serve(says)
    benchmark = bring()
    planned(project, benchmark).bring()
    again = planned(project, benchmark)
    assert again.bring() is RunState.FINISHED
    assert (again.usage().calls, again.usage().replayed) == (0, 40)
    # Another candidate shares the reference's answers alone.
    base = planned(project, benchmark, candidate="openai:base")
    base.bring()
    assert (base.usage().calls, base.usage().replayed) == (30, 10)


def begun(db, path, *more):
    words = ["evaluate", "--set", path, "--candidate", "openai:tuned", "--reference", "openai:big"]
    words += ["--judge", "openai:judge", "--whole", "--db", db, *more]
    return subprocess.Popen(
        command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(studio, number):
    until = time.monotonic() + 120
    while len(rows(studio, "assessments")) < number:
        assert time.monotonic() < until, "the evaluation made no headway"
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_or_stopped_it_goes_on_where_it_was(studio, project, tmp_path, serve, how):
    server = serve(says, latency=0.02)
    path = write_set(tmp_path / "set.jsonl", KINDS * 3)
    process = begun(studio.path, path, "--concurrency", 4)
    wait_for(studio, 10)
    process.send_signal(how)
    assert process.wait(timeout=90) == (130 if how is signal.SIGINT else -9)
    run = studio.newest_unfinished()
    assert run.state is (RunState.STOPPED if how is signal.SIGINT else RunState.INTERRUPTED)
    had = rows(studio, "assessments")
    assert run.bring() is RunState.FINISHED
    assert {*had} <= {*rows(studio, "assessments")}
    assert len(rows(studio, "assessments")) == 60
    # In flight at the kill: at most the models' slots.
    assert server.stats()["billed"] - run.usage().calls <= (0 if how is signal.SIGINT else 12)
    assert run.usage().calls == 120
    assert studio.doctor() == []


def test_a_worker_stops_it_and_goes_on_with_it(studio, project, bring, serve, monkeypatch):
    serve(says)
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    from codeclm.pipeline.worker import work

    run = planned(project, bring())
    studio.jobs.submit_run(run)
    studio.jobs.stop_run(run)
    work(studio.store, idle=0.0)
    studio.jobs.submit_run(run)
    work(studio.store, idle=0.0)
    assert run.state is RunState.FINISHED
    assert run.usage().calls == 40
    with Studio(studio.path) as other:
        assert other.project("compared").evaluations.result(run.id).total.compared == 10
