"""429s that mean nothing: no limit behind them, so no reason to slow down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bench import ideals
from bench.process import Endpoint, Measured, serving
from bench.programs import CONCURRENCY, extraction, plain
from bench.table import COLUMNS, Cell, Size, Table, cells, percent

LATENCY = 0.2
SHARE = 0.05
CALLS: Mapping[Size, int] = {"full": 2_000, "quick": 640, "tiny": 20}


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    calls = CALLS[size]
    programs: dict[str, Callable[[Endpoint, int], Measured]] = {"ours": extraction, "plain": plain}
    for name, program in programs.items():
        ideal = ideals.in_slots(calls, LATENCY, CONCURRENCY)
        with serving(latency=LATENCY) as endpoint:
            calm = program(endpoint, calls)
        yield _row(f"{name}, without", calm, ideal, 1.0)
        for headers in ("none", "retry-after"):
            with serving(latency=LATENCY, rate_429=SHARE, headers=headers) as endpoint:
                found = program(endpoint, calls)
            told = "nothing told" if headers == "none" else "Retry-After 50 ms"
            yield _row(f"{name}, 5 % stray 429, {told}", found, ideal, calm.span / found.span)


def _row(what: str, found: Measured, ideal: float, speed: float) -> Sequence[Cell]:
    return (*cells(what, found, ideal), found.told["kept"], percent(speed))


TABLE = Table(
    "stray",
    "200 ms latency, 64 at once. Promised: at least 70 % of the speed without stray 429s, from"
    " the first request to the last.",
    (*COLUMNS, "kept", "speed"),
    rows,
)
