"""CSV for spreadsheets, Parquet with typed columns."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from itertools import cycle, islice

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from odd_pairs import ODD_PAIRS, PAIR, row, written

from codeclm.export import FORMATS, checked
from codeclm.records import Layout, Status

CSV = checked(Layout(format="csv"))
PARQUET = checked(Layout(format="parquet"))


def cells(text: str) -> list[str]:
    """The one cell of a table, line by line, as the csv module reads it."""
    layout = checked(Layout(format="csv", fields=("response",)))
    data = written((replace(PAIR, response=text),), layout).decode()
    return [cell for (cell,) in csv.reader(io.StringIO(data, newline=""))][1:]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "\t1",
        "\r1",
        "\n =1",
        " \x0b=1",
        "\u200b=1",
        "\ufeff-1",
        "＝1",
        "＠a",
    ],
)
def test_what_a_spreadsheet_would_execute_gets_an_apostrophe(text):
    assert cells(text) == [f"'{text}"]


@pytest.mark.parametrize(
    "text",
    [
        "a=1",
        "1-2",
        "’=1",
        "'=1",
        "",
        " ",
        '"=1"',
        'quotes "", and\nlines\r\nand\rreturns',
        "Grüße 你好 😀 \u202e \u2028",
        "x" * 120_000,
    ],
)
def test_any_other_text_is_a_cell_as_it_is(text):
    assert cells(text) == [text]


def test_a_numbers_minus_is_no_formula():
    data = written((PAIR,), checked(Layout(format="csv", fields=("gap", "iteration", "edited"))))
    assert data == b"iteration,gap,edited\n2,-4.5,false\n"


def test_what_is_not_there_is_an_empty_cell():
    bare = replace(PAIR, gap=None, target_response=None, tags=())
    layout = checked(Layout(format="csv", fields=("target_response", "gap", "tags", "note")))
    assert written((bare,), layout) == b"gap,target_response,tags,note\n,,,\n"


def test_nul_is_left_out_and_half_a_surrogate_pair_replaced():
    assert cells("a\0=\ud800") == ["a=\ufffd"]
    assert cells("\0=1") == ["'=1"]


def test_skills_and_tags_are_one_cell():
    told = row(replace(PAIR, tags=("good", "short")), format="csv")
    assert (told["skills"], told["tags"]) == ("factual recall; ranked lists", "good; short")


def test_cells_are_quoted_as_the_csv_module_quotes_them():
    plain = [replace(pair, instruction=f"a{pair.instruction}") for pair in ODD_PAIRS]
    layout = checked(Layout(format="csv", fields=("instruction", "status", "gap")))
    theirs = io.StringIO()
    writer = csv.writer(theirs, lineterminator="\r\n")
    writer.writerow(["instruction", "gap", "status"])
    for pair in plain:
        writer.writerow([pair.instruction, pair.gap, str(pair.status)])
    ours = written(tuple(plain), layout).decode()
    assert list(csv.reader(io.StringIO(ours, newline=""))) == list(
        csv.reader(io.StringIO(theirs.getvalue(), newline=""))
    )
    assert len(ours) == len(theirs.getvalue()) - len(plain) - 1


def test_columns_of_parquet_are_typed_whatever_the_first_rows_hold():
    bare = replace(PAIR, gap=None, skills=(), chain=(), target_response=None)
    schema = pq.read_schema(io.BytesIO(written((bare,), PARQUET)))
    assert schema.names == list(FORMATS["parquet"].fields)
    assert schema.field("gap").type == pa.float64()
    assert schema.field("iteration").type == pa.int64()
    assert schema.field("edited").type == pa.bool_()
    assert schema.field("target_response").type == pa.string()
    assert schema.field("skills").type.value_type == pa.string()
    assert schema == pq.read_schema(io.BytesIO(written((), PARQUET)))


def test_parquet_reads_back_as_the_rows_that_were_written():
    data = written(ODD_PAIRS, PARQUET)
    expected = [FORMATS["parquet"].rows(pair, PARQUET)[0] for pair in ODD_PAIRS]
    assert pq.read_table(io.BytesIO(data)).to_pylist() == expected


def test_half_a_surrogate_pair_is_replaced_wherever_it_stands():
    broken = replace(PAIR, response="a\ud800", skills=("b\udfff",), tags=("c\ud800",))
    (read,) = pq.read_table(io.BytesIO(written((broken,), PARQUET))).to_pylist()
    assert (read["response"], read["skills"], read["tags"]) == ("a\ufffd", ["b\ufffd"], ["c\ufffd"])


def test_a_system_prompt_of_the_layout_fills_its_column():
    spoken = replace(PAIR, system_prompt="Be kind.")
    assert row(spoken, format="parquet")["system_prompt"] == "Be kind."
    assert row(spoken, format="csv", system="Be brief.")["system_prompt"] == "Be brief."
    assert row(spoken, format="csv", system="")["system_prompt"] == ""


def test_a_status_is_its_word():
    rejected = replace(PAIR, status=Status.REJECTED, reason="wrong")
    assert row(rejected, format="parquet", fields=("status", "reason")) == {
        "status": "rejected",
        "reason": "wrong",
    }


@pytest.mark.parametrize("layout", [CSV, PARQUET], ids=["csv", "parquet"])
def test_the_same_rows_are_the_same_bytes(layout):
    hundred = tuple(islice(cycle(ODD_PAIRS), 100))
    assert written(hundred, layout) == written(hundred, layout)


def test_parquet_is_written_in_small_groups_as_rows_come():
    taken = 0

    def made():
        nonlocal taken
        for pair in islice(cycle((PAIR,)), 12_000):
            taken += 1
            yield from FORMATS["parquet"].rows(pair, layout)

    layout = checked(Layout(format="parquet", fields=("instruction",)))
    pieces = FORMATS["parquet"].encoded(made(), layout)
    first = next(pieces)
    assert first.startswith(b"PAR1")
    assert taken <= 5_000
    file = pq.ParquetFile(io.BytesIO(first + b"".join(pieces)))
    assert file.metadata.num_rows == 12_000
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert max(sizes) <= 5_000
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_naming_the_formats_loads_no_heavy_library():
    code = "import codeclm.export, sys; print('pyarrow' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert told.stdout == "False\n"
