"""Conversations are read by what their user says first."""

from __future__ import annotations

import json

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import Skipped, guess, read_rows, seeds


def jsonl(*rows: object) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def turn(role: str, content: object) -> dict:
    return {"role": role, "content": content}


def said(speaker: str, value: str) -> dict:
    return {"from": speaker, "value": value}


SYSTEM, ANSWER = turn("system", "Be kind."), turn("assistant", "Hello.")
PARTS = [
    {"type": "text", "text": "What is"},
    {"type": "image_url", "image_url": {"url": "a.png"}},
    {"type": "text", "text": "this?"},
]


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        ([turn("user", "Hi?"), ANSWER], "Hi?"),
        ([SYSTEM, turn("user", "Hi?"), ANSWER, turn("user", "And?")], "Hi?"),
        ([ANSWER, turn("User", "Hi?")], "Hi?"),
        ([turn("user", PARTS)], "What is\nthis?"),
        ([said("system", "Be kind."), said("human", "Hi?"), said("gpt", "Hello.")], "Hi?"),
        ([said("user", "Hi?"), said("assistant", "Hello.")], "Hi?"),
        ([{**turn("user", "Hi?"), "from": None, "value": None}], "Hi?"),
        ([{"role": "assistant", "tool_calls": []}, turn("user", "Hi?")], "Hi?"),
    ],
)
@pytest.mark.parametrize("key", ["messages", "conversations", "chat"])
def test_the_first_user_turn_is_the_text(turns, text, key):
    rows = read_rows(jsonl({"id": "x", key: turns}), "a.jsonl")
    assert rows.fields()[key] == text.strip()
    path = guess(rows.fields())
    assert path == (None if key == "chat" else key)
    file = seeds(rows, path or key)
    assert [seed.text for seed in file.seeds] == [text]
    assert file.path == key


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"messages": [SYSTEM, ANSWER]}, "no user turn"),
        ({"messages": []}, "no user turn"),
        ({"messages": None}, "no user turn"),
        ({"messages": [turn("user", "")]}, "empty text"),
        ({"messages": [turn("user", None)]}, "empty text"),
        ({"messages": [turn("user", PARTS[1:2])]}, "empty text"),
        ({"messages": [turn("user", "Hi?")]}, "duplicate of line 1"),
    ],
)
def test_a_row_without_one_is_skipped_with_that_reason(row, reason):
    file = seeds(read_rows(jsonl({"messages": [turn("user", "Hi?")]}, row), "a.jsonl"))
    (skipped,) = file.skipped
    assert (skipped.line, skipped.reason) == (2, reason)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"messages": [turn("user", 7)]}, "holds a number"),
        ({"messages": [turn("user", {"text": "Hi?"})]}, "holds a nested object"),
        ({"messages": 7}, "holds a number"),
        ({"messages": ["Hi?"]}, "holds a list"),
        ({"other": "Hi?"}, "no 'messages'"),
    ],
)
def test_what_is_no_conversation_is_named_with_its_line(row, says):
    rows = read_rows(jsonl({"messages": [turn("user", "Hi?")]}, row), "a.jsonl")
    with pytest.raises(ImportFileError, match=says) as caught:
        seeds(rows)
    assert caught.value.line == 2


def test_a_file_without_any_user_turn_says_so():
    with pytest.raises(ImportFileError, match="no conversation at 'messages' has a user turn"):
        seeds(read_rows(jsonl({"messages": [SYSTEM]}), "a.jsonl"))


def test_single_turns_can_still_be_chosen():
    rows = read_rows(jsonl({"messages": [SYSTEM, turn("user", "Hi?")]}), "a.jsonl")
    assert list(rows.fields())[:3] == ["messages", "messages.0.role", "messages.0.content"]
    assert [seed.text for seed in seeds(rows, "messages.0.content").seeds] == ["Be kind."]


CHATS = [[SYSTEM, turn("user", "Hi?"), ANSWER], [said("human", "Ho?"), said("gpt", "Hello.")]]


@pytest.mark.parametrize(
    ("data", "name", "lines"),
    [
        (jsonl(*CHATS), "a.jsonl", [1, 2]),
        (jsonl(*CHATS), "", [1, 2]),
        (json.dumps(CHATS).encode(), "a.json", [1, 1]),
        (json.dumps({"data": CHATS}).encode(), "a.json", [1, 1]),
        (b"[\n" + jsonl(*CHATS).replace(b"\n", b",\n") + b"\n]", "a.jsonl", [2, 3]),
    ],
)
def test_a_row_may_be_the_list_of_turns_itself(data, name, lines):
    file = seeds(read_rows(data, name))
    assert [(seed.text, seed.line) for seed in file.seeds] == list(
        zip(["Hi?", "Ho?"], lines, strict=True)
    )


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", ""])
def test_a_file_may_be_one_conversation(indent, name):
    file = seeds(read_rows(json.dumps(CHATS[0], indent=indent).encode(), name))
    assert [seed.text for seed in file.seeds] == ["Hi?"]


def test_a_list_of_single_questions_is_no_conversation():
    asked = [turn("user", "Hi?"), turn("user", "Ho?")]
    file = seeds(read_rows(json.dumps(asked).encode(), "a.json"), "content")
    assert [seed.text for seed in file.seeds] == ["Hi?", "Ho?"]


def test_conversations_in_which_one_person_speaks_twice_are_not_merged():
    file = seeds(read_rows(jsonl(CHATS[0], [turn("user", "Hi?")]), "a.jsonl"))
    assert file.skipped == (Skipped(2, "duplicate of line 1", "Hi?"),)
