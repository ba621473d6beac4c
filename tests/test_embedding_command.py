"""Looks by vectors on the command line: their estimate, what they paid, and what they refuse."""

from __future__ import annotations

import json

import pytest

ROWS = [
    {"q": "How do I put up a tent in strong wind?", "good": "With long pegs.", "bad": "No."},
    {"q": "how do I put up a tent in strong wind, then", "good": "Low.", "bad": "No."},
    {"q": "Name the highest lake of the Alps.", "good": "It has no name.", "bad": "No."},
]
BY = ["--embedding", "simulated:embedding"]


@pytest.fixture
def brought(run, tmp_path):
    path = tmp_path / "tents.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))
    fields = ["--instruction", "q", "--strong", "good", "--target", "bad"]
    assert run("pairs", "import", path, *fields).exit_code == 0
    return run


def told(run, *words):
    done = run("quality", *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["duplicates", "map"])
def test_an_estimate_is_told_and_nothing_is_asked(brought, serve, kind):
    server = serve()
    found = told(brought, kind, "--embedding", "openai:m", "--estimate")
    size = sum(len(row["q"]) for row in ROWS)
    assert found == {
        "model": "openai:m",
        "texts": 3,
        "asked": 3,
        "cut": 0,
        "characters": size,
        "tokens": -(-size // 4),
        "usd": None,
    }
    assert server.stats()["requests"] == 0
    assert "Nobody has looked yet" in brought("quality", "duplicates", "--last").stderr
    plain = brought("quality", kind, *BY, "--estimate").stdout
    assert "asked: 3" in plain
    assert "usd: 0" in plain


def test_duplicates_by_vectors_say_so_and_what_was_paid(brought):
    found = told(brought, "duplicates", *BY, "--embedding-least", "0.8", "--keep", "first")
    assert (found["embedding"], found["embedding_least"]) == ("simulated:embedding", 0.8)
    assert (found["duplicates"], found["meaning"]) == (1, 1)
    assert found["paid"]["texts"] == 3
    assert [row["why"] for row in found["findings"]] == ["much the same meaning"]
    assert told(brought, "duplicates", *BY)["paid"]["texts"] == 0
    assert told(brought, "duplicates")["near"] == 1


def test_simulated_vectors_are_told_as_such(brought):
    assert "SIMULATED" in brought("quality", "map", *BY).stderr
    assert "SIMULATED" not in brought("quality", "map").stderr


def test_a_shipped_price_is_known(brought):
    found = told(brought, "map", "--embedding", "openai:text-embedding-3-small", "--estimate")
    assert found["usd"] == pytest.approx(found["tokens"] * 0.02e-6)


def test_the_map_by_vectors_has_a_region_for_every_text(brought):
    found = told(brought, "map", *BY)
    assert sum(region["size"] for region in found["regions"]) == 3
    assert found["vectors"] == "simulated embedding"


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["--estimate"], 2, "name its --embedding"),
        (["--embedding", "openai:m"], 1, "No key for the endpoint 'openai'"),
        (["--embedding", "gemini:m"], 1, "gemini-openai"),
        (["--embedding", "nowhere:m", "--estimate"], 1, "no endpoint 'nowhere'"),
        (["--embedding", "m"], 1, "does not name a model"),
    ],
)
def test_what_cannot_be_asked_is_one_clear_error(brought, words, code, what):
    done = brought("quality", "duplicates", *words)
    assert done.exit_code == code
    assert what in done.stderr
    assert "Traceback" not in done.output
