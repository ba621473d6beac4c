"""Tables: a row a pair, a column a field; CSV for spreadsheets, Parquet for data tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from codeclm.errors import without_surrogates
from codeclm.export.fields import BESIDE, system
from codeclm.export.native import chain
from codeclm.records import Layout, Pair, Row

if TYPE_CHECKING:
    import pyarrow

# Each column's type is fixed: guessed from the first rows, it would differ between two files.
_TEXT, _TEXTS, _WHOLE, _NUMBER, _FLAG, _CHAIN = "text", "texts", "whole", "number", "flag", "chain"

_COLUMNS: dict[str, tuple[str, Callable[[Pair], Any]]] = {
    "instruction": (_TEXT, lambda pair: pair.instruction),
    "response": (_TEXT, lambda pair: pair.response),
    "response_from": (_TEXT, BESIDE["response_from"]),
    "use_case": (_TEXT, BESIDE["use_case"]),
    "skills": (_TEXTS, BESIDE["skills"]),
    "iteration": (_WHOLE, BESIDE["iteration"]),
    "chain_id": (_TEXT, BESIDE["chain_id"]),
    "gap": (_NUMBER, BESIDE["gap"]),
    "strong_score": (_NUMBER, BESIDE["strong_score"]),
    "target_score": (_NUMBER, BESIDE["target_score"]),
    "strong_response": (_TEXT, lambda pair: pair.strong_response),
    "target_response": (_TEXT, lambda pair: pair.target_response),
    "strong_model": (_TEXT, BESIDE["strong_model"]),
    "target_model": (_TEXT, BESIDE["target_model"]),
    "judge_model": (_TEXT, lambda pair: pair.judge_model),
    "system_prompt": (_TEXT, lambda pair: pair.system_prompt),
    "imported_from": (_TEXT, lambda pair: pair.imported_from),
    "status": (_TEXT, lambda pair: str(pair.status)),
    "reason": (_TEXT, lambda pair: pair.reason),
    "reviewer": (_TEXT, lambda pair: pair.reviewer),
    "edited": (_FLAG, lambda pair: pair.edited),
    "swapped": (_FLAG, lambda pair: pair.swapped),
    "tags": (_TEXTS, lambda pair: list(pair.tags)),
    "note": (_TEXT, lambda pair: pair.note),
    "original_instruction": (_TEXT, lambda pair: pair.original_instruction),
    "original_response": (_TEXT, lambda pair: pair.original_response),
    "chain": (_CHAIN, chain),
}
#: The columns of a Parquet file, and those that are one cell of a CSV file.
COLUMNS = tuple(_COLUMNS)
CELLS = tuple(name for name, (kind, _) in _COLUMNS.items() if kind != _CHAIN)

# A row group is the most that is held at a time.
_GROUP = 2_000

# What a spreadsheet runs: a formula's first sign, ASCII or full-width, behind whatever it does not
# show (blanks, control and format characters); a tab or a return by itself moves to another cell.
_UNSHOWN = "\\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_QUOTED = re.compile('[,"\r\n]')
_EXECUTED = re.compile(f"[\t\r]|[{_UNSHOWN}]*[=+\\-@＝＋－＠]")


def parquet_rows(pair: Pair, layout: Layout) -> list[Row]:
    """One value a column that was picked; skills, tags and the chain are lists."""
    row = {name: _COLUMNS[name][1](pair) for name in layout.fields or ()}
    if "system_prompt" in row:
        row["system_prompt"] = system(pair, layout)
    return [row]


def csv_rows(pair: Pair, layout: Layout) -> list[Row]:
    """One text, number, truth or None a column that was picked; skills and tags are joined."""
    (row,) = parquet_rows(pair, layout)
    for name in ("skills", "tags"):
        if name in row:
            row[name] = "; ".join(row[name])
    return [row]


def csv_lines(rows: Iterable[Row], layout: Layout) -> Iterator[bytes]:
    """A header, then a line a row, in UTF-8 with line feeds (those inside a cell stay as they are).

    Cells are quoted as RFC 4180 says, where they have to be. A text that a spreadsheet would
    execute gets an apostrophe before it; NUL is left out, and lone surrogates become U+FFFD.
    """
    fields = layout.fields or ()
    yield _line(list(fields))
    for row in rows:
        yield _line([_cell(row[name]) for name in fields])


def _line(cells: list[str]) -> bytes:
    # An empty line would be no row: a lone empty cell is quoted.
    line = (",".join(cells) or '""') + "\n"
    try:
        return line.encode()
    except UnicodeEncodeError:
        return without_surrogates(line).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    text = value.replace("\0", "")
    if _EXECUTED.match(text):
        text = f"'{text}"
    # By hand: the csv module quotes alike, but looks up each character of a text several times.
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def parquet_bytes(rows: Iterable[Row], layout: Layout) -> Iterator[bytes]:
    """A Parquet file piece by piece, the same bytes for the same rows."""
    import pyarrow.parquet

    schema = _schema(layout.fields or ())
    sink = _Pieces()
    left = iter(rows)
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while group := list(islice(left, _GROUP)):
            writer.write_table(_table(group, schema))
            yield sink.take()
    yield sink.take()


class _Pieces:
    """A file that keeps what is written until it is taken."""

    closed = False

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """There is nothing behind it to write to."""

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _schema(fields: Iterable[str]) -> pyarrow.Schema:
    import pyarrow as pa

    link = [("iteration", pa.int64()), ("instruction", pa.string())]
    link += [("action", pa.string()), ("gap", pa.float64())]
    types = {
        _TEXT: pa.string(),
        _TEXTS: pa.list_(pa.string()),
        _WHOLE: pa.int64(),
        _NUMBER: pa.float64(),
        _FLAG: pa.bool_(),
        _CHAIN: pa.list_(pa.struct(link)),
    }
    return pa.schema([(name, types[_COLUMNS[name][0]]) for name in fields])


def _table(rows: list[Row], schema: pyarrow.Schema) -> pyarrow.Table:
    import pyarrow as pa

    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        return pa.Table.from_pylist([_storable(row) for row in rows], schema=schema)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_storable(part) for part in value]
    if isinstance(value, dict):
        return {name: _storable(part) for name, part in value.items()}
    return value
