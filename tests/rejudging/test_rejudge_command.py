"""A re-judge by command, killed and stopped, and by a worker."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest
from again import again, scores
from jobs import ROOT, command

from codeclm.pipeline.studio import Studio
from codeclm.records import RunState


def begun(db, *more):
    words = ["rejudge", "--judge", "openai:second", "--samples", 4, "--db", db, *more]
    return subprocess.Popen(
        command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(studio, number):
    until = time.monotonic() + 120
    while True:
        with studio.store.reading() as db:
            found = db.conn.execute("select count(*) from opinions").fetchone()[0]
        if found >= number:
            return
        assert time.monotonic() < until, "the re-judge made no headway"
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_or_stopped_it_goes_on_where_it_was(studio, project, serve, how):
    server = serve(latency=0.02)
    process = begun(studio.path, "--concurrency", 4)
    wait_for(studio, 10)
    process.send_signal(how)
    assert process.wait(timeout=90) == (130 if how is signal.SIGINT else -9)
    run = studio.newest_unfinished()
    assert run.state is (RunState.STOPPED if how is signal.SIGINT else RunState.INTERRUPTED)
    had = scores(studio, run)
    done = subprocess.run(
        command("resume", "--db", studio.path, "--json"), cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["judgements"] == 8 * project.count_pairs() == 2 * 4 * told["compared"]
    assert set(had) <= set(scores(studio, run))
    # In flight at the kill: at most the model's slots.
    assert server.stats()["billed"] - told["calls"] <= (0 if how is signal.SIGINT else 4)
    assert studio.doctor() == []


def test_the_command_tells_what_came_of_it(run, seeds, serve):
    serve()
    models = ("--strong", "openai:big", "--target", "openai:small")
    run("synthesize", seeds, "--field", "prompt", *models, "--size", 12)
    expected = run("rejudge", "--judge", "openai:second", "--estimate")
    assert expected.exit_code == 0
    assert "before replays" in expected.stdout
    result = run("rejudge", "--judge", "openai:second", "--at-most", 3, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout.splitlines()[-1])
    assert (told["pairs"], told["compared"], told["calls"]) == (3, 3, 6)
    assert told["judge"] == "openai:second"
    assert 0 <= told["same_winner"] <= 1
    assert "6 of 6 judgements over 3 pairs" in result.stderr
    more = run("rejudge", "--more", 2, "--status", "pending", "--run", 1, "--json")
    assert json.loads(more.stdout.splitlines()[-1])["replayed"] == 0
    listed = run("runs").stdout
    assert "rejudge" in listed


def test_a_judge_nobody_can_ask_is_refused_before_anything_is_planned(run, seeds, serve):
    serve()
    models = ("--strong", "openai:big", "--target", "openai:small")
    run("synthesize", seeds, "--field", "prompt", *models, "--size", 4)
    result = run("rejudge", "--judge", "nowhere:model")
    assert result.exit_code == 1
    assert "There is no endpoint 'nowhere'" in result.stderr
    assert len(json.loads(run("runs", "--json").stdout)) == 1


def test_a_worker_stops_it_and_goes_on_with_it(studio, project, monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    from codeclm.pipeline.worker import work

    run = again(project)
    studio.jobs.submit_run(run)
    studio.jobs.stop_run(run)
    work(studio.store, idle=0.0)
    studio.jobs.submit_run(run)
    work(studio.store, idle=0.0)
    assert run.state is RunState.FINISHED
    assert run.usage().calls == 2 * project.count_pairs()
    with Studio(studio.path) as other:
        assert other.run(run.id).summary()["judgements"] == 2 * project.count_pairs()
