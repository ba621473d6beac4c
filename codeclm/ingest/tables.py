"""Tables: a header, then rows of as many cells, split at commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from codeclm.errors import ImportFileError
from codeclm.ingest.text import MAX_LINE, too_long

# str.splitlines knows more line ends, and StringIO takes four bytes a character.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_SEPARATORS = ",;\t|"
_SAMPLE = 1_000_000
_SAMPLE_ROWS = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table looks like when it is split at ``separator``.

    ``alike`` is the share of the first rows that have as many cells as the header; 0 without rows.
    """

    separator: str
    header: tuple[str, ...]
    alike: float


def shape_of(text: str, expected: str) -> Shape:
    """The separator whose columns the first rows keep to; ``expected`` wins a tie.

    Separators inside quoted cells count for nothing.
    """

    def fit(shape: Shape) -> tuple[bool, float, int]:
        columns = len(shape.header)
        return columns > 1, shape.alike if columns > 1 else 0, columns

    head = text[:_SAMPLE]
    return max((_shape(head, mark) for mark in dict.fromkeys((expected, *_SEPARATORS))), key=fit)


def _shape(head: str, separator: str) -> Shape:
    counts: list[int] = []
    header: list[str] = []
    try:
        for cells in _reader(head, separator):
            header = header or cells
            if cells:
                counts.append(len(cells))
            if len(counts) > _SAMPLE_ROWS:
                break
    except csv.Error:
        counts.append(0)
    rows = counts[1:]
    alike = sum(count == len(header) for count in rows) / len(rows) if rows else 0
    return Shape(separator, tuple(cell.strip() for cell in header), alike)


def _reader(text: str, separator: str) -> Any:
    # The limit is the process's, not the reader's; 128 KiB, its default, is less than a document.
    csv.field_size_limit(MAX_LINE)
    lines = (line.group() for line in _LINE.finditer(text))
    return csv.reader(lines, delimiter=separator, strict=True)


def table_rows(text: str, name: str, separator: str) -> list[tuple[int, dict[str, str] | str]]:
    """Each row as a mapping from column name to cell, with the line it starts at.

    Raises ``ImportFileError`` with the line for a row whose cells are more or fewer than the
    header's, broken quotes and a header that names a column twice.
    """
    records = _records(text, name, separator)
    header_line, cells = next(records)
    header = _header(cells, name, header_line)
    rows: list[tuple[int, dict[str, str] | str]] = []
    for line, cells in records:
        if len(cells) != len(header):
            raise ImportFileError(
                f"{name}, line {line}: {_count(cells)} where the header has {len(header)}.",
                "Put texts that contain the separator or a line break into double quotes, or save "
                "a list without columns as TXT.",
                line=line,
            )
        rows.append((line, dict(zip(header, cells, strict=True))))
    return rows


def _records(text: str, name: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = _reader(text, separator)
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _broken(name, start, str(error)) from error
        if any(map(too_long, cells)):
            raise _broken(name, start, "field larger than the limit")
        if cells:
            yield start, cells
        start = reader.line_num + 1


def _broken(name: str, line: int, detail: str) -> ImportFileError:
    if "larger than" in detail:
        return ImportFileError(
            f"{name}, line {line} is longer than {MAX_LINE // 1_000_000} MB.",
            "One row holds one instruction; look for a double quote that is never closed.",
            line=line,
        )
    return ImportFileError(
        f"{name}, line {line}: broken quotes ({detail}).",
        'Close every double quote, and write a quote inside a quoted text twice ("").',
        line=line,
    )


def _header(cells: list[str], name: str, line: int) -> list[str]:
    names = [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]
    twice = sorted({cell for cell in names if names.count(cell) > 1})
    if twice:
        raise ImportFileError(
            f"{name}, line {line}: the header names {twice[0]!r} twice.",
            "Give every column its own name.",
            line=line,
        )
    return names


def _count(cells: list[str]) -> str:
    return "1 column" if len(cells) == 1 else f"{len(cells)} columns"
