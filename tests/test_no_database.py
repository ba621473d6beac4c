"""Where no database is, commands say so and make one only for what they put into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def database(tmp_path) -> Path:
    """Where commands look for one."""
    return tmp_path / "cli.db"


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--out", "x.jsonl"),
        ("exports",),
        ("push", "1", "me/data"),
        ("failures",),
        ("resume",),
        ("doctor",),
        ("backup", "copy.db"),
        ("prune",),
        ("pairs", "score", "1"),
    ],
)
def test_a_database_that_is_not_there_is_not_made(run, database, words, monkeypatch):
    monkeypatch.chdir(database.parent)
    done = run(*words)
    assert done.exit_code == 1
    assert f"There is no database {database}" in done.stderr
    assert not database.exists()


@pytest.mark.parametrize("words", ["projects", "runs"])
def test_where_no_database_is_nothing_is_listed_and_none_is_made(run, database, words):
    done = run(words, "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
    assert f"There is no database {database}" in done.stderr
    assert not database.exists()
