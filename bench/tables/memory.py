"""Whether memory grows with the run: no latency, one response to each instruction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.process import serving
from bench.programs import chains
from bench.table import Cell, Size, Table

SIZES: Mapping[Size, Sequence[int]] = {
    "full": (1_000, 10_000, 100_000),
    "quick": (1_000, 10_000),
    "tiny": (50,),
}
#: Metadata entries, and instructions a decode call writes.
ENTRIES, BATCH = 50, 20


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    with serving() as endpoint:
        for instructions in SIZES[size]:
            found = chains(endpoint, instructions, entries=ENTRIES, batch=BATCH, improvements=0)
            rate = found.calls / found.span
            kept = found.told["kept"]
            yield instructions, kept, found.calls, found.wall, rate, found.cpu_ms, round(found.peak)


TABLE = Table(
    "memory",
    "Promised: at most 200 MiB, and flat, within noise, from 1 000 to 100 000 instructions.",
    ("instructions", "kept", "calls", "wall s", "calls/s", "CPU ms a call", "peak MiB"),
    rows,
)
