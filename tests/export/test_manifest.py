"""A manifest tells a bundle to programs, and its digest tells one bundle from another."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from facts import HOSTILE, card_facts, run_facts

from codeclm.errors import ImportFileError
from codeclm.export.manifest import VERSION, digest_of, manifest, read
from codeclm.records import DataFile


def test_a_manifest_reads_back_as_it_was_written():
    told = read(manifest(card_facts()))
    assert told["version"] == VERSION
    assert told["codeclm"] == "0.1.0"
    assert told["project"]["name"] == "Shop help"
    assert told["simulated"] is False
    assert (told["pairs"], told["rows"]) == (80, 80)
    assert told["filter"] == {"status": "approved"}
    assert told["layout"] == {"format": "alpaca"}
    assert told["files"][0] == {
        "path": "data/train.jsonl", "split": "train", "rows": 72, "bytes": 7200, "sha256": "1" * 64,
    }  # fmt: skip
    assert told["reviews"]["edited"] == 4


def test_runs_are_told_with_models_and_settings_but_not_with_what_they_may_spend():
    (run,) = read(manifest(card_facts()))["runs"]
    assert run["id"] == 3
    assert run["models"] == {
        "strong": "openai:gpt-4o",
        "target": "vllm:meta-llama/Llama-3.1-8B-Instruct",
        "judge": "openai:gpt-4o",
    }
    assert run["settings"]["theta"] == 3.0
    assert run["prompts"] == {"encode": "a" * 64, "judge": "b" * 64}
    assert not {"budget_usd", "prices", "concurrency", "prompts"} & run["settings"].keys()


def test_the_same_facts_give_the_same_bytes():
    one = card_facts(problems={"a": 1, "b": 2})
    assert manifest(one) == manifest(card_facts(problems={"b": 2, "a": 1}))
    assert manifest(one).endswith(b"}\n")


def test_a_simulated_run_makes_the_manifest_simulated():
    facts = card_facts(runs=(run_facts(), run_facts(id=4, simulated=True)))
    assert read(manifest(facts))["simulated"] is True


def test_the_digest_is_of_paths_and_contents_in_their_order():
    one, two = card_facts().files
    assert digest_of((one, two)) == digest_of([replace(one, rows=1, bytes=1), two])
    assert len({
        digest_of(files)
        for files in (
            (), (one,), (one, two), (two, one), (replace(one, path="data/x.jsonl"), two),
            (replace(one, sha256="3" * 64), two),
        )
    }) == 6  # fmt: skip
    assert read(manifest(card_facts()))["digest"] == digest_of((one, two))


def test_any_name_is_written_as_utf_8_json():
    facts = card_facts(project=HOSTILE, problems={HOSTILE: 1})
    told = json.loads(manifest(facts).decode())
    assert told["project"]["name"] == HOSTILE.replace("\ud800", "\ufffd")


def changed(**values: object) -> bytes:
    return json.dumps({**read(manifest(card_facts())), **values}).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no manifest"),
        (b'{"kind": "other"}', "no manifest"),
        (changed(version="1"), "does not say its version"),
        (changed(version=True), "does not say its version"),
        (changed(version=VERSION + 1), "newer"),
        (changed(files=None), "does not list its files"),
        (changed(files=[{"path": "x"}]), "does not list its files"),
        (changed(files=["x"]), "does not list its files"),
        (changed(files=[{"path": 1, "split": "", "rows": 1, "bytes": 1, "sha256": []}]), "list"),
        (changed(files=[]), "was changed"),
        (changed(digest="0" * 64), "was changed"),
    ],
)
def test_what_is_no_manifest_is_refused_in_words(data, says):
    with pytest.raises(ImportFileError, match=says) as refused:
        read(data)
    assert refused.value.hint


def test_a_byte_order_mark_is_fine():
    assert read(b"\xef\xbb\xbf" + manifest(card_facts()))["pairs"] == 80


def test_a_file_of_any_path_has_a_digest():
    assert digest_of([DataFile("\ud800", "train", 1, 1, "x")])
