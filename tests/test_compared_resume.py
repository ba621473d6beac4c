"""A compared method killed at any moment: the same pool, and nothing paid twice."""

from __future__ import annotations

import json
import random
import subprocess
import time

import pytest
from compared import COMPARED, accepted, compared, dropped, write_seeds
from jobs import ROOT, command, last_object, pool, settled
from test_resume import paid_calls, resume, wait_for_calls

from codeclm.pipeline.studio import Studio
from codeclm.records import RunState

SIZE = 16
WIDTH = 8


def start(db, seeds, strategy):
    words = ["synthesize", seeds, "--field", "turns.0", "--strong", "openai:big"]
    words += ["--strategy", strategy, "--size", SIZE, "--rounds", 2, "--concurrency", WIDTH]
    return subprocess.Popen(
        command(*words, "--db", db), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.mark.parametrize(
    ("strategy", "kills"),
    [("alpagasus", 1), *(pytest.param(name, 3, marks=pytest.mark.large) for name in COMPARED)],
)
def test_killed_at_random_moments_it_resumes_to_the_same_pool(
    tmp_path, studio, serve, strategy, kills
):
    server = serve(latency=0.02)
    seeds = write_seeds(tmp_path / "vicuna.jsonl")
    db, chance = tmp_path / "killed.db", random.Random(strategy)
    process = start(db, seeds, strategy)
    wait_for_calls(db, chance.randint(2, 15))
    process.kill()
    process.wait()
    for _ in range(kills - 1):
        moment = paid_calls(db) + chance.randint(1, 15)
        again = subprocess.Popen(
            command("resume", "--db", db), cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while again.poll() is None and paid_calls(db) < moment:
            time.sleep(0.01)
        again.kill()
        again.wait()
    with Studio(db) as killed:
        over = killed.run(1).state is RunState.FINISHED
        summary = killed.run(1).summary() if over else resume(db)
    assert settled(summary) == SIZE
    # In flight at each kill: at most one call for each slot.
    assert server.stats()["billed"] - paid_calls(db) <= kills * WIDTH
    with Studio(db) as killed:
        undisturbed = compared(studio, seeds, strategy, size=SIZE, rounds=2, target="")
        assert pool(killed, killed.run(1)) == pool(studio, undisturbed)
        assert dropped(killed.run(1)) == dropped(undisturbed)
        assert accepted(killed.run(1)) == accepted(undisturbed)
        assert killed.run(1).usage().calls == undisturbed.usage().calls
        assert killed.doctor() == []


# The command line -------------------------------------------------------------------------------


MODELS = ("--strong", "simulated:strong", "--target", "simulated:target")


def test_the_command_line_runs_a_strategy_and_tells_what_it_dropped(run, tmp_path):
    seeds = write_seeds(tmp_path / "vicuna.jsonl", 12)
    words = ("synthesize", seeds, "--field", "turns.0", *MODELS, "--strategy", "alpagasus")
    expected = last_object(run(*words, "--size", 40, "--estimate", "--json"))
    found = run(*words, "--size", 40, "--json")
    summary = last_object(found)
    assert found.exit_code == 0
    assert settled(summary) == 40
    assert "dropped on the way: " in found.stderr
    assert summary["dropped"]["rated too low"] == summary["exhausted"]
    total = expected["total"]
    assert total["fewest"] <= summary["calls"] <= total["most"]
    assert set(expected["roles"]) == {"strong", "judge"}
    rows = json.loads(run("dropped", "--rule", "too similar", "--json").stdout)
    assert len(rows) == summary["dropped"]["too similar"]
    assert len(rows[0]["neighbours"]) == 10
    assert rows[0]["neighbours"][0]["score"] == rows[0]["score"] > 0.7
    told = run("dropped").stdout
    assert "too similar" in told
    assert "rated too low" in told
    stayed = json.loads(run("dropped", "--accepted", "--json").stdout)
    assert [row["item"] for row in stayed] == [f"m1.i{slot + 1}" for slot in range(40)]
    assert 0 < stayed[-1]["neighbours"][0]["score"] <= 0.7
    assert len(stayed[-1]["neighbours"]) == 10
    assert stayed[-1]["text"] in run("dropped", "--accepted").stdout
    assert run("dropped", "--accepted", "--rule", "too similar").exit_code == 2


def test_fewer_seeds_are_said_and_filters_are_asked_for(run, tmp_path):
    seeds = write_seeds(tmp_path / "vicuna.jsonl", 6)
    words = ("synthesize", seeds, "--field", "turns.0", *MODELS, "--strategy", "tree-instruct")
    found = run(*words, "--nodes", 3, "--json")
    assert "begins with a seed, and there are 6" in found.stderr
    assert last_object(found)["kept"] == 6
    filtered = last_object(run(*words, "--nodes", 3, "--filter", "--json"))
    assert filtered["kept"] + filtered["exhausted"] == 6
    assert filtered["exhausted"] > 0
    assert run(*words, "--filter", "--no-filter").exit_code == 2
    assert run("resume", 1, "--theta", 2).exit_code == 1
    run("synthesize", seeds, "--field", "turns.0", *MODELS, "--strategy", "wizardlm", "--rounds", 1)
    listed = run("runs").stdout.splitlines()[1:]
    assert "no instructions of this run are sampled" in run("dropped", "--accepted").stdout
    assert [line.split()[1] for line in listed] == ["wizardlm", "tree-instruct", "tree-instruct"]
    assert json.loads(run("runs", "--json").stdout)[0]["strategy"] == "wizardlm"
