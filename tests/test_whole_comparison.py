"""All six methods on the same seeds in one database: run, compared, looked at, exported."""

from __future__ import annotations

import json

import pytest
from compared import write_seeds
from jobs import last_object, settled

from codeclm.export.methods import NAMES
from codeclm.pipeline.studio import Studio
from codeclm.settings import STRATEGIES

#: So many that ratings by chance, as the fake server gives them, are not all too low.
SIZE = 16


@pytest.mark.large
def test_six_methods_are_run_compared_exported_and_restored(run, serve, tmp_path):
    serve()
    seeds = write_seeds(tmp_path / "vicuna.jsonl", 16)
    words = ("synthesize", seeds, "--field", "turns.0", "--strong", "openai:big")
    words += ("--target", "openai:small", "--size", SIZE, "--rounds", 2, "--json")
    told = {name: last_object(run(*words, "--strategy", name)) for name in STRATEGIES}
    assert all(settled(one) == one["instructions"] == SIZE for one in told.values())
    assert all(one["failed"] == 0 for one in told.values())
    for name in ("wizardlm", "wizardlm-plus", "tree-instruct"):
        first, *later = told[name]["by_iteration"]
        assert told[name]["kept"] == SIZE
        assert first < SIZE == first + sum(later)
    assert (
        sum(told["tree-instruct"]["dropped"].values()) == told["tree-instruct"]["by_iteration"][0]
    )
    assert told["alpagasus"]["dropped"]["rated too low"] == told["alpagasus"]["exhausted"] > 0
    assert told["alpagasus"]["calls"] == SIZE

    numbers = range(1, len(STRATEGIES) + 1)
    listed = json.loads(run("runs", "--json").stdout)
    assert [row["strategy"] for row in reversed(listed)] == list(STRATEGIES)
    beside = json.loads(run("compare", *numbers, "--equal", "none", "--json").stdout)["runs"]
    assert [(one["strategy"], one["pairs"]) for one in beside] == [
        (name, told[name]["kept"]) for name in STRATEGIES
    ]
    assert run("doctor").exit_code == 0
    for number, name in zip(numbers, STRATEGIES, strict=True):
        dropped = json.loads(run("dropped", number, "--json").stdout)
        assert len(dropped) == sum(told[name]["dropped"].values())
        out = tmp_path / f"{name}.jsonl"
        words = ("export", "--run", number, "--status", "any", "--format", "messages")
        assert run(*words, "--out", out).exit_code == 0
        rows = [json.loads(line)["messages"] for line in out.read_text().splitlines()]
        assert len(rows) == told[name]["kept"]
        assert all([turn["role"] for turn in row] == ["user", "assistant"] for row in rows)
        assert all(turn["content"].strip() for row in rows for turn in row)

    bundle = tmp_path / "bundle"
    assert run("export", "--status", "any", "--out", bundle).exit_code == 0
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert [one["settings"]["strategy"] for one in manifest["runs"]] == list(STRATEGIES)
    assert ["judge" in one["prompts"] for one in manifest["runs"]] == [True, *[False] * 5]
    card = (bundle / "README.md").read_text()
    *most, last = NAMES.values()
    assert f"with the {', '.join(most)} and {last} methods" in card
    with Studio(tmp_path / "elsewhere.db") as elsewhere:
        restored = elsewhere.restore(bundle)
        assert restored.pairs == sum(one["kept"] for one in told.values())
        assert elsewhere.doctor() == []
