"""``codeclm restore``."""

from __future__ import annotations

import json

from curated import PAIRS
from jobs import last_object
from rows import lines


def test_a_bundle_is_restored_under_a_name_of_its_own(run, tmp_path):
    run("export", "--status", "any", "--out", tmp_path / "set")
    done = run("restore", tmp_path / "set", "--json")
    assert done.exit_code == 0
    told = last_object(done)
    assert (told["project"], told["pairs"]) == ("outdoor (2)", PAIRS)
    named = run("restore", tmp_path / "set", "--project", "again", "--json")
    assert last_object(named)["project"] == "again"
    assert run("doctor").exit_code == 0
    one = run("export", "--project", "again", "--status", "any", "--out", tmp_path / "a.jsonl")
    two = run("export", "--project", "outdoor", "--status", "any", "--out", tmp_path / "b.jsonl")
    assert one.exit_code == two.exit_code == 0
    texts = [[row["instruction"] for row in lines(tmp_path / f"{name}.jsonl")] for name in "ab"]
    assert texts[0] == texts[1]


def test_what_is_no_bundle_is_not_restored(run, tmp_path):
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "none", tmp_path / "cli.db"):
        done = run("restore", place)
        assert done.exit_code == 1
        assert "Error: " in done.stderr
        assert "Traceback" not in done.stderr
    assert len(json.loads(run("projects", "--json").stdout)) == 1
