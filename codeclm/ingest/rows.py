"""A file's rows, each with the line it starts at, whatever format they came in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from codeclm.errors import ImportFileError
from codeclm.ingest import tables
from codeclm.ingest.chats import is_chat
from codeclm.ingest.document import DECODER, as_row, broken, document_rows, kind
from codeclm.ingest.fields import CHATS, GUESSES, fields_of
from codeclm.ingest.parquet import MAGIC, ParquetRows, parquet_rows
from codeclm.ingest.text import MAX_LINE, file_name, lines_of, to_text, too_long

Format = Literal["jsonl", "json", "csv", "tsv", "txt", "parquet"]
Value = dict[str, Any] | str
Row = tuple[int, Value]

_JSON_NAMES = {"json", "jsonl", "ndjson"}
# A table called Parquet is none, or its content would have told, but a table all the same.
_TABLE_NAMES = {"csv": ",", "tsv": "\t", "tab": "\t", "psv": "|", "parquet": ","}
_PLAIN_NAMES = {"txt", "text", "md"}
#: How many rows are looked at to tell what the fields are.
SAMPLE = 50
_WHITE = " \t\r\n\ufeff"
_INK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds: ``rows`` is (line counted from 1, mapping or plain text).

    ``sha256`` is of the bytes as they came; ``encoding`` is Python's name of the encoding, and
    ``guessed`` says that nothing in the file told it. Lines of a JSON list are those where its
    items start; a Parquet file has no lines, and the numbers are those of its rows.
    """

    name: str
    sha256: str
    format: Format
    encoding: str
    rows: Sequence[Row] = field(repr=False)
    guessed: bool = False

    @property
    def unit(self) -> str:
        """What the numbers count: "line" or "row"."""
        return "row" if self.format == "parquet" else "line"

    def fields(self, *, every: bool = False) -> dict[str, str]:
        """Dotted path to an example text, over the first 50 rows; empty for plain lines.

        With ``every``, numbers and lists of texts are fields too.
        """
        return fields_of((value for _, value in self.rows[:SAMPLE]), every=every)

    def where(self, index: int) -> str:
        """How an error names the row at ``index``, counted from 0."""
        item = f" (item {index + 1})" if self.format == "json" else ""
        return f"{self.name}, {self.unit} {self.rows[index][0]}{item}"

    def holding(self, *paths: str) -> Iterable[Row]:
        """The rows with at least what is at those paths: a wide Parquet file is read in part."""
        return self.rows.only(paths) if isinstance(self.rows, ParquetRows) else self.rows


def read_rows(data: bytes, name: str) -> Rows:
    """Read a JSONL, JSON, CSV, TSV, TXT or Parquet file.

    Content tells the format, and ``name`` where content does not. A JSON list is accepted where
    lines were expected and the other way round. Raises ``ImportFileError`` with the line for
    anything that cannot be read; damage further inside a Parquet file is found by its readers.
    """
    name = file_name(name)
    form, encoding = "parquet", "utf-8"
    if data.startswith(MAGIC):
        rows: Sequence[Row] = parquet_rows(data, name)
    else:
        text, encoding = to_text(data, name)
        form, rows = _text_rows(text, name)
    if not rows:
        raise ImportFileError(
            f"{name} holds no row that could become a seed.",
            "A table needs at least one row below its header, a list at least one item.",
        )
    return Rows(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=form,
        encoding=encoding,
        rows=rows,
        guessed=not encoding.startswith("utf"),
    )


def _text_rows(text: str, name: str) -> tuple[Format, Sequence[Row]]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    form, separator = _format(text, ending)
    match form:
        case "json":
            rows = document_rows(text, name)
        case "jsonl":
            rows = _json_lines(text, name)
        case "txt":
            rows = _plain_lines(text, name)
        case _:
            rows = tables.table_rows(text, name, separator)
    return form, tuple(rows)


def _format(text: str, ending: str) -> tuple[Format, str]:
    """The format and, for a table, its separator. Content that is JSON wins over the name."""
    start = text.lstrip(_WHITE)
    form = _json_form(start, ending) if start[0] in '{["' else None
    if form or ending in _JSON_NAMES:
        return form or "jsonl", ""
    # A tab may stand before a header whose first cell is empty, and belongs to it.
    shape = tables.shape_of(text.lstrip("\r\n\ufeff"), _TABLE_NAMES.get(ending, ","))
    if ending in _TABLE_NAMES or _is_table(shape, ending):
        return ("tsv" if shape.separator == "\t" else "csv"), shape.separator
    return "txt", ""


def _json_form(start: str, ending: str) -> Format | None:
    """Lines or one document; None for text that only begins like JSON and is not named so."""
    end = start.find("\n") if "\n" in start else len(start)
    first, more, named = start[:end].strip(), _INK.search(start, end), ending in _JSON_NAMES
    match _parse(first):
        case dict(value):
            return "json" if not more and isinstance(value.get("data"), list) else "jsonl"
        case list() if not more:
            return "json"
        case list(value) if named or is_chat(value):
            return "jsonl"
        case str() if named:
            return "jsonl"
    if start[0] != '"' and isinstance(_parse(start), dict | list):
        return "json"
    if not named:
        return None
    # Broken somewhere: a first line that opens without closing belongs to a document.
    opens = first[0] == "[" or len(first) < 3 or (ending == "json" and first[-1] in "{[,:")
    return "json" if opens else "jsonl"


def _is_table(shape: tables.Shape, ending: str) -> bool:
    """Whether text without a telling name is a table: by a header we know, or by even tabs.

    Text named as plain is one only when its first rows keep to that header too.
    """
    cells = [cell.casefold() for cell in shape.header]
    if len(cells) < 2 or not all(_like_a_name(cell) for cell in cells if cell):
        return False
    even, whole = shape.alike == 1, all(cells)
    if set(cells) & {*GUESSES, *CHATS}:
        # A first cell may be empty above row numbers; with bars it is the edge of a Markdown table.
        return (even or ending not in _PLAIN_NAMES) and (whole or shape.separator != "|")
    # As a spreadsheet copies its cells; lines of prose hold no tabs.
    return even and whole and shape.separator == "\t" and len({*cells}) == len(cells)


def _like_a_name(cell: str) -> bool:
    return re.fullmatch(r"(?=.*[^\W\d])[\w .#/()-]{0,39}[\w#)]", cell) is not None


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str, name: str) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(lines_of(text), 1):
        _check_length(line, name, number)
        if not line.strip(_WHITE):
            continue
        try:
            value = DECODER.decode(line.lstrip(_WHITE))
        except json.JSONDecodeError as error:
            raise broken(name, number, f"{error.msg}, column {error.colno}") from error
        except (ValueError, RecursionError) as error:
            raise broken(name, number, "a number or a nesting beyond all measure") from error
        row = as_row(value)
        if row is None:
            raise ImportFileError(
                f"{name}, line {number}: {kind(value)} where an object or a text was expected.",
                'Write each line as {"instruction": "..."}.',
                line=number,
            )
        rows.append((number, row))
    return rows


def _plain_lines(text: str, name: str) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(lines_of(text), 1):
        _check_length(line, name, number)
        rows.append((number, line))
    return rows


def _check_length(line: str, name: str, number: int) -> None:
    if too_long(line):
        raise ImportFileError(
            f"{name}, line {number} is longer than {MAX_LINE // 1_000_000} MB.",
            "One line holds one instruction; split the file or remove this line.",
            line=number,
        )
