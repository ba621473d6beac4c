"""A server that refuses nobody and lets them wait, like a local one with few slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from bench import ideals
from bench.process import Measured, serving
from bench.programs import extraction, plain
from bench.table import COLUMNS, Cell, Size, Table, cells

SLOTS, HOLD = 4, 0.05
CALLS: Mapping[Size, int] = {"full": 2_000, "quick": 400, "tiny": 20}
#: Parts of a run, in each of which the calls in flight are told.
PARTS = 6


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    calls = CALLS[size]
    ideal = ideals.in_queue(calls, HOLD, SLOTS)
    with serving(slots=SLOTS, hold=HOLD) as endpoint:
        yield _row(f"ours, {calls} calls", extraction(endpoint, calls), ideal)
        yield _row(f"plain, {calls} calls", plain(endpoint, calls), ideal)


def _row(what: str, found: Measured, ideal: float) -> Sequence[Cell]:
    crowd = " ".join(map(str, over_time(found.crowd, PARTS)))
    return (*cells(what, found, ideal), found.span / ideal, crowd)


def over_time(sizes: Sequence[int], parts: int) -> list[int]:
    """The median of each of so many equal parts, fewer when there are not as many sizes."""
    parts = min(parts, len(sizes))
    cuts = [len(sizes) * part // parts for part in range(parts + 1)] if parts else []
    return [round(median(sizes[begin:end])) for begin, end in pairwise(cuts)]


TABLE = Table(
    "queue",
    f"{SLOTS} slots, {1000 * HOLD:.0f} ms of work each, everything else waits in line; 64 at once"
    " allowed. Wanted: the slots never idle, and no more in line than keeps them busy.",
    (*COLUMNS, "after start-up", "in flight, first to last sixth"),
    rows,
)
