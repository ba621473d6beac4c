"""How close to the arithmetic ideal: 200 ms latency, 64 at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench import ideals
from bench.process import Endpoint, Measured, serving
from bench.programs import CONCURRENCY, chains, extraction, plain, synthesis
from bench.table import COLUMNS, Cell, Size, Table, cells

LATENCY = 0.2
#: Single calls, chains of three, and basic instructions of the whole method.
SIZES: Mapping[Size, tuple[Sequence[int], int, Sequence[int]]] = {
    "full": ((2_000, 10_000), 500, (500, 2_000)),
    "quick": ((640, 1_920), 128, (64,)),
    "tiny": ((20,), 10, (10,)),
}
#: So many instructions of one metadata entry are written by one decode call.
BATCH = 10


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    single, chained, whole = SIZES[size]
    with serving(latency=LATENCY) as endpoint:
        for calls in single:
            ideal = ideals.in_slots(calls, LATENCY, CONCURRENCY)
            yield _row(f"ours, {calls} single calls", extraction(endpoint, calls), ideal)
            yield _row(f"plain, {calls} single calls", plain(endpoint, calls), ideal)
        yield from _chained(endpoint, chained)
        for instructions in whole:
            yield _method(endpoint, instructions)


def _chained(endpoint: Endpoint, items: int) -> Iterator[Sequence[Cell]]:
    """Ours has a decode call and a rubrics call for every ten chains besides; both ideals count
    the calls that were made."""
    entries = max(1, items // BATCH)
    ours = chains(endpoint, items, entries=entries, batch=BATCH)
    ideal = ideals.in_slots(ours.calls, LATENCY, CONCURRENCY)
    yield _row(f"ours, {items} × 3 chained and what they need", ours, ideal)
    ideal = ideals.in_slots(items * 3, LATENCY, CONCURRENCY)
    yield _row(f"plain, {items} × 3 chained", plain(endpoint, items, chain=3), ideal)


def _method(endpoint: Endpoint, size: int) -> Sequence[Cell]:
    encoded = size // BATCH
    with tempfile.TemporaryDirectory() as folder:
        found = synthesis(endpoint, Path(folder), size, encoded)
    ideal = ideals.method(found.stats["models"], encoded, LATENCY, CONCURRENCY)
    return _row(f"ours, the whole method, size {size}, three models", found, ideal)


def _row(what: str, found: Measured, ideal: float) -> Sequence[Cell]:
    return (*cells(what, found, ideal), found.span / ideal)


TABLE = Table(
    "throughput",
    "Promised of ours, everything journaled: at most 1.15 after start-up for single calls (1.20"
    " with it at 10 000), at most 1.20 for chains, at most 2.0 ms of CPU a call.",
    (*COLUMNS, "after start-up"),
    rows,
)
