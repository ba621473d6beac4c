"""The worker: takes jobs, hears stops, makes room, and never works beside another."""

import threading
import time

import pytest

from codeclm.errors import WorkTaken
from codeclm.pipeline import worker
from codeclm.pipeline.ownership import is_taken, owned
from codeclm.records import Metadata, RunState
from codeclm.settings import RunSettings


@pytest.fixture(autouse=True)
def _no_process(monkeypatch):
    """Jobs are only queued; the tests run the worker themselves."""
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)


@pytest.fixture
def planned(studio):
    project = studio.create_project("garden")
    project.add_metadata([Metadata("pruning advice", ("plant care",))])
    settings = RunSettings(strong="simulated:strong", target="simulated:target", size=10)
    return project.plan_from_metadata(settings)


def test_a_queued_run_is_brought_to_its_end(studio, planned):
    job = studio.jobs.submit_run(planned)
    assert studio.jobs.get(job).state == "queued"
    worker.work(studio.store, idle=0.3)
    assert studio.jobs.get(job).state == "finished"
    assert planned.state is RunState.FINISHED
    assert planned.counts().settled == 10


def test_a_model_is_tried_with_one_small_call(studio, serve):
    server = serve()
    good, bad = studio.jobs.submit_test("openai:small"), studio.jobs.submit_test("nowhere:x")
    worker.work(studio.store, idle=0.3)
    assert studio.jobs.get(good).result["structured"] is True
    assert studio.jobs.get(good).result["latency"] >= 0
    assert studio.jobs.get(bad).state == "failed"
    assert "There is no endpoint 'nowhere'" in studio.jobs.get(bad).message
    assert server.stats()["requests"] == 1


def test_a_stop_finishes_what_is_in_flight_and_resume_goes_on(studio, seeds, serve):
    serve(latency=0.02)
    project = studio.create_project("garden")
    project.add_metadata([Metadata("pruning advice", ("plant care",))])
    settings = RunSettings(strong="openai:big", target="openai:small", size=30, concurrency=4)
    run = project.plan_from_metadata(settings)
    job = studio.jobs.submit_run(run)
    working = threading.Thread(target=worker.work, args=(studio.store, 0.3))
    working.start()
    until = time.monotonic() + 120
    while run.usage().calls < 5 and time.monotonic() < until:
        time.sleep(0.02)
    assert run.state is RunState.RUNNING
    studio.jobs.stop_run(run)
    working.join(10)
    assert studio.jobs.get(job).state == "stopped"
    assert run.state is RunState.STOPPED
    assert run.counts().settled < 30
    studio.jobs.submit_run(run)
    worker.work(studio.store, idle=0.3)
    assert run.counts().settled == 30


def test_a_connection_test_that_takes_too_long_is_stopped(studio, serve):
    serve(latency=25)
    number = studio.jobs.submit_test("openai:big")
    working = threading.Thread(target=worker.work, args=(studio.store, 0.3))
    working.start()
    until = time.monotonic() + 120
    while studio.jobs.get(number).state != "running" and time.monotonic() < until:
        time.sleep(0.02)
    studio.jobs.stop(studio.jobs.get(number))
    working.join(10)
    assert not working.is_alive()
    assert studio.jobs.get(number).state == "stopped"


def test_two_do_not_work_on_one_database(studio):
    with owned(studio.store):
        assert is_taken(studio.path)
        with pytest.raises(WorkTaken, match="Another process is at work"), owned(studio.store):
            pass
    assert not is_taken(studio.path)


def test_an_idle_worker_makes_room_for_the_command_line(studio, planned):
    working = threading.Thread(target=worker.work, args=(studio.store, 30.0))
    working.start()
    until = time.monotonic() + 120
    while not is_taken(studio.path) and time.monotonic() < until:
        time.sleep(0.02)
    assert planned.bring() is RunState.FINISHED
    working.join(5)
    assert not working.is_alive()


def test_a_run_whose_process_is_gone_is_interrupted_and_can_be_resumed(studio, planned):
    from codeclm.store import runs

    with studio.store.writing() as db:
        runs.set_state(db, planned.id, RunState.RUNNING)
    assert planned.state is RunState.INTERRUPTED
    assert studio.newest_unfinished().id == planned.id
    assert planned.bring() is RunState.FINISHED


def test_a_run_whose_worker_died_is_taken_up_at_the_first_press(studio, planned):
    from codeclm.store import jobs, runs

    dead = studio.jobs.submit_run(planned)
    with studio.store.writing() as db:
        jobs.start(db, dead)
        runs.set_state(db, planned.id, RunState.RUNNING)
    again = studio.jobs.submit_run(planned)
    assert again != dead
    assert studio.jobs.get(dead).state == "interrupted"
    worker.work(studio.store, idle=0.3)
    assert planned.state is RunState.FINISHED


def test_pressed_twice_only_one_worker_is_started(studio, monkeypatch):
    class Process:
        def poll(self):
            return None

    started = []
    monkeypatch.setattr(worker, "_start", lambda store: started.append(store) or Process())
    monkeypatch.setattr(worker, "_started", {})
    for _ in range(3):
        worker.ensure_worker(studio.store)
    assert len(started) == 1
