"""The native format: everything known of a pair, in one order, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from codeclm.export import FORMATS, checked, native
from codeclm.records import Ancestor, Layout, Pair, Row, Status

PAIR = Pair(
    id=7,
    run=1,
    chain_id="m3/i2",
    instruction="Name three lakes and rank them by depth.",
    response="Baikal, …",
    response_from="strong",
    use_case="geography",
    skills=("factual recall", "ranked lists"),
    iteration=3,
    gap=4.5,
    strong_score=8.5,
    target_score=4.0,
    strong_response="Baikal, …",
    target_response="Some lakes.",
    strong_model="simulated:strong",
    target_model="simulated:target",
    judge_model="simulated:strong",
    chain=(
        Ancestor(1, "Name a lake.", "", 0.5),
        Ancestor(2, "Name three lakes.", "ask for more", -1.25),
        Ancestor(3, "Name three lakes and rank them by depth.", "ask for an order", 4.5),
    ),
    status=Status.APPROVED,
    reason="",
    edited=True,
)
KEYS = [
    "instruction",
    "response",
    "response_from",
    "use_case",
    "skills",
    "iteration",
    "chain_id",
    "gap",
    "strong_score",
    "target_score",
    "strong_response",
    "target_response",
    "strong_model",
    "target_model",
    "judge_model",
    "chain",
    "review",
]


def written(pairs: Iterable[Pair], **layout: Any) -> Iterator[bytes]:
    form, wanted = FORMATS["jsonl"], checked(Layout(**layout))
    return form.encoded((row for pair in pairs for row in form.rows(pair, wanted)), wanted)


def row_of(pair: Pair, **layout: Any) -> Row:
    (line,) = written([pair], **layout)
    return json.loads(line)


def test_keys_stand_in_their_order():
    row = native(PAIR)
    assert list(row) == KEYS
    assert row["skills"] == ["factual recall", "ranked lists"]
    assert row["review"] == {
        "status": "approved",
        "reason": "",
        "reviewer": "",
        "edited": True,
        "original": {"instruction": "", "response": ""},
        "swapped": False,
        "tags": [],
        "note": "",
    }


def test_the_chain_names_each_ancestor_and_the_action_applied_to_it():
    assert native(PAIR)["chain"] == [
        {"iteration": 1, "instruction": "Name a lake.", "action": "ask for more", "gap": 0.5},
        {
            "iteration": 2,
            "instruction": "Name three lakes.",
            "action": "ask for an order",
            "gap": -1.25,
        },
    ]


def test_a_basic_instruction_has_no_ancestors():
    assert native(replace(PAIR, iteration=1, chain=PAIR.chain[:1]))["chain"] == []


def test_without_the_filter_nothing_is_scored():
    row = native(
        replace(PAIR, gap=None, strong_score=None, target_score=None, target_response=None)
    )
    assert [row[key] for key in ("gap", "strong_score", "target_score", "target_response")] == [
        None
    ] * 4


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_null(value):
    (line,) = written([replace(PAIR, gap=value, strong_score=value)])
    assert json.loads(line)["gap"] is None
    assert b"NaN" not in line
    assert b"Infinity" not in line


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("two\nlines\r\n", "two\nlines\r\n"),
        ("Grüße 你好 😀", "Grüße 你好 😀"),
        ("a\u2028b\x85c\x0bd", "a\u2028b\x85c\x0bd"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("=1+1 \u202e \0", "=1+1 \u202e \0"),
    ],
)
def test_any_text_is_one_line_that_reads_back(text, read):
    (line,) = written([replace(PAIR, response=text)])
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line)["response"] == read


def test_text_is_written_as_itself_not_as_escapes():
    (line,) = written([replace(PAIR, response="Grüße")])
    assert "Grüße".encode() in line


def test_pairs_stream():
    taken: list[int] = []

    def pairs() -> Iterator[Pair]:
        for number in range(3):
            taken.append(number)
            yield PAIR

    lines = written(pairs())
    next(iter(lines))
    assert taken == [0]


def test_every_review_tells_tags_note_and_swap():
    marked = replace(PAIR, tags=("good",), note="ask Bob", swapped=True)
    review = native(marked)["review"]
    assert (review["tags"], review["note"], review["swapped"]) == (["good"], "ask Bob", True)
    plain = native(PAIR)["review"]
    assert (plain["tags"], plain["note"], plain["swapped"]) == ([], "", False)


def test_what_the_machine_wrote_stands_beside_an_edit():
    edited = replace(PAIR, original_instruction="Name lakes.", original_response="Some lakes.")
    written_by_machine = {"instruction": "Name lakes.", "response": "Some lakes."}
    assert native(edited)["review"]["original"] == written_by_machine
    assert native(PAIR)["review"]["original"] == {"instruction": "", "response": ""}


def test_only_picked_fields_are_written_in_the_order_of_all():
    assert list(row_of(PAIR, fields=("gap", "response", "instruction"))) == [
        "instruction",
        "response",
        "gap",
    ]


@pytest.mark.parametrize(
    ("own", "layout", "written_one"),
    [
        ("", {}, None),
        ("", {"mixed": ("system",)}, ""),
        ("Be kind.", {}, "Be kind."),
        ("Be kind.", {"system": "Be brief."}, "Be brief."),
        ("", {"system": "Be brief."}, "Be brief."),
        ("Be kind.", {"system": ""}, None),
    ],
)
def test_the_system_prompt_is_the_pairs_own_unless_told(own, layout, written_one):
    row = row_of(replace(PAIR, system_prompt=own), **layout)
    assert row.get("system_prompt") == written_one
    assert ("system_prompt" in row) is (written_one is not None)


def test_no_number_of_the_database_is_written():
    assert row_of(replace(PAIR, id=1, run=2, review=3)) == row_of(PAIR)
