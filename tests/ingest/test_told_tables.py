"""What separates a table's columns, and whether text is a table at all."""

from __future__ import annotations

import csv
import io

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import read_rows

CELLS = [
    ["instruction", "input", "note"],
    ["Sum up; be short, please.", "One; two; three, four | five", ""],
    ["Name a lake.", "A\nB\t; C", 'He said "no", twice; "never".'],
    ["Name a river.", "", "; ; ; ;"],
]


def table(
    separator: str, cells: list[list[str]] = CELLS, quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting).writerows(cells)
    return out.getvalue().encode()


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.parquet", "a.txt", "a.dat", ""])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_the_separator_is_told_by_content(separator, name, quoting):
    rows = read_rows(table(separator, quoting=quoting), name)
    assert [list(value.values()) for _, value in rows.rows] == CELLS[1:]
    assert rows.format == ("tsv" if separator == "\t" else "csv")


@pytest.mark.parametrize(
    ("text", "name", "first"),
    [
        # Marks in unquoted text that are no separators, because the header has none of them.
        ("instruction,input\na; b; c,d\ne; f,g\n", "a.csv", ["a; b; c", "d"]),
        ("instruction;input\na, b;c\nd, e;f\n", "a.csv", ["a, b", "c"]),
        ("instruction\tinput\na, b; c\td\n", "a.csv", ["a, b; c", "d"]),
        # The header has both; the rows keep to one, or to more columns of one.
        ("question; short,answer\nWhy?,So.\n", "a.csv", ["Why?", "So."]),
        ("task;price, EUR;note\nBuy;1,5;now\n", "a.csv", ["Buy", "1,5", "now"]),
        ("\tprompt\tinput\n0\ta, b\tc\n", "a.tsv", ["0", "a, b", "c"]),
        ("prompt\nHello.\n", "a.tsv", ["Hello."]),
    ],
)
def test_marks_that_separate_nothing_do_not_mislead(text, name, first):
    assert list(read_rows(text.encode(), name).rows[0][1].values()) == first


@pytest.mark.parametrize("name", ["", "pasted", "a.txt"])
def test_cells_copied_from_a_spreadsheet_are_a_table(name):
    copied = 'Task\tMore text\nSum up, please\tabc\n"two\nlines"\t\n'
    rows = read_rows(copied.encode(), name)
    assert rows.format == "tsv"
    assert rows.rows[1] == (3, {"Task": "two\nlines", "More text": ""})
    assert read_rows(copied.encode("utf-16"), name).rows == rows.rows


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Red, green\nBlue, black\n", ""),
        ("Name a lake.\tErie\nName a river.\tNile\n", ""),
        ("one\ttwo\n", ""),
        ("1\t2\n3\t4\n", ""),
        ("\tindented\n\tlines\n", ""),
        ("task\tmore\nSum up\tabc\tdef\n", ""),
        ("prompt, question\nText, with, commas\n", "a.txt"),
        ("| prompt | input |\n|---|---|\n| a | b |\n", "a.md"),
    ],
)
def test_lines_that_only_look_like_a_table_stay_lines(text, name):
    rows = read_rows(text.encode(), name)
    assert rows.format == "txt"
    assert [value for _, value in rows.rows] == text.splitlines()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", ""])
def test_a_changed_number_of_columns_is_told_with_its_line(separator, name):
    lines = ["prompt@note", *["Why?@So."] * 30, "Why?@So.@More", "Why?@So."]
    data = "\n".join(lines).replace("@", separator).encode()
    with pytest.raises(
        ImportFileError, match="line 32: 3 columns where the header has 2"
    ) as caught:
        read_rows(data, name)
    assert caught.value.line == 32


def test_an_unquoted_separator_in_a_single_column_is_told():
    with pytest.raises(ImportFileError, match="line 2: 2 columns where the header has 1"):
        read_rows(b"prompt\nHello, you\n", "a.csv")
