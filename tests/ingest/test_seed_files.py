"""Rows become seeds, or say exactly why not."""

from __future__ import annotations

import json
import time

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import SeedFile, Skipped, read_rows, seeds
from codeclm.records import Seed


def jsonl(*rows: object) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def texts(file: SeedFile) -> list[str]:
    return [seed.text for seed in file.seeds]


def test_a_seed_knows_file_and_line():
    rows = read_rows(b"Name a river.\n\n  Name a lake.  \n", "water.txt")
    file = seeds(rows)
    assert file.seeds == (
        Seed(text="Name a river.", file="water.txt", line=1),
        Seed(text="Name a lake.", file="water.txt", line=3),
    )
    assert file.skipped == (Skipped(2, "empty text", ""),)
    assert file.sha256 == rows.sha256


# The shapes of three well-known sets, with texts of our own.
BENCHMARK = jsonl(
    {"question_id": 1, "category": "daily life", "turns": ["How do I fold a fitted sheet?"]},
    {"question_id": 2, "category": "history", "turns": ["Who dug the Corinth canal?", "When?"]},
)
USER_TASKS = jsonl(
    {
        "id": "task_0",
        "motivation_app": "Mail",
        "instruction": "Shorten the note.",
        "instances": [{"input": "We will meet, as we always do, at ten.", "output": "At ten."}],
    }
)
SEED_TASKS = jsonl(
    {
        "id": "seed_0",
        "name": "tea",
        "instruction": "Which tea has no caffeine?",
        "instances": [{"input": "", "output": "Rooibos."}],
        "is_classification": False,
    }
)


@pytest.mark.parametrize(
    ("data", "path", "input_path", "expected"),
    [
        (BENCHMARK, None, None, ["How do I fold a fitted sheet?", "Who dug the Corinth canal?"]),
        (
            BENCHMARK,
            "turns.0",
            None,
            ["How do I fold a fitted sheet?", "Who dug the Corinth canal?"],
        ),
        (BENCHMARK, "category", None, ["daily life", "history"]),
        (USER_TASKS, None, None, ["Shorten the note."]),
        (
            USER_TASKS,
            "instruction",
            "instances.0.input",
            ["Shorten the note.\n\nWe will meet, as we always do, at ten."],
        ),
        (USER_TASKS, "instances.0.output", None, ["At ten."]),
        (SEED_TASKS, None, "instances.0.input", ["Which tea has no caffeine?"]),
        (jsonl({"messages": [{"role": "user", "content": "Hi?"}]}), None, None, ["Hi?"]),
        (jsonl({"Prompt": "Hi?", "n": 3}), None, None, ["Hi?"]),
        (jsonl({"a.b": {"c.d": "Hi?"}}), "a.b.c.d", None, ["Hi?"]),
        (jsonl({"text": "Hi?", "in": None}, {"text": "Ho?"}), "text", "in", ["Hi?", "Ho?"]),
        (jsonl("Hi?", "Ho?"), None, None, ["Hi?", "Ho?"]),
        (b'["Hi?", "Ho?"]', None, None, ["Hi?", "Ho?"]),
    ],
)
def test_a_field_mapping_reads_every_shape(data, path, input_path, expected):
    assert texts(seeds(read_rows(data, "a.jsonl"), path, input_path=input_path)) == expected


def test_tables_read_like_objects():
    rows = read_rows(b'instruction,input\n"Sum up, please.",A text.\nName a lake.,\n', "a.csv")
    assert texts(seeds(rows, input_path="input")) == ["Sum up, please.\n\nA text.", "Name a lake."]


def test_formula_cells_markup_and_bidi_characters_stay_as_they_are():
    data = "instruction,x\n=1+1,a\nread \u202eit,b\n<b>Hi</b> &amp;,c\n".encode()
    assert texts(seeds(read_rows(data, "a.csv"))) == ["=1+1", "read \u202eit", "<b>Hi</b> &amp;"]


def test_duplicates_are_skipped_with_the_line_of_the_first():
    data = jsonl(*[{"prompt": "Name a lake."}] * 1000, {"prompt": " Name a lake. "})
    file = seeds(read_rows(data, "a.jsonl"))
    assert texts(file) == ["Name a lake."]
    assert len(file.skipped) == 1000
    assert file.skipped[0] == Skipped(2, "duplicate of line 1", "Name a lake.")


