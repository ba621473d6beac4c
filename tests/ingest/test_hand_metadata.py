"""Metadata that a person wrote, pasted or in a file, and the samples that are shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import hand_metadata, metadata_file, read_rows, seeds
from codeclm.records import Metadata

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.mark.parametrize(
    ("line", "use_case", "skills"),
    [
        ("gift advice: price limits, kind tone", "gift advice", ("price limits", "kind tone")),
        ("gift advice | price limits; kind tone", "gift advice", ("price limits", "kind tone")),
        ("gift advice: for kids | kind tone", "gift advice: for kids", ("kind tone",)),
        ("- gift  advice:kind\ttone,", "gift advice", ("kind tone",)),
        ("3. gift advice: kind tone, Kind Tone", "gift advice", ("kind tone",)),
        ("礼物建议：语气友好、预算限制", "礼物建议", ("语气友好", "预算限制")),
    ],
)
def test_a_pasted_line_is_an_entry(line, use_case, skills):
    assert hand_metadata(line) == (Metadata(use_case=use_case, skills=skills, origin="hand"),)


def test_the_same_entry_twice_is_one():
    pasted = "gift advice: kind tone, price limits\n\nGift Advice | price limits; KIND TONE\n"
    assert len(hand_metadata(pasted)) == 1


@pytest.mark.parametrize(
    ("pasted", "line", "says"),
    [
        ("a: b c\ngift advice", 2, "no skill"),
        ("a: b c\n\ngift advice: , ;", 3, "no skill"),
        (": kind tone", 1, "no use case"),
        ("a: b, c, d, e", 1, "4 skills"),
        ("a: b\0c", 1, "NUL"),
        (" \n", 0, "no use case"),
    ],
)
def test_a_line_that_is_none_is_named(pasted, line, says):
    with pytest.raises(ImportFileError, match=says) as caught:
        hand_metadata(pasted)
    assert caught.value.line == line
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", 0, "empty"),
        ("\u2028".encode(), 1, "broken JSON"),
        (b"gift advice: kind tone", 1, "broken JSON"),
        (b'[{"use_case": "a", "skills": ["b c"]},\n{"use_case": null, "skills": []}]', 2, "null"),
        (b'[{"use_case": "a", "skills": "b c"}]', 1, "list of texts"),
        (b'[{"use_case": "a", "skills": []}]', 1, "no skill"),
        (b'[{"use_case": "a", "skills": ["b", " "]}]', 1, "no skill"),
        (b'["a"]', 1, "use_case"),
        (b"[]", 0, "no use case"),
    ],
)
def test_a_file_of_entries_that_cannot_be_read_says_where(data, line, says):
    with pytest.raises(ImportFileError, match=says) as caught:
        metadata_file(data, "mine.metadata.json")
    assert caught.value.line == line


def test_a_file_may_be_the_persons_own():
    entry = {"use_case": "gift advice", "skills": ["kind tone"]}
    (read,) = metadata_file(json.dumps([entry]).encode(), "mine.json", origin="hand")
    assert read == Metadata(use_case="gift advice", skills=("kind tone",), origin="hand")


def test_every_domain_has_both_files():
    seeds_of = {path.name.removesuffix(".jsonl") for path in SAMPLES.glob("*.jsonl")}
    metadata_of = {path.name.removesuffix(".metadata.json") for path in SAMPLES.glob("*.json")}
    assert seeds_of == metadata_of
    assert len(seeds_of) == 3


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_sample_seeds_are_whole(path):
    file = seeds(read_rows(path.read_bytes(), path.name))
    assert len(file.seeds) == 25
    assert not file.skipped
    assert not file.notes


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("*.metadata.json")), ids=lambda path: path.stem
)
def test_sample_metadata_keeps_to_what_encode_asks_for(path):
    entries = metadata_file(path.read_bytes(), path.name)
    assert len(entries) == 12
    for entry in entries:
        assert entry.origin == "sample"
        assert 1 <= len(entry.skills) <= 3
        for skill in entry.skills:
            assert 2 <= len(skill.replace("-", " ").split()) <= 3
            assert not {"skill", "skills", "knowledge"} & set(skill.lower().split())
