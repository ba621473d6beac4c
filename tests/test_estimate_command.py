"""The estimate on the command line: before a run, beside what it took, and alone."""

from __future__ import annotations

import json

import pytest

MODELS = ["--strong", "simulated:strong", "--target", "simulated:target"]


@pytest.fixture
def synthesize(run, seeds):
    return lambda *words: run("synthesize", seeds, "--field", "prompt", *words)


def test_an_estimate_alone_plans_imports_and_asks_nothing(run, synthesize):
    result = synthesize(*MODELS, "--size", 20, "--estimate")
    assert result.exit_code == 0
    first, *_ = result.stdout.splitlines()
    assert first.startswith("Estimate: ")
    assert first.endswith(", before replays")
    assert "  Assumed." in result.stdout.splitlines()
    for role in ("strong", "target", "judge"):
        assert f"  {role}: " in result.stdout
    assert json.loads(run("runs", "--json").stdout) == []
    assert json.loads(run("projects", "--json").stdout) == []


def test_as_json_it_is_one_object(run, synthesize):
    result = synthesize(*MODELS, "--size", 20, "--estimate", "--json")
    found = json.loads(result.stdout)
    names = ["roles", "total", "instructions", "kept", "rests_on", "unpriced"]
    assert (list(found), found["instructions"]) == (names, 20)
    assert list(found["roles"]) == ["strong", "target", "judge"]
    assert list(found["total"]) == [
        "calls",
        "fewest",
        "most",
        "prompt_tokens",
        "completion_tokens",
        "usd",
        "minutes",
    ]
    assert found["total"]["calls"] == sum(role["calls"] for role in found["roles"].values())


def test_no_key_is_needed_and_a_missing_price_is_told(synthesize):
    words = ["--strong", "openai:gpt-4o", "--target", "ollama:small", "--size", 20, "--estimate"]
    result = synthesize(*words)
    assert result.exit_code == 0
    assert "cost unknown" in result.stdout
    assert "No price is known of ollama:small" in result.stdout
    priced = synthesize(*words, "--price", "ollama:small=0/0")
    assert "unknown" not in priced.stdout
    assert "$" in priced.stdout


def test_what_makes_no_sense_is_told_all_the_same(run, synthesize, tmp_path):
    result = synthesize("--strong", "nowhere:x", "--target", "simulated:t", "--estimate")
    assert (result.exit_code, "no endpoint 'nowhere'" in result.stderr) == (1, True)
    missing = run("synthesize", tmp_path / "none.jsonl", *MODELS, "--estimate")
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (1, True)


def test_it_is_told_before_the_run_and_beside_what_happened(synthesize):
    told = synthesize(*MODELS, "--size", 20).stderr
    before, rest = told.split("Run 1 (Ctrl+C")
    assert "Estimate: " in before
    after = rest[rest.index("  estimated / real:\n") :].splitlines()
    assert [line.split()[0] for line in after[1:5]] == ["strong:", "target:", "judge:", "total:"]
    assert " / " in after[4]


def test_after_a_run_it_rests_on_that_run(synthesize):
    synthesize(*MODELS, "--size", 20)
    result = synthesize(*MODELS, "--size", 500, "--estimate")
    assert "  Observed in run 1 (20 instructions)." in result.stdout.splitlines()


def test_a_resumed_run_shows_the_estimate_of_its_first_plan(run, synthesize):
    synthesize(*MODELS, "--size", 20)
    told = run("resume", 1, "--size", 40).stderr
    assert "Estimate of the run as first planned: " in told
    assert "about 15 pairs of 20 instructions" in told
