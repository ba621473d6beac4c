"""What vectors cost: asked in batches, paid once, kept when a look is stopped, killed or fails."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from hills import BY, MODEL, kept
from jobs import command

from bench.answers import vector
from bench.service import Fault
from codeclm.errors import (
    AuthenticationFailed,
    ModelUnknown,
    ReplyError,
    RequestRefused,
    SettingsError,
)
from codeclm.pipeline import worker
from codeclm.pipeline.looks import paying
from codeclm.pipeline.ownership import owned


def test_texts_are_asked_in_batches_a_few_at_once(many, serve):
    server = serve(latency=0.05)
    many.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 10
    assert server.stats()["peak"] == paying.AT_ONCE


def test_one_that_is_stopped_keeps_what_was_paid_and_the_next_asks_for_the_rest(many, serve):
    server = serve()

    def told(words):
        if words.startswith("asking") and not words.startswith("asking for vectors: 0 "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.looks.look("duplicates", BY, told)
    asked = server.stats()["requests"]
    assert 1 <= asked <= paying.AT_ONCE + 1
    assert kept(many) == 64 * asked
    assert many.looks.newest("duplicates") is None
    look = many.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 10
    assert server.stats()["repaid"] == 0
    assert look.result["paid"]["texts"] == 640 - 64 * asked


def test_one_that_is_stopped_while_it_compares_keeps_nothing(many, serve):
    serve()

    def told(words):
        if words.startswith("comparing vectors"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.looks.look("duplicates", BY, told)
    assert kept(many) == 640
    assert many.looks.newest("duplicates") is None


def test_killed_at_any_moment_only_what_was_in_flight_is_paid_again(studio, many, serve):
    server = serve(latency=0.1)
    process = subprocess.Popen(
        command("quality", "duplicates", "--embedding", MODEL, "--db", studio.store.path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not 1 <= kept(many) < 640:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.005)
    process.kill()
    process.wait(10)
    there = kept(many)
    assert there % 64 == 0
    time.sleep(0.3)
    server.reset()
    look = many.looks.look("duplicates", BY)
    assert look.result["paid"]["texts"] == 640 - there
    assert server.stats()["requests"] == (640 - there) // 64


def test_ctrl_c_keeps_what_is_in_flight(studio, many, serve):
    server = serve(latency=0.3)
    process = subprocess.Popen(
        command("quality", "map", "--embedding", MODEL, "--db", studio.store.path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not server.stats()["requests"]:
        assert time.monotonic() < until
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) != 0
    asked = server.stats()["requests"]
    assert asked <= paying.AT_ONCE
    assert kept(many) == 64 * asked


def test_faults_that_pass_are_asked_again_and_nothing_is_lost(many, serve):
    server = serve(rates={Fault.SLOW_DOWN: 0.2, Fault.RESET: 0.1, Fault.FAILED: 0.1}, seed=3)
    look = many.looks.look("duplicates", BY)
    assert look.result["paid"]["texts"] == 640
    assert server.stats()["requests"] > 10
    assert server.stats()["repaid"] == 0


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        ((401, {}, '{"error": {"message": "Bad key"}}'), AuthenticationFailed, "key"),
        (
            (404, {}, '{"error": {"message": "The model `vectors` does not exist"}}'),
            ModelUnknown,
            "no model 'vectors'",
        ),
        ((404, {}, '{"detail": "Not Found"}'), RequestRefused, "has no embeddings"),
        ((405, {}, ""), RequestRefused, "has no embeddings"),
        ({"data": [{"index": 0, "embedding": [1.0]}]}, ReplyError, "1 vectors for 5 texts"),
        ({"data": [{"embedding": [float("nan")]}] * 5}, ReplyError, "not finite"),
    ],
)
def test_what_is_of_no_use_ends_a_look_with_one_error(project, serve, reply, kind, told):
    server = serve(lambda _: reply)
    with pytest.raises(kind, match=told):
        project.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 1
    assert kept(project) == 0
    assert project.looks.newest("duplicates") is None


def test_without_its_key_a_look_asks_nobody(project, serve, monkeypatch):
    server = serve()
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(SettingsError, match="No key"):
        project.looks.look("duplicates", BY)
    assert server.stats()["requests"] == 0


def lengthened(after, length):
    """Vectors of 64 numbers, and of another length from the request after so many on."""
    asked = 0

    def reply(request):
        nonlocal asked
        asked += 1
        size = length if asked > after else 64
        data = [
            {"index": i, "embedding": vector(text, size)} for i, text in enumerate(request["input"])
        ]
        return {"data": data}

    return reply


def test_another_length_in_mid_look_ends_it_and_what_fits_stays(many, serve):
    server = serve(lengthened(3, 32))
    with pytest.raises(ReplyError, match="32 numbers after some of 64"):
        many.looks.look("duplicates", BY)
    assert kept(many) == 3 * 64
    before = server.stats()["requests"]
    assert before <= 3 + paying.AT_ONCE


def test_a_model_that_became_another_one_is_told_and_asked_anew(many, serve):
    changed = {"length": 64}

    def reply(request):
        return lengthened(0, changed["length"])(request)

    serve(reply)
    many.looks.look("duplicates", BY)
    changed["length"] = 32
    pair = next(iter(many.pairs()))
    many.reviews.edit(pair, "A new text.", pair.response)
    with pytest.raises(ReplyError, match="32 numbers now, and gave 64 before"):
        many.looks.look("duplicates", BY)
    assert kept(many) == 1
    assert many.looks.newest("duplicates").result["numbers"] == 64
    look = many.looks.look("duplicates", BY)
    assert (look.result["numbers"], look.result["paid"]["texts"]) == (32, 639)


# The worker's job ---------------------------------------------------------------------------------


@pytest.fixture
def _no_process(monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)


@pytest.mark.usefixtures("_no_process")
def test_the_worker_looks_by_vectors_and_is_stopped_between_batches(studio, many, serve):
    numbers = []

    def stop(_request):
        studio.jobs.stop(studio.jobs.get(numbers[0]))

    server = serve(stop, latency=0.2)
    numbers.append(studio.jobs.submit_look(many, "duplicates", BY))
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(numbers[0]).state == "stopped"
    asked = server.stats()["requests"]
    assert asked == paying.AT_ONCE
    assert kept(many) == 64 * asked
    again = studio.jobs.submit_look(many, "duplicates", BY)
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(again).state == "finished"
    assert server.stats()["repaid"] == 0


@pytest.mark.usefixtures("_no_process")
def test_a_job_that_fails_says_why(studio, project, serve):
    serve(lambda _: (404, {}, '{"detail": "Not Found"}'))
    number = studio.jobs.submit_look(project, "map", {"embedding": MODEL})
    worker.work(studio.store, idle=0.0)
    job = studio.jobs.get(number)
    assert (job.state, "has no embeddings" in job.message) == ("failed", True)


@pytest.mark.usefixtures("_no_process")
def test_where_a_command_line_is_at_work_only_looks_by_words_are_done_at_once(studio, project):
    with owned(studio.store):
        by_words = studio.jobs.submit_look(project, "map", {})
        waiting = studio.jobs.submit_look(project, "map", {"embedding": "simulated:embedding"})
        assert studio.jobs.get(by_words).state == "finished"
        assert studio.jobs.get(waiting).state == "queued"
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(waiting).state == "finished"
