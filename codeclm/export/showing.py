"""Rows shown as they are written, before they are."""

from __future__ import annotations

import json
from collections.abc import Sequence

from codeclm.export.formats import Format
from codeclm.records import Layout, Row


def shown(format: Format, rows: Sequence[Row], layout: Layout) -> list[str]:
    """The text of each row exactly as it is written.

    A CSV comes in one piece with its header, because a cell may hold line ends. A Parquet file is
    no text: its rows are what is read back from one.
    """
    if not rows:
        return []
    written = b"".join(format.encoded(rows, layout))
    match format.ending:
        case ".parquet":
            return _read_back(written)
        case ".csv":
            return [written.decode()]
        case _:
            return written.decode().removesuffix("\n").split("\n")


def _read_back(written: bytes) -> list[str]:
    import io

    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(written))
    return [json.dumps(row, ensure_ascii=False, default=str) for row in table.to_pylist()]
