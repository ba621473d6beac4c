"""What a trainer would refuse, drop or misread is told before it is written."""

from __future__ import annotations

from typing import Any

import pytest
from odd_pairs import LAYOUTS, ODD_PAIRS, PAIR, row

from codeclm.export import FORMATS, READ, checked, faults
from codeclm.records import Layout, Row

ASKED = {"role": "user", "content": "Name a lake."}
ANSWERED = {"role": "assistant", "content": "Baikal."}
TOLD = {"role": "system", "content": "Be kind."}


def told(given: Row, format: str, style: str = "") -> str:
    """The one fault of a row."""
    (fault,) = faults(given, checked(Layout(format=format, style=style)))
    return fault


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.format}-{layout.style}")
def test_no_format_writes_a_row_with_a_fault(layout):
    form = FORMATS[layout.format]
    made = [row for pair in (PAIR, *ODD_PAIRS) for row in form.rows(pair, layout)]
    assert made
    assert [faults(row, layout) for row in made] == [[]] * len(made)


@pytest.mark.parametrize(
    ("messages", "fault"),
    [
        ("text", "Its “messages” must be a list of turns."),
        ([], "Its “messages” must be a list of turns."),
        (["Hi", ANSWERED], "In turn 1 of “messages”, “role” and “content” are missing."),
        (
            [{"role": "robot", "content": "a"}, ANSWERED],
            "In turn 1 of “messages”, “role” must be one of system, user, assistant.",
        ),
        ([{"role": "user"}, ANSWERED], "In turn 1 of “messages”, “content” must be text."),
        ([ASKED, {**ANSWERED, "content": " "}], "In turn 2 of “messages”, “content” is empty."),
        ([ASKED, {**ANSWERED, "mood": 1}], "In turn 2 of “messages”, nobody reads “mood”."),
        ([ASKED, TOLD, ANSWERED], "A system prompt in “messages” may only be its first turn."),
        (
            [TOLD, TOLD, ASKED, ANSWERED],
            "A system prompt in “messages” may only be its first turn.",
        ),
        ([ANSWERED], "“messages” must begin with user."),
        ([ASKED, ASKED, ANSWERED], "“messages” has two turns of one role after each other."),
        ([TOLD, ASKED], "“messages” must end with assistant."),
        ([TOLD], "“messages” must end with assistant."),
    ],
)
def test_messages_are_turns_in_their_order(messages, fault):
    assert told({"messages": messages}, "messages") == fault


def test_more_turns_than_two_may_follow_each_other():
    several = {"messages": [TOLD, ASKED, ANSWERED, ASKED, ANSWERED]}
    assert faults(several, checked(Layout(format="messages"))) == []


def without(key: str, **layout: Any) -> Row:
    full = FORMATS[layout["format"]].rows(PAIR, checked(Layout(**layout)))[0]
    return {name: value for name, value in full.items() if name != key}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.format}-{layout.style}")
def test_each_fixed_key_is_missed(layout):
    for key in FORMATS[layout.format].fixed:
        bare = without(key, format=layout.format, style=layout.style)
        missing = [] if key == "input" else [f"It has no “{key}”."]
        assert faults(bare, layout) == missing


@pytest.mark.parametrize(
    ("format", "style", "wrong", "fault"),
    [
        ("alpaca", "", {"output": ""}, "Its “output” is empty."),
        ("alpaca", "", {"instruction": None}, "Its “instruction” must be text."),
        ("alpaca", "", {"input": None}, "Its “input” must be text."),
        ("alpaca", "", {"system": 3}, "Its “system” must be text."),
        ("sharegpt", "", {"system": []}, "Its “system” must be text."),
        (
            "sharegpt",
            "axolotl",
            {"conversations": [{"from": "user", "value": "a"}, {"from": "gpt", "value": "b"}]},
            "In turn 1 of “conversations”, “from” must be one of system, human, gpt.",
        ),
        ("prompt-completion", "", {"prompt": [ASKED]}, "Its “prompt” must be text."),
        ("prompt-completion", "conversational", {"prompt": [TOLD]}, "“prompt” must end with user."),
        (
            "prompt-completion",
            "conversational",
            {"completion": [ASKED]},
            "“completion” must begin with assistant.",
        ),
        (
            "dpo",
            "conversational",
            {"rejected": [TOLD, ANSWERED]},
            "A system prompt in “rejected” may only be its first turn.",
        ),
        ("dpo", "", {"rejected": "\n"}, "Its “rejected” is empty."),
        ("dpo", "llama-factory", {"chosen": {}}, "Its “chosen” must be text."),
        ("kto", "", {"label": 1}, "Its “label” must be true or false."),
        (
            "gemini",
            "",
            {"contents": [{"role": "user", "parts": "Hi"}]},
            "In turn 1 of “contents”, “parts” must be a list.",
        ),
        (
            "gemini",
            "",
            {"contents": [{"role": "user", "parts": [{"text": ""}]}]},
            "In turn 1 of “contents”, the “text” of a part is empty.",
        ),
        (
            "gemini",
            "",
            {"systemInstruction": "Be kind."},
            "In “systemInstruction”, “parts” must be a list.",
        ),
        ("jsonl", "", {"response": ""}, "Its “response” is empty."),
        ("csv", "", {"instruction": 1}, "Its “instruction” must be text."),
    ],
)
def test_a_wrong_part_is_named(format, style, wrong, fault):
    pair_row = without("", format=format, style=style)
    assert told({**pair_row, **wrong}, format, style) == fault


def test_a_system_prompt_is_not_the_completions():
    wrong = {
        **row(format="prompt-completion", style="conversational"),
        "completion": [TOLD, ANSWERED],
    }
    assert "may only be its first turn" in told(wrong, "prompt-completion", "conversational")


def test_every_trainer_has_the_version_that_was_read():
    assert READ.keys() == {"TRL", "LLaMA-Factory", "Axolotl", "OpenAI", "Gemini"}
    assert all(READ.values())
