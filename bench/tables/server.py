"""What the fake endpoint itself can do, so that no other table measures it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.process import measure, python, serving
from bench.table import Cell, Size, Table

CALLS: Mapping[Size, int] = {"full": 20_000, "quick": 4_000, "tiny": 200}


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    calls = CALLS[size]
    with serving() as endpoint:
        found = measure(python("bench.bare", endpoint.url, "--calls", calls), endpoint)
    rate = calls / found.told["seconds"]
    yield "bare asyncio connections, 64 at once", calls, round(rate), found.cpu_ms


TABLE = Table(
    "server",
    "Expected: at least 3 000 requests a second. What costs more than this in the other tables is"
    " the client's.",
    ("what", "calls", "requests/s", "CPU ms a call"),
    rows,
)
