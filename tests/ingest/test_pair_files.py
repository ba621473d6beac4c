"""Rows become pairs, or say exactly why not."""

from __future__ import annotations

import json

import pytest

from codeclm.errors import ImportFileError
from codeclm.export import native
from codeclm.ingest import GivenPair, PairFields, guess_pairs, pair_fields, pairs, read_rows
from codeclm.records import Pair

PREFERENCE = PairFields(instruction="prompt", strong="chosen", target="rejected")
SCORED = PairFields(
    instruction="prompt", strong="chosen", target="rejected", strong_score="s", target_score="t"
)


def jsonl(*rows: object) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def read(*rows: object, name: str = "a.jsonl"):
    return read_rows(jsonl(*rows), name)


def row(**more: object) -> dict[str, object]:
    return {"prompt": "Name a lake.", "chosen": "Lake Constance.", "rejected": "Sea.", **more}


def turns(*said: str) -> list[dict[str, str]]:
    speakers = ("user", "assistant") * len(said)
    return [{"role": who, "content": text} for who, text in zip(speakers, said, strict=False)]


def test_a_pair_knows_its_line_and_its_scores():
    file = pairs(read(row(s=9, t="2.5"), row(prompt=" Name a hill. ")), SCORED)
    assert file.pairs == (
        GivenPair(1, "Name a lake.", "Lake Constance.", "Sea.", (9.0, 2.5)),
        GivenPair(2, "Name a hill.", "Lake Constance.", "Sea."),
    )
    assert (file.scored, file.skipped) == (1, ())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"prompt": ""}, "empty instruction"),
        ({"prompt": None}, "no instruction"),
        ({"chosen": " \u200b"}, "empty strong response"),
        ({"rejected": []}, "no target response"),
        ({"s": 4}, "only its strong score"),
        ({"s": " ", "t": 4}, "only its target score"),
        ({"s": "good", "t": 4}, "its strong score is no number: 'good'"),
        ({"s": 5, "t": True}, "its target score is no number: true or false"),
        ({"s": 0, "t": 4}, "its strong score is off the scale of 1 to 10: 0"),
        ({"s": 5, "t": 10.5}, "its target score is off the scale of 1 to 10: 10.5"),
        ({"s": 10**400, "t": 4}, "its strong score is off the scale of 1 to 10: inf"),
        ({"s": float("nan"), "t": 4}, "its strong score is off the scale of 1 to 10: nan"),
        ({"prompt": turns("Hi?", "Ho.", "And?")}, "several turns where its instruction"),
        ({"chosen": turns("Hi?", "Ho.", "And?", "Hm.")}, "several turns where its strong"),
        ({"chosen": turns("Hi?")}, "no strong response"),
        ({}, "duplicate of line 1"),
    ],
)
def test_a_row_that_is_no_pair_is_skipped_with_its_reason(wrong, reason):
    file = pairs(read(row(s=None, t=None), row(**wrong), row(prompt="Another?")), SCORED)
    assert [pair.line for pair in file.pairs] == [1, 3]
    assert [(skipped.line, reason in skipped.reason) for skipped in file.skipped] == [(2, True)]


def test_a_missing_text_is_skipped_too():
    missing = row(prompt="Name a hill.")
    del missing["rejected"]
    file = pairs(read(row(), missing), PREFERENCE)
    assert [skipped.reason for skipped in file.skipped] == ["no target response"]
    assert file.skipped[0].text == "Name a hill."


def test_the_same_instruction_with_other_responses_is_another_pair():
    assert len(pairs(read(row(), row(chosen="Lake Como.")), PREFERENCE).pairs) == 2


def test_skills_are_a_list_or_names_with_commas_and_at_most_three():
    fields = PairFields(
        instruction="prompt", strong="chosen", target="rejected", use_case="u", skills="k"
    )
    given = (["map reading"], "map reading, knots", '["a b", "A B"]', "a,b,c,d", None)
    rows = [row(prompt=str(n), k=skills, u=" trip  plans ") for n, skills in enumerate(given)]
    file = pairs(read(*rows), fields)
    assert [pair.skills for pair in file.pairs] == [
        ("map reading",),
        ("map reading", "knots"),
        ("a b",),
        ("a", "b", "c"),
        (),
    ]
    assert {pair.use_case for pair in file.pairs} == {"trip plans"}
    assert file.notes == ("1 row has more than 3 skills; the first ones were taken.",)


