"""What the fake endpoint itself can do, so that no other table measures it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.process import measure, python, serving
from bench.table import Cell, Table


def rows(quick: bool) -> Iterator[Sequence[Cell]]:
    calls = 4_000 if quick else 20_000
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