def test_text_of_which_nothing_can_be_seen_is_empty():
    file = seeds(read_rows("Name a lake.\n\u200b\u200b\n".encode(), "a.txt"))
    assert file.skipped == (Skipped(2, "empty text", ""),)


def test_lone_surrogates_are_replaced_and_told():
    data = b'{"text": "one \\ud800 two \\udfff"}\n{"text": "whole \\ud83d\\ude00"}'
    file = seeds(read_rows(data, "a.jsonl"))
    assert texts(file) == ["one \ufffd two \ufffd", "whole \U0001f600"]
    assert file.replaced == 2
    assert "2 broken characters" in file.notes[0]


def test_a_guessed_encoding_is_told():
    file = seeds(read_rows("Wie heißt der größte See?\n".encode("latin-1"), "a.txt"))
    assert texts(file) == ["Wie heißt der größte See?"]
    assert "cp1252" in file.notes[0]


@pytest.mark.parametrize(
    ("data", "path", "input_path", "line", "says"),
    [
        (jsonl({"a": "x"}, {"b": "y", "c": 1}), "a", None, 2, ["no 'a'", "fields there: b."]),
        (jsonl({"a": "x"}, {"a": None}), "a", None, 2, ["null where text", "No field there"]),
        (jsonl({"a": "x"}, {"a": 7, "b": "y"}), "a", None, 2, ["a number where text"]),
        (jsonl({"a": "x"}, {"a": True}), "a", None, 2, ["true or false where text"]),
        (jsonl({"a": "x"}, {"a": ["y"]}), "a", None, 2, ["a list where text", "a.0"]),
        (jsonl({"a": {"b": "x"}}), "a", None, 1, ["a nested object where text", "a.b"]),
        (jsonl({"a": ["x"]}, {"a": []}), "a.0", None, 2, ["no 'a.0'"]),
        (jsonl({"a": ["x"]}), "a.-1", None, 1, ["no 'a.-1'"]),
        (jsonl({"a": "x"}), "a.0", None, 1, ["no 'a.0'"]),
        (jsonl({"text": "x"}, "y"), "text", None, 2, ["plain text without fields"]),
        (jsonl("x", {"text": "y"}), None, None, 1, ["plain text without fields"]),
        (b"Name a lake.", "text", None, 1, ["plain text without fields"]),
        (jsonl({"a": "x", "b": "y"}), None, None, 0, ["no field has a name", "found: a, b."]),
        (jsonl({"text": "x", "prompt": "y"}), None, None, 0, ["several fields", "text, prompt"]),
        (jsonl({"n": 1}), None, None, 0, ["no field has a name"]),
        (jsonl({"text": " "}, {"text": ""}), None, None, 0, ["no usable row"]),
        (jsonl({"text": "x"}, {"text": "a\0b"}), None, None, 2, ["NUL"]),
        (jsonl({"text": "x"}), "text", "in", 0, ["no row has 'in'"]),
        (jsonl({"text": "x", "in": ["y"]}), "text", "in", 1, ["'in' holds a list"]),
        (jsonl({"text": "x", "in": "a\0b"}), "text", "in", 1, ["NUL"]),
    ],
)
def test_one_bad_row_imports_nothing_and_is_named(data, path, input_path, line, says):
    rows = read_rows(data, "a.jsonl" if data[:1] in b'{"' else "a.txt")
    with pytest.raises(ImportFileError) as caught:
        seeds(rows, path, input_path=input_path)
    assert caught.value.line == line
    assert all(part in str(caught.value) for part in says)
    assert caught.value.hint


def test_items_of_a_document_in_one_line_are_counted():
    with pytest.raises(ImportFileError, match=r"line 1 \(item 2\)"):
        seeds(read_rows(b'[{"text": "x"}, {"text": null}]', "a.json"))


def test_a_text_beyond_all_measure_is_refused():
    data = json.dumps([{"text": "x"}, {"text": "y" * 10_000_001}]).encode()
    with pytest.raises(ImportFileError, match="10 MB"):
        seeds(read_rows(data, "a.json"))


def test_ten_times_the_rows_take_ten_times_as_long():
    def taken(rows: int) -> float:
        data = jsonl(*({"instruction": f"Tell me about house {n}. " * 8} for n in range(rows)))
        # Time of this process: others on the machine do not count.
        start = time.process_time()
        assert len(seeds(read_rows(data, "a.jsonl")).seeds) == rows
        return time.process_time() - start

    assert taken(100_000) < 30 * taken(10_000)
