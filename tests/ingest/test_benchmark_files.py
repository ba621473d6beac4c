"""Benchmark sets: the fields of known ones are found, and what cannot be compared is told."""

import json

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import BenchmarkFields, benchmark, benchmark_fields, read_rows


def rows(*values, name="set.jsonl"):
    return read_rows("\n".join(map(json.dumps, values)).encode(), name)


def items(read, **named):
    return benchmark(read, benchmark_fields(read, named)).items


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"question_id": 1, "text": "a", "category": "b"}, {"use_case": "category"}),
        ({"idx": 1, "Skill": "Math", "Instruction": "a"}, {"skills": "Skill"}),
        ({"instruction": "a", "instances": [{"input": "b"}]}, {"input": "instances.0.input"}),
        ({"prompt": "a", "use_case": "b", "skills": ["c"]}, {"use_case": "use_case"}),
    ],
)
def test_the_fields_of_usual_sets_are_found(row, fields):
    found = benchmark_fields(rows(row), {})
    assert {name: getattr(found, name) for name in fields} == fields
    assert found.recorded == ()


def test_an_input_stands_below_its_instruction_unless_none_is_wanted():
    read = rows({"instruction": "Sum up.", "input": "A text."})
    assert [item.instruction for item in items(read)] == ["Sum up.\n\nA text."]
    assert [item.instruction for item in items(read, input="")] == ["Sum up."]


def test_plain_lines_are_instructions():
    read = read_rows(b"One?\nTwo?\n", "set.txt")
    assert [(item.line, item.instruction) for item in items(read)] == [(1, "One?"), (2, "Two?")]


def test_rows_that_cannot_be_compared_are_skipped_with_their_reason():
    read = rows(
        {"prompt": "a", "mine": "1"},
        {"prompt": "b", "mine": ""},
        {"prompt": "c"},
        {"prompt": " ", "mine": "1"},
        {"prompt": "a", "mine": "2"},
    )
    found = benchmark(read, BenchmarkFields(instruction="prompt", candidate="mine"))
    assert [(item.instruction, dict(item.recorded)) for item in found.items] == [
        ("a", {"candidate": "1"})
    ]
    assert [(row.line, row.reason) for row in found.skipped] == [
        (2, "empty response of the candidate"),
        (3, "no response of the candidate"),
        (4, "empty text"),
        (5, "duplicate of line 1"),
    ]


def test_a_field_that_no_row_has_is_told():
    with pytest.raises(ImportFileError, match="no row has 'nix', named as the reference"):
        items(rows({"prompt": "a"}), reference="nix")
