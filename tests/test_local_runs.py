"""Whole runs with local models, and the commands around them; a stand-in serves the models."""

import json
import re
import threading
import time

import pytest
from click.testing import CliRunner
from jobs import ROOT, last_object
from ranges import FileServer

from codeclm.chat import Message, Request
from codeclm.cli import main
from codeclm.pipeline import worker
from codeclm.pipeline.journal import call_key
from codeclm.pipeline.ownership import owned
from codeclm.providers.local.catalogue import find
from codeclm.settings import Endpoint

STAND_IN = ROOT / "tests" / "providers" / "local" / "stand_in"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CODECLM_MODELS", str(tmp_path / "models"))
    monkeypatch.syspath_prepend(STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
    return tmp_path / "models"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF" + json.dumps({"record": str(tmp_path / "starts")}).encode())
    return path


def command(*words):
    return CliRunner().invoke(main, [*map(str, words)])


def test_a_run_of_local_models_goes_to_its_end_and_costs_nothing(run, seeds, path, tmp_path):
    words = ["--field", "prompt", "--strong", f"local:{path}", "--target", f"local:{path}"]
    found = run("synthesize", seeds, *words, "--size", 4, "--budget-usd", "0.01", "--json")
    assert found.exit_code == 0, found.stderr
    sums = last_object(found)
    assert sums["calls"] > 10
    assert sums["cost_usd"] == 0
    assert len((tmp_path / "starts").read_text().splitlines()) == 1


def test_the_same_run_is_replayed_without_a_server(run, seeds, path, tmp_path):
    words = ["--field", "prompt", "--strong", f"local:{path}", "--no-filter", "--size", 2, "--json"]
    paid = last_object(run("synthesize", seeds, *words))
    again = last_object(run("synthesize", seeds, *words))
    assert (again["calls"], again["replayed"]) == (0, paid["calls"])
    assert len((tmp_path / "starts").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("smollm2-135m", "codeclm models pull smollm2-135m"),
        ("other", "There is no local model 'other'"),
    ],
)
def test_a_model_that_is_not_here_is_said_before_the_run_and_not_in_an_estimate(
    run, seeds, model, told
):
    words = ["synthesize", seeds, "--field", "prompt", "--strong", f"local:{model}", "--no-filter"]
    estimate = run(*words, "--estimate")
    assert (estimate.exit_code, "$0.00" in estimate.stderr + estimate.stdout) == (0, True)
    refused = run(*words)
    assert (refused.exit_code, told in refused.stderr) == (1, True)
    assert json.loads(run("runs", "--json").stdout) == []


def test_the_journal_knows_a_call_by_what_may_change_its_answer():
    request = Request(step="test", messages=(Message("user", "?"),), temperature=0, max_tokens=9)

    def key(**body):
        return call_key(Endpoint(name="local", provider="local", body=body), "x", request, 0)

    assert key() == key(threads=2) == key(context=4096)
    assert key() != key(top_k=1)


def test_models_are_listed_and_removed(folder):
    folder.mkdir()
    small = find("smollm2-135m")
    with small.path.open("wb") as file:
        file.truncate(small.bytes)
    listed = {row["name"]: row for row in json.loads(command("models", "list", "--json").stdout)}
    assert listed["smollm2-135m"]["state"] == "here"
    assert listed["smollm2-135m"]["licence"] == "Apache-2.0"
    assert listed["qwen2.5-coder-1.5b"]["state"] == "not here"
    told = command("models", "list").stdout
    assert "smollm2-135m  SmolLM2-135M-Instruct Q4_1, 98.4 MB" in told
    removed = command("models", "remove", "smollm2-135m", "--json")
    assert json.loads(removed.stdout) == [{"name": "smollm2-135m", "bytes": small.bytes}]
    assert "98.4 MB are free again" in removed.stderr
    assert "nothing of it" in command("models", "remove", "smollm2-135m").stderr
    for verb in ("pull", "remove"):
        refused = command("models", verb, "other")
        assert (refused.exit_code, "no local model 'other'" in refused.stderr) == (1, True)


