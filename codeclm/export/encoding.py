"""Rows to lines of JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator

from codeclm.errors import without_surrogates
from codeclm.records import Layout, Row

# One encoder for all rows: ``json.dumps`` with settings of its own builds one a row.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def json_lines(rows: Iterable[Row], _layout: Layout) -> Iterator[bytes]:
    """One line of UTF-8 JSON a row, each ending in a line feed; lone surrogates become U+FFFD."""
    encode = _ENCODER.encode
    for row in rows:
        line = encode(row) + "\n"
        try:
            yield line.encode()
        except UnicodeEncodeError:
            yield without_surrogates(line).encode()


def finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity: what is no number is not there."""
    return value if value is not None and math.isfinite(value) else None
