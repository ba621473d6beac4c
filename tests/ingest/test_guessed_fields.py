"""Which field holds the instruction and which its input, told by the usual names."""

from __future__ import annotations

import json

import pytest

from codeclm.ingest import guess, guess_input, read_rows, seeds

SELF_INSTRUCT = ("instruction", "instances.0.input")


@pytest.mark.parametrize(
    ("fields", "field", "own_input"),
    [
        (["instruction", "input", "output"], "instruction", "input"),
        (["instruction", "input", "output", "text"], "instruction", "input"),
        (["instruction", "input", "output", "prompt"], "instruction", "input"),
        (["instruction", "instances.0.input", "instances.0.output"], *SELF_INSTRUCT),
        (["instruction", "context", "response", "category"], "instruction", "context"),
        (["Instruction", "Input"], "Instruction", "Input"),
        (["context", "question", "answers.text.0"], "question", "context"),
        (["prompt", "input", "completion"], "prompt", "input"),
        (["id", "system_prompt", "question", "response"], "question", None),
        (["prompt", "messages", "messages.0.content"], "prompt", None),
        (["source", "messages", "messages.0.content"], "messages", None),
        (["id", "conversations", "conversations.0.value"], "conversations", None),
        (["messages", "conversations"], None, None),
        (["turns.0", "category"], "turns.0", None),
        (["text", "input"], "text", None),
        (["text", "prompt"], None, None),
        (["instruction", "question"], None, None),
        (["chosen", "rejected"], None, None),
        ([], None, None),
    ],
)
def test_the_usual_names_leave_no_doubt(fields, field, own_input):
    assert guess(fields) == field
    assert guess_input(fields, field or "") == own_input


def test_an_input_is_looked_for_beside_the_field():
    fields = ["input", "data.instruction", "data.input"]
    assert guess_input(fields, "data.instruction") == "data.input"
    assert guess_input(["input", "data.instruction"], "data.instruction") is None


def test_a_guessed_input_that_is_empty_adds_nothing():
    rows = [{"instruction": "Sum up.", "input": "A text."}, {"instruction": "Go.", "input": " "}]
    read = read_rows("\n".join(map(json.dumps, rows)).encode(), "a.jsonl")
    own_input = guess_input(read.fields(), "instruction")
    assert [seed.text for seed in seeds(read, input_path=own_input).seeds] == [
        "Sum up.\n\nA text.",
        "Go.",
    ]