def test_a_model_is_pulled_with_what_went_wrong_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    refused = command("models", "pull", "smollm2-135m")
    assert refused.exit_code == 1
    assert "smollm2-135m could not be fetched" in refused.stderr
    assert "goes on where it stopped" in refused.stderr


def test_a_pull_that_is_done_is_only_told(folder):
    folder.mkdir()
    small = find("smollm2-135m")
    with small.path.open("wb") as file:
        file.truncate(small.bytes)
    done = command("models", "pull", "smollm2-135m", "--json")
    assert json.loads(done.stdout)[0]["path"] == str(small.path)
    assert "as it should be" in done.stderr


@pytest.fixture
def queue(studio, monkeypatch):
    """Jobs are only queued; the test runs the worker itself."""
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    return studio.jobs


def test_the_worker_fetches_a_model(studio, queue, folder):
    folder.mkdir()
    small = find("smollm2-135m")
    with small.path.open("wb") as file:
        file.truncate(small.bytes)
    number = queue.submit_pull("smollm2-135m")
    assert queue.submit_pull("smollm2-135m") == number
    worker.work(studio.store, idle=0.3)
    job = queue.pull_of("smollm2-135m")
    assert (job.id, job.state, job.result) == (number, "finished", {"path": str(small.path)})
    assert queue.pull_of("qwen2.5-coder-1.5b") is None
    assert queue.submit_pull("smollm2-135m") != number


def test_a_fetch_by_the_worker_tells_how_far_it_is_and_stops(studio, queue, folder, monkeypatch):
    further = folder.with_name("more.json")
    monkeypatch.setenv("CODECLM_MODEL_SOURCES", str(further))
    with FileServer(bytes(98_362_432)) as server:
        server.pause = 0.05
        further.write_text(json.dumps({"smollm2-135m": [{"url": server.url}]}))
        number = queue.submit_pull("smollm2-135m")
        working = threading.Thread(target=worker.work, args=(studio.store, 0.3))
        working.start()
        until = time.monotonic() + 60
        while "MB of 98.4 MB" not in queue.get(number).message and time.monotonic() < until:
            time.sleep(0.05)
        assert re.match(r"\d+%, [\d.]+ MB of 98\.4 MB, .* a second", queue.get(number).message)
        queue.stop(queue.get(number))
        working.join(60)
    assert queue.get(number).state == "stopped"
    assert 0 < find("smollm2-135m").fetched < 98_362_432


def test_a_fetch_that_fails_says_why_where_the_job_is_shown(studio, queue, monkeypatch, tmp_path):
    for name, value in (("NO_INDEX", "1"), ("CONFIG_FILE", "/dev/null"), ("FIND_LINKS", tmp_path)):
        monkeypatch.setenv(f"PIP_{name}", str(value))
    number = queue.submit_pull("smollm2-135m")
    worker.work(studio.store, idle=0.3)
    assert queue.get(number).state == "failed"
    assert "smollm2-135m could not be fetched" in queue.get(number).message


def test_beside_a_run_on_the_command_line_a_fetch_does_not_hold_up_the_page(studio, folder):
    folder.mkdir()
    small = find("smollm2-135m")
    with small.path.open("wb") as file:
        file.truncate(small.bytes)
    with owned(studio.store):
        number = studio.jobs.submit_pull("smollm2-135m")
        until = time.monotonic() + 60
        while studio.jobs.get(number).is_open and time.monotonic() < until:
            time.sleep(0.02)
        assert studio.jobs.get(number).state == "finished"


def test_the_worker_tests_a_local_model(studio, queue, path, tmp_path):
    number = queue.submit_test(f"local:{path}")
    worker.work(studio.store, idle=0.3)
    assert queue.get(number).state == "finished", queue.get(number).message
    assert queue.get(number).result["structured"]


def test_an_estimate_knows_that_local_models_take_their_time(run, seeds):
    def minutes(model):
        words = ["--field", "prompt", "--strong", model, "--no-filter", "--size", 20, "--json"]
        return last_object(run("synthesize", seeds, *words, "--estimate"))["total"]["minutes"]

    assert minutes("local:smollm2-135m") > 10 * minutes("ollama:smollm2")
