"""CSV and TSV: a header, then rows of as many cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from codeclm.errors import ImportFileError
from codeclm.ingest.text import MAX_LINE, too_long

# str.splitlines knows more line ends, and StringIO takes four bytes a character.
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def separator_of(header: str, expected: str) -> str:
    """The separator that splits the header into most cells; ``expected`` wins a tie."""

    def cells(separator: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(header, newline=""), delimiter=separator), []))
        except csv.Error:
            return 0

    return max((expected, ",", ";", "\t"), key=cells)


def table_rows(text: str, name: str, separator: str) -> list[tuple[int, dict[str, str] | str]]:
    """Each row as a mapping from column name to cell, with the line it starts at.

    Raises ``ImportFileError`` with the line for a row whose cells are more or fewer than the
    header's, broken quotes and a header that names a column twice.
    """
    # The limit is the process's, not the reader's; 128 KiB, its default, is less than a document.
    csv.field_size_limit(MAX_LINE)
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
    lines = (line.group() for line in _LINE.finditer(text))
    reader = csv.reader(lines, delimiter=separator, strict=True)
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
