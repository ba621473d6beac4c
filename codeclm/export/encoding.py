"""Rows to JSON: a line each, or one array."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from codeclm.errors import without_surrogates
from codeclm.records import Layout, Row


def json_lines(rows: Iterable[Row], _layout: Layout) -> Iterator[bytes]:
    """One line of UTF-8 JSON a row, each ending in a line feed; lone surrogates become U+FFFD."""
    # Several times as fast as json; it comes with pydantic.
    from pydantic_core import PydanticSerializationError, to_json

    for row in rows:
        try:
            yield to_json(row, inf_nan_mode="null") + b"\n"
        except PydanticSerializationError:
            yield _without_surrogates(row) + b"\n"


def json_array(rows: Iterable[Row], layout: Layout) -> Iterator[bytes]:
    """The same rows as one JSON array, a row on each of its lines."""
    before = b"[\n"
    for line in json_lines(rows, layout):
        yield before + line[:-1]
        before = b",\n"
    yield b"\n]\n" if before != b"[\n" else b"[]\n"


def _without_surrogates(row: Row) -> bytes:
    """The rare row that is no UTF-8, by way of the library that writes it all the same."""
    import json

    line = json.dumps(row, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return without_surrogates(line).encode()


def finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity: what is no number is not there."""
    return value if value is not None and math.isfinite(value) else None