def test_conversations_are_read_by_their_one_turn_each():
    system = {"role": "system", "content": "Be brief."}
    chats = row(
        prompt=[system, *turns("Name a lake.")],
        chosen=turns("Name a lake.", "Lake Constance."),
        rejected=[{"from": "gpt", "value": "Sea."}],
    )
    file = pairs(read(chats), PREFERENCE)
    assert file.pairs == (GivenPair(1, "Name a lake.", "Lake Constance.", "Sea."),)
    assert file.notes == ("1 conversation has a system turn, which was left out.",)


@pytest.mark.parametrize(
    ("rows", "fields", "line", "says"),
    [
        ([row(chosen=7)], PREFERENCE, 1, ["'chosen' holds a number where text was expected"]),
        ([row(), row(prompt={"a": "b"})], PREFERENCE, 2, ["a nested object"]),
        ([row(chosen="a\0b")], PREFERENCE, 1, ["NUL"]),
        ([row()], SCORED, 0, ["no row has 's', named as the strong score", "prompt, chosen"]),
        (
            [row(s=1)],
            PairFields(instruction="prompt", strong="chosen", target="rejected", strong_score="s"),
            0,
            ["only one score field", "or neither"],
        ),
        ([row(chosen=""), row(chosen=" ")], PREFERENCE, 0, ["empty strong response, 2 times"]),
        (["x", "y"], PREFERENCE, 0, ["no row has 'prompt'", "plain texts"]),
    ],
)
def test_what_is_wrong_with_a_file_is_said_and_nothing_imported(rows, fields, line, says):
    with pytest.raises(ImportFileError) as caught:
        pairs(read(*rows), fields)
    assert caught.value.line == line
    assert all(part in str(caught.value) for part in ["a.jsonl", *says])
    assert caught.value.hint


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (row(), ("prompt", "chosen", "rejected", "", "")),
        (
            {"question": "a", "chosen": "b", "rejected": "c"},
            ("question", "chosen", "rejected", "", ""),
        ),
        (
            row(score_chosen=8.0, score_rejected=3, messages=turns("a", "b")),
            ("prompt", "chosen", "rejected", "score_chosen", "score_rejected"),
        ),
        (
            {"chosen": turns("Hi?", "Ho."), "rejected": turns("Hi?", "Hm.")},
            ("chosen", "chosen", "rejected", "", ""),
        ),
        (
            {"Instruction": "a", "Chosen": "b", "Rejected": "c"},
            ("Instruction", "Chosen", "Rejected", "", ""),
        ),
    ],
)
def test_the_usual_names_are_told(example, expected):
    found = pair_fields(read(example), {})
    named = (found.instruction, found.strong, found.target, found.strong_score, found.target_score)
    assert named == expected


def test_a_named_field_goes_before_the_usual_ones():
    example = row(mine="m", other="o", score_chosen=1, score_rejected=2)
    found = pair_fields(read(example), {"strong": "mine", "target": "other", "strong_score": ""})
    assert (found.instruction, found.strong, found.target) == ("prompt", "mine", "other")
    with pytest.raises(ImportFileError, match="target response"):
        pair_fields(read(example), {"strong": "mine"})


def test_a_table_of_preferences_is_read():
    data = b"prompt,chosen,rejected,s,t\nName a lake.,Como.,Sea.,9,2\n"
    assert pairs(read_rows(data, "a.csv"), SCORED).pairs[0].scores == (9.0, 2.0)


def test_the_apps_own_rows_come_back_whole():
    pair = Pair(
        id=1,
        run=1,
        chain_id="m1.i1",
        instruction="Name a lake.",
        response="Sea.",
        response_from="target",
        use_case="trip plans",
        skills=("map reading", "knots"),
        iteration=2,
        gap=-4.25,
        strong_score=3.25,
        target_score=7.5,
        strong_response="Lake Constance.",
        target_response="Sea.",
        strong_model="s",
        target_model="t",
        judge_model="j",
    )
    rows = read(native(pair))
    assert guess_pairs(rows.fields(every=True)).keys() == set(PairFields.__slots__)
    assert pairs(rows, pair_fields(rows, {})).pairs == (
        GivenPair(
            1,
            "Name a lake.",
            "Lake Constance.",
            "Sea.",
            (3.25, 7.5),
            "trip plans",
            ("map reading", "knots"),
        ),
    )
