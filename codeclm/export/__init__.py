"""Pairs to bytes: the formats, and a writer that leaves a whole file or none.

    layout = checked(Layout(format="messages"))
    format = FORMATS[layout.format]
    rows = (row for pair in pairs for row in format.rows(pair, layout))
    write(path, format.encoded(rows, layout))

A format makes rows of a pair and bytes of rows; both stream, so that memory stays flat however
many pairs there are.
"""

from __future__ import annotations

from codeclm.export.formats import FORMATS, Format, checked
from codeclm.export.native import native
from codeclm.export.schemas import READ, faults
from codeclm.export.writing import check, write

__all__ = ["FORMATS", "READ", "Format", "check", "checked", "faults", "native", "write"]
