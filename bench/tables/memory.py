"""Whether memory grows with the run: no latency, one response to each instruction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.process import serving
from bench.programs import chains
from bench.table import Cell, Table

SIZES = (1_000, 10_000, 100_000)
#: Metadata entries, and instructions a decode call writes.
ENTRIES, BATCH = 50, 20


def rows(quick: bool) -> Iterator[Sequence[Cell]]:
    with serving() as endpoint:
        for size in SIZES[:2] if quick else SIZES:
            found = chains(endpoint, size, entries=ENTRIES, batch=BATCH, improvements=0)
            rate = found.calls / found.span
            kept = found.told["kept"]
            yield size, kept, found.calls, found.wall, rate, found.cpu_ms, round(found.peak)


TABLE = Table(
    "memory",
    "Promised: at most 200 MiB, and flat, within noise, from 1 000 to 100 000 instructions.",
    ("instructions", "kept", "calls", "wall s", "calls/s", "CPU ms a call", "peak MiB"),
    rows,
)
