"""What a file holds, whatever format, encoding and shape it comes in."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import read_rows

TWO = [{"instruction": "Name a river."}, {"instruction": "Name a lake."}]
LINES = "\n".join(map(json.dumps, TWO))


@pytest.mark.parametrize(
    ("name", "text", "form", "lines"),
    [
        ("a.jsonl", LINES, "jsonl", [1, 2]),
        ("a.jsonl", LINES + "\n", "jsonl", [1, 2]),
        ("a.jsonl", LINES.replace("\n", "\r\n\r\n") + "\r\n", "jsonl", [1, 3]),
        ("a.ndjson", LINES, "jsonl", [1, 2]),
        ("a.json", LINES, "jsonl", [1, 2]),
        ("a.txt", LINES, "jsonl", [1, 2]),
        ("", LINES, "jsonl", [1, 2]),
        ("a.json", json.dumps(TWO), "json", [1, 1]),
        ("a.jsonl", json.dumps(TWO), "json", [1, 1]),
        ("a.json", json.dumps(TWO, indent=2), "json", [2, 5]),
        ("a.jsonl", json.dumps(TWO, indent=2), "json", [2, 5]),
        ("a.txt", json.dumps(TWO, indent=2), "json", [2, 5]),
        ("a.json", json.dumps({"version": 3, "data": TWO}), "json", [1, 1]),
        ("a.json", json.dumps({"version": 3, "data": TWO, "x": {}}, indent=2), "json", [4, 7]),
        ("a.jsonl", json.dumps({"data": TWO}), "json", [1, 1]),
        ("a.json", json.dumps(TWO[0], indent=1), "json", [1]),
        ("a.jsonl", json.dumps(TWO[0]), "jsonl", [1]),
        ("a.json", '["Name a river.",\n "Name a lake."]', "json", [1, 2]),
        ("a.jsonl", '"Name a river."\n"Name a lake."', "jsonl", [1, 2]),
        ("a.csv", "instruction,x\nName a river.,1\nName a lake.,2\n", "csv", [2, 3]),
        ("a.csv", "instruction;x\nName a river;1\n", "csv", [2]),
        ("a.csv", 'instruction,x\n"Name\na river.",1\n\nName a lake.,2\n', "csv", [2, 5]),
        ("a.csv", "instruction\r\nName a river.\r\nName a lake.\r\n", "csv", [2, 3]),
        ("a.csv", "instruction,x\rName a river.,1\r", "csv", [2]),
        ("a.tsv", "instruction\tx\nName a river, or two.\t1\n", "tsv", [2]),
        ("", "instruction\tinput\nName a river.\t\n", "tsv", [2]),
        ("a.txt", "Name a river.\nName a lake, please.", "txt", [1, 2]),
        ("a.txt", "Name a river.\rName a lake.\r", "txt", [1, 2, 3]),
        ("", "Name a river.\nName a lake, please.", "txt", [1, 2]),
        ("a.txt", "[Draft] Name a river.\n", "txt", [1]),
        ("a.txt", '"Name a river," she said. Who?\n', "txt", [1]),
    ],
)
def test_a_format_is_told_by_content_and_name(name, text, form, lines):
    rows = read_rows(text.encode(), name)
    assert rows.format == form
    assert [line for line, _ in rows.rows] == lines
    assert "river" in str(rows.rows[0][1])


def test_rows_know_their_file():
    data = LINES.encode()
    rows = read_rows(data, r"C:\uploads\..\questions.jsonl")
    assert rows.name == "questions.jsonl"
    assert rows.sha256 == hashlib.sha256(data).hexdigest()
    assert read_rows(data, "../../etc/x.jsonl").name == "x.jsonl"
    assert read_rows(data, "").name == "pasted text"


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("latin-1", "cp1252"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings_are_recognised(codec, name):
    text = "Erkläre höflich, warum die Lieferung später kommt.\nRésume la réponse du café.\n"
    rows = read_rows(text.encode(codec), "a.txt")
    assert [value for _, value in rows.rows] == text.splitlines()
    assert rows.encoding == name
    assert rows.guessed == (name == "cp1252")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "instruction,x\nErkläre höflich die Verspätung.,ü\n"),
        ("a.tsv", "instruction\tx\nErkläre höflich die Verspätung.\tü\n"),
        ("a.jsonl", '{"instruction": "Erkläre höflich die Verspätung."}\n'),
        ("a.json", '[{"instruction": "Erkläre höflich die Verspätung."}]\n'),
    ],
)
def test_every_format_is_read_in_every_encoding(name, text, codec):
    ((_, value),) = read_rows(text.encode(codec), name).rows
    assert isinstance(value, dict)
    assert value["instruction"] == "Erkläre höflich die Verspätung."


def test_another_code_page_is_guessed():
    text = "Напиши вежливый ответ клиенту, который жалуется на задержку доставки его заказа.\n"
    assert read_rows(text.encode("cp1251"), "a.txt").rows[0][1] == text.strip()


def test_a_byte_order_mark_between_files_glued_together_is_no_obstacle():
    glued = LINES.encode("utf-8-sig") + b"\n" + LINES.encode("utf-8-sig")
    assert len(read_rows(glued, "a.jsonl").rows) == 4


def test_line_separators_inside_a_text_do_not_split_it():
    line = json.dumps({"instruction": "one\u2028two\x85three"}, ensure_ascii=False)
    assert len(read_rows(line.encode(), "a.jsonl").rows) == 1
    rows = read_rows("instruction,x\none\u2028two,1\n".encode(), "a.csv").rows
    assert rows == ((2, {"instruction": "one\u2028two", "x": "1"}),)


def test_fields_are_listed_with_an_example_each():
    row = {
        "id": 7,
        "instruction": "",
        "turns": ["First?", "Second?"],
        "instances": [{"input": "Some text", "output": None}],
        "meta": {"a.b": "dotted"},
    }
    later = {"instruction": "Name a \ud800 river."}
    text = json.dumps(row) + "\n" + json.dumps(later)
    assert read_rows(text.encode(), "a.jsonl").fields() == {
        "instruction": "Name a \ufffd river.",
        "turns.0": "First?",
        "turns.1": "Second?",
        "instances.0.input": "Some text",
        "meta.a.b": "dotted",
    }


def test_plain_lines_have_no_fields():
    assert read_rows(b"Name a river.", "a.txt").fields() == {}


LONG = b"x" * 10_000_001


@pytest.mark.parametrize(
    ("name", "data", "line", "says"),
    [
        ("a.jsonl", b"", 0, "is empty"),
        ("a.jsonl", b" \n\n", 0, "is empty"),
        ("a.txt", b"\xef\xbb\xbf\n", 0, "is empty"),
        ("a.txt", "\n".encode("utf-16"), 0, "is empty"),
        ("a.txt", bytes(range(256)) * 9, 0, "binary file"),
        ("a.csv", b"PK\x03\x04rest", 0, "office document"),
        ("a.jsonl", b"\x1f\x8brest", 0, "gzip"),
        ("a.jsonl", b"PAR1rest", 0, "Parquet"),
        ("a.txt", "Name a river, please.".encode("utf-16-le"), 0, "byte order mark"),
        ("a.txt", "Name a river.".encode("utf-16") + b"x", 0, "UTF-16"),
        ("a.txt", "Où ça ? Là.\nGar".encode() + b"\xc3\nEt.", 2, "not UTF-8"),
        ("a.txt", b"Name a river.\nName\0 a lake.", 2, "NUL"),
        ("a.txt", "Name a river.\nName\0 a lake.".encode("utf-16"), 2, "NUL"),
        ("a.jsonl", b'{"a": "b"}\n{"a": "b"', 2, "broken JSON"),
        ("a.jsonl", b'{"a": "b"}\n\n{"a": b}\n{"a": "b"}', 3, "broken JSON"),
        ("a.jsonl", b'{"a": "b\n{"a": "b"}', 1, "broken JSON"),
        ("a.jsonl", b"Name a river.", 1, "broken JSON"),
        ("a.jsonl", b'{"a": ' + b"9" * 5000 + b"}", 1, "broken JSON"),
        ("a.jsonl", b'{"a": 1}\n' + b"[" * 200_000, 2, "broken JSON"),
        ("a.json", b'[{"a": "b"},\n{"a": "b"},\n{"a" "b"}]', 3, "broken JSON"),
        ("a.json", b'[{"a": "b"},\n{"a": "b"}\n', 2, "broken JSON"),
        ("a.json", b'[\n{"a": "b"},\n]', 3, "broken JSON"),
        ("a.json", b'[{"a": "b"}]\n[{"a": "b"}]', 1, "list"),
        ("a.json", b'{\n"a": "b"\n}\n{\n"a": "b"\n}', 4, "broken JSON"),
        ("a.json", b"[" * 200_000, 1, "broken JSON"),
        ("a.jsonl", b'{"a": "b"}\n["b"]', 2, "a list where"),
        ("a.jsonl", b'{"a": "b"}\nnull', 2, "null where"),
        ("a.json", b'[\n"b",\n7]', 3, "a number where"),
        ("a.json", b"[]", 0, "no row"),
        ("a.json", b'{"data": []}', 0, "no row"),
        ("a.csv", b"instruction,input\n", 0, "no row"),
        ("a.csv", b"a,b\n1,2\n1,2,3\n", 3, "3 columns where the header has 2"),
        ("a.csv", b'a,b\n"1\n1",2\n1\n', 4, "1 column where the header has 2"),
        ("a.csv", b"a,a\n1,2\n", 1, "twice"),
        ("a.csv", b'a,b\n1,2\n"1,2\n1,2\n', 3, "broken quotes"),
        ("a.csv", b'a,b\n1,"2" x\n', 2, "broken quotes"),
        ("a.jsonl", b'{"a": "b"}\n{"a": "' + LONG + b'"}', 2, "10 MB"),
        ("a.txt", b"Name a river.\n" + LONG, 2, "10 MB"),
        ("a.csv", b"a,b\n1,2\n" + LONG + b",2\n", 3, "10 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(name, data, line, says):
    with pytest.raises(ImportFileError) as caught:
        read_rows(data, name)
    assert says in caught.value.message
    assert name in caught.value.message
    assert caught.value.line == line
    assert not line or f"line {line}" in caught.value.message
    assert caught.value.hint.endswith((".", ")"))


def test_noise_is_refused():
    with pytest.raises(ImportFileError):
        read_rows(os.urandom(4096), "a.txt")


def test_a_long_document_in_one_line_is_no_long_line():
    many = [{"instruction": f"Describe house {number}. " * 20} for number in range(30_000)]
    assert len(read_rows(json.dumps(many).encode(), "a.json").rows) == 30_000


def test_cells_may_be_long():
    assert len(read_rows(b"instruction,x\n" + b"y" * 200_000 + b",1\n", "a.csv").rows) == 1
