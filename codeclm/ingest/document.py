"""A JSON document, item by item, so that each row knows the line it starts at."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from codeclm.errors import ImportFileError
from codeclm.ingest.chats import CHAT, is_chat, is_one_chat

_SPACE = re.compile(r"[ \t\r\n\ufeff]*")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    # Each row is decoded for itself, and would hold names of its own for the same few fields.
    return {sys.intern(name): value for name, value in members}


DECODER = json.JSONDecoder(object_pairs_hook=_object)


def kind(value: Any) -> str:
    """What a value is, in words for an error."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float() | Decimal():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a nested object"
        case bytes():
            return "bytes"
        case _:
            return "a value that is no text"


def broken(name: str, line: int, detail: str) -> ImportFileError:
    """The error for JSON that cannot be read."""
    return ImportFileError(
        f"{name}, line {line}: broken JSON ({detail}).",
        "Mend that line. A file holds either one JSON object a line or one list of objects.",
        line=line,
    )


def as_row(value: Any) -> dict[str, Any] | str | None:
    """A JSON value as a row; None when it can be none. A list of turns is one field of a row."""
    if is_chat(value):
        return {CHAT: value}
    return value if isinstance(value, dict | str) else None


def document_rows(text: str, name: str) -> list[tuple[int, dict[str, Any] | str]]:
    """The items of ``[...]`` or ``{"data": [...]}``, or the one object a document is.

    A list whose items are the turns of one conversation is one row. Raises ``ImportFileError``
    with the line for broken JSON and for items that are neither objects nor texts.
    """
    # An error at the end shall name the last line with something on it.
    text = text.rstrip(" \t\r\n")
    try:
        rows = list(_values(text))
    except json.JSONDecodeError as error:
        raise broken(name, error.lineno, f"{error.msg}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise broken(name, 1, "a number or a nesting beyond all measure") from error
    if is_one_chat([value for _, value in rows]):
        rows = [(rows[0][0], [value for _, value in rows])]
    return _numbered(rows, text, name)


def _numbered(
    rows: list[tuple[int, Any]], text: str, name: str
) -> list[tuple[int, dict[str, Any] | str]]:
    numbered: list[tuple[int, dict[str, Any] | str]] = []
    line, last = 1, 0
    for index, (position, value) in enumerate(rows, 1):
        line, last = line + text.count("\n", last, position), position
        row = as_row(value)
        if row is None:
            raise ImportFileError(
                f"{name}, line {line} (item {index}): {kind(value)} where an object or a text "
                "was expected.",
                'Write the file as a list of {"instruction": "..."}.',
                line=line,
            )
        numbered.append((line, row))
    return numbered


def _values(text: str) -> Iterator[tuple[int, Any]]:
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        end = yield from _items(text, start)
    else:
        value, end = DECODER.raw_decode(text, start)
        if isinstance(value, dict) and isinstance(value.get("data"), list):
            yield from _items(text, _place_of_data(text, start))
        else:
            yield start, value
    end = _skip(text, end)
    if end < len(text):
        raise json.JSONDecodeError("Extra data", text, end)


def _items(text: str, start: int) -> Iterator[tuple[int, Any]]:
    """The items of the list that opens at ``start``; returns where it ends."""
    position = _skip(text, start + 1)
    if text[position : position + 1] == "]":
        return position + 1
    while True:
        value, end = DECODER.raw_decode(text, position)
        yield position, value
        end = _skip(text, end)
        mark = text[end : end + 1]
        if mark == "]":
            return end + 1
        if mark != ",":
            raise json.JSONDecodeError("Expecting ',' or ']'", text, end)
        position = _skip(text, end + 1)


def _place_of_data(text: str, start: int) -> int:
    """Where the last ``"data"`` value of a valid object begins (of equal keys the last counts)."""
    position, found = _skip(text, start + 1), start
    while text[position] != "}":
        key, position = DECODER.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if key == "data":
            found = position
        _, position = DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
