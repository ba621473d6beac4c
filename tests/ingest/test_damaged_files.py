"""Whatever the bytes, nothing but ``ImportFileError`` comes out."""

from __future__ import annotations

import csv
import io
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import guess, guess_input, metadata_file, read_rows, seeds

ROWS = [
    {
        "id": number,
        "instruction": f"Tell me, é, about house {number}.",
        "input": 'x; "y"\tz | q' if number % 2 else "",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": f"Hi {number}?"},
        ],
    }
    for number in range(6)
]
NAMES = ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "a.parquet", ""]
MARKS = [
    *(b'"', b",", b";", b"\t", b"|", b"\n", b"\r", b"{", b"}", b"[", b"]", b":", b"\\"),
    *(b"null", b"1e999", b"NaN", b"\\ud800", b"\\u0000", b"\0", b"\xff", b"\xfe\xff", b"PAR1"),
    *(b"\xef\xbb\xbf", "\u2028".encode(), b'"role"', b'"user"', b"[]", b"{}", b"9" * 5000),
]


def table(separator: str) -> bytes:
    out = io.StringIO()
    columns = ["id", "instruction", "input"]
    sheet = csv.DictWriter(out, columns, delimiter=separator, extrasaction="ignore")
    sheet.writeheader()
    sheet.writerows(ROWS)
    return out.getvalue().encode()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out, row_group_size=4)
    return out.getvalue()


FILES = {
    "jsonl": "\n".join(map(json.dumps, ROWS)).encode(),
    "json": json.dumps(ROWS, indent=1).encode(),
    "data": json.dumps({"data": ROWS}).encode(),
    "chats": "\n".join(json.dumps(row["messages"]) for row in ROWS).encode(),
    "csv": table(","),
    "semicolons": table(";"),
    "tsv": table("\t"),
    "utf-16": table("\t").decode().encode("utf-16"),
    "latin-1": table(",").decode().encode("latin-1"),
    "txt": b"Name a river.\nName a lake.\n",
    "parquet": parquet(),
}


def mutated(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(5):
            case 0:
                changed[at : at + 1] = chance.randbytes(1)
            case 1:
                changed[at:at] = chance.choice(MARKS)
            case 2:
                del changed[at : at + chance.choice((1, 4, 40))]
            case 3:
                del changed[at:]
            case _:
                other = chance.randrange(len(changed) + 1)
                changed[at:at] = changed[other : other + 50]
    return bytes(changed)


def told(error: ImportFileError) -> None:
    assert error.message.endswith(".")
    assert error.hint.endswith((".", ")"))
    assert error.line >= 0
    str(error).encode()


def tried(data: bytes, name: str) -> None:
    """Read a file in every way there is."""
    try:
        metadata_file(data, name)
    except ImportFileError as error:
        told(error)
    try:
        rows = read_rows(data, name)
    except ImportFileError as error:
        return told(error)
    fields = rows.fields()
    own_input = guess_input(fields, guess(fields) or "")
    for path in (None, "messages", "messages.0.content", "id"):
        try:
            assert seeds(rows, path, input_path=own_input).seeds
        except ImportFileError as error:
            told(error)
    return None


@pytest.mark.parametrize("form", FILES)
def test_a_file_changed_in_any_place_is_read_or_refused(form):
    chance = random.Random(form)
    for _ in range(60):
        tried(mutated(FILES[form], chance), chance.choice(NAMES))


@pytest.mark.parametrize("form", FILES)
def test_a_file_cut_anywhere_is_read_or_refused(form):
    data = FILES[form]
    for end in range(0, len(data), len(data) // 40 + 1):
        tried(data[:end], f"a.{form}")


def test_bytes_and_marks_at_random_are_read_or_refused():
    chance = random.Random(1)
    for _ in range(200):
        noise = chance.randbytes(chance.randrange(200))
        marks = b"".join(chance.choices(MARKS, k=chance.randrange(20)))
        for data in (noise, marks, b"PAR1" + noise + b"PAR1"):
            tried(data, chance.choice(NAMES))


@pytest.mark.parametrize("rows", [-1, 5, 2**40])
def test_a_wrong_number_of_rows_in_a_parquet_file_imports_nothing(rows, monkeypatch):
    class Metadata:
        num_rows = rows
        num_row_groups = 2

        def row_group(self, at: int) -> object:
            return pq.ParquetFile(pa.BufferReader(FILES["parquet"])).metadata.row_group(at)

    monkeypatch.setattr(pq.ParquetFile, "metadata", Metadata())
    with pytest.raises(ImportFileError, match="cut or damaged"):
        read_rows(FILES["parquet"], "a.parquet")
