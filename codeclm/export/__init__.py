"""Pairs to bytes: the formats, and a writer that leaves a whole file or none.

    write(path, FORMATS["native"](pairs))

A format is a function from pairs to encoded lines; it streams, so that memory stays flat however
many pairs there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from codeclm.export.native import jsonl_lines, native
from codeclm.export.writing import check, write
from codeclm.records import Pair

Format = Callable[[Iterable[Pair]], Iterator[bytes]]

#: Every format by the name a person picks.
FORMATS: dict[str, Format] = {"native": jsonl_lines}

__all__ = ["FORMATS", "Format", "check", "jsonl_lines", "native", "write"]
