"""Parquet files: whatever their columns hold, and whatever is left of them."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codeclm.errors import ImportFileError
from codeclm.ingest import Skipped, parquet, read_rows, seeds
from codeclm.records import Seed


def written(table: pa.Table | dict, **options) -> bytes:
    out = io.BytesIO()
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), out, **options)
    return out.getvalue()


def texts(data: bytes, path: str | None = None, input_path: str | None = None) -> list[str]:
    rows = read_rows(data, "a.parquet")
    return [seed.text for seed in seeds(rows, path, input_path=input_path).seeds]


LAKES = written({"instruction": ["Name a lake.", "Name a river.", "Name a lake.", " "]})


def test_a_row_is_known_by_its_number():
    rows = read_rows(LAKES, "water.parquet")
    assert (rows.format, rows.unit, rows.guessed, len(rows.rows)) == ("parquet", "row", False, 4)
    assert rows.where(2) == "water.parquet, row 3"
    assert rows.rows[-1] == (4, {"instruction": " "})
    assert [line for line, _ in rows.rows[1:3]] == [2, 3]
    file = seeds(rows)
    assert file.unit == "row"
    assert file.seeds == (
        Seed(text="Name a lake.", file="water.parquet", line=1),
        Seed(text="Name a river.", file="water.parquet", line=2),
    )
    assert file.skipped == (
        Skipped(3, "duplicate of row 1", "Name a lake."),
        Skipped(4, "empty text", ""),
    )


def test_content_decides_whatever_the_name_says():
    assert read_rows(LAKES, "a.csv").format == "parquet"
    assert read_rows(LAKES, "").format == "parquet"
    table = read_rows(b"first;second\nName a lake.;1\n", "a.parquet")
    assert (table.format, table.rows) == ("csv", ((2, {"first": "Name a lake.", "second": "1"}),))
    assert read_rows(b'{"a": "b"}\n{"a": "c"}', "a.parquet").format == "jsonl"


@pytest.mark.parametrize(
    ("column", "path", "text"),
    [
        (pa.array(["Hi?"], pa.large_string()), "x", "Hi?"),
        (pa.array(["Hi?"], pa.string_view()), "x", "Hi?"),
        (pa.array(["Hi?"]).dictionary_encode(), "x", "Hi?"),
        (pa.array([["Hi?", "Ho?"]]), "x.1", "Ho?"),
        (pa.array([["Hi?"]], pa.large_list(pa.string())), "x.0", "Hi?"),
        (pa.array([["Hi?"]], pa.list_(pa.string(), 1)), "x.0", "Hi?"),
        (pa.array([{"a": {"b": [{"c": "Hi?"}]}}]), "x.a.b.0.c", "Hi?"),
        (pa.array([[("lang", "de")]], pa.map_(pa.string(), pa.string())), "x.lang", "de"),
        (pa.array([dt.datetime(2024, 5, 6, 7, 8)]), "x", "2024-05-06 07:08:00.000000"),
        (pa.array([dt.date(2024, 5, 6)]), "x", "2024-05-06"),
        (pa.array([{"at": [dt.date(2024, 5, 6)]}]), "x.at.0", "2024-05-06"),
    ],
)
def test_a_text_is_found_in_a_column_of_any_kind(column, path, text):
    data = written({"n": pa.array([1]), "x": column})
    assert read_rows(data, "a.parquet").fields()[path] == text
    assert texts(data, path) == [text]


@pytest.mark.parametrize(
    ("column", "says"),
    [
        (pa.array([7]), "holds a number"),
        (pa.array([None], pa.float64()), "holds null"),
        (pa.array([Decimal("1.50")]), "holds a number"),
        (pa.array([True]), "holds true or false"),
        (pa.array([b"Hi?"]), "holds bytes"),
        (pa.array([None], pa.string()), "holds null"),
        (pa.array([["Hi?"]]), "holds a list"),
        (pa.array([{"a": "Hi?"}]), "holds a nested object"),
    ],
)
def test_a_value_that_is_no_text_is_named_with_its_row(column, says):
    data = written({"x": pa.concat_arrays([column, column]), "note": ["one", "two"]})
    with pytest.raises(ImportFileError, match=rf"a\.parquet, row 1: 'x' {says}") as caught:
        texts(data, "x")
    assert caught.value.line == 1
    assert "note" in caught.value.hint


def test_times_that_python_cannot_hold_are_no_obstacle():
    far = pa.array([2**62], pa.timestamp("us"))
    fine = pa.array([1], pa.timestamp("ns"))
    zone = pa.array([0], pa.timestamp("us", "Nowhere/Land"))
    data = written({"prompt": ["Hi?"], "far": far, "fine": fine, "zone": [zone[0]]})
    assert texts(data) == ["Hi?"]
    assert texts(data, "zone") == ["1970-01-01 00:00:00.000000"]
    assert texts(data, "fine") == ["1970-01-01 00:00:00.000000001"]


def test_nested_messages_and_an_input_are_read():
    turns = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi?"}]
    data = written(pa.Table.from_pylist([{"id": "one", "messages": turns}, {"messages": None}]))
    rows = read_rows(data, "a.parquet")
    assert rows.fields()["messages"] == "Hi?"
    file = seeds(rows)
    assert [seed.text for seed in file.seeds] == ["Hi?"]
    assert file.skipped == (Skipped(2, "no user turn", ""),)
    pair = written({"instruction": ["Sum up.", "Go on."], "input": ["A text.", None]})
    assert texts(pair, None, "input") == ["Sum up.\n\nA text.", "Go on."]


def test_a_column_named_with_a_dot_is_found():
    data = written({"a.b": ["Hi?"], "a": [{"b": "Ho?", "c": "Hu?"}]})
    assert texts(data, "a.b") == ["Hi?"]
    assert texts(data, "a.c") == ["Hu?"]


def test_rows_in_many_groups_keep_their_numbers():
    data = written({"text": [f"Name lake {n}." for n in range(3500)]}, row_group_size=300)
    rows = read_rows(data, "a.parquet")
    assert rows.rows[3333] == (3334, {"text": "Name lake 3333."})
    assert [line for line, _ in rows.rows] == list(range(1, 3501))
    assert seeds(rows).seeds[2999].line == 3000


def test_numbers_beside_a_text_are_not_decoded():
    wide = {"text": ["Hi?"], "vector": [[0.5] * 8]}
    rows = read_rows(written(wide), "a.parquet")
    assert list(rows.holding("text")) == [(1, {"text": "Hi?"})]
    assert list(rows.holding("nothing")) == [(1, {"text": "Hi?"})]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PAR1", "Parquet file is cut or damaged"),
        (LAKES[:-1], "cut or damaged"),
        (LAKES[: len(LAKES) // 2], "cut or damaged"),
        (LAKES[:40] + LAKES[60:], "cut or damaged"),
        (b"PAR1" + bytes(200) + b"PAR1", "cut or damaged"),
        (written({"text": pa.array([], pa.string())}), "no row"),
        (written(pa.table({})), "no row"),
        (written(pa.Table.from_arrays([pa.array(["a"])] * 2, ["x", "x"])), "'x' twice"),
        (b"", "is empty"),
        (b"ARROW1\0\0", "Arrow file"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(data, says):
    with pytest.raises(ImportFileError, match=says) as caught:
        texts(data, "x")
    assert "a.parquet" in caught.value.message
    assert caught.value.hint.endswith(".")


def test_damage_behind_the_first_rows_imports_nothing():
    lakes = [f"Name lake {n} of {n * n}." for n in range(4000)]
    whole = written({"text": lakes}, row_group_size=1000, compression="zstd", use_dictionary=False)
    place = pq.ParquetFile(pa.BufferReader(whole)).metadata.row_group(3).column(0).data_page_offset
    damaged = bytearray(whole)
    damaged[place + 60 : place + 100] = bytes(40)
    rows = read_rows(bytes(damaged), "a.parquet")
    with pytest.raises(ImportFileError, match="row 3001: the Parquet file is cut") as caught:
        seeds(rows)
    assert caught.value.line == 3001


def test_more_rows_than_anyone_has_are_refused(monkeypatch):
    monkeypatch.setattr(parquet, "MOST_ROWS", 3)
    with pytest.raises(ImportFileError, match="has 4 rows, and at most 3 are read"):
        read_rows(LAKES, "a.parquet")


def test_other_formats_do_not_load_arrow():
    code = (
        "import sys; from codeclm.ingest import read_rows, seeds;"
        " seeds(read_rows(b'Name a lake.', 'a.txt')); print('pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.large
def test_a_million_rows_are_read():
    ids = pa.array(range(1_100_000))
    names = pa.compute.cast(ids, pa.string())
    data = written({"id": ids, "prompt": pa.compute.binary_join_element_wise("Lake", names, " ")})
    file = seeds(read_rows(data, "a.parquet"))
    assert (len(file.seeds), file.seeds[-1].line) == (1_100_000, 1_100_000)
