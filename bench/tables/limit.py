"""A rate limit nobody told the client about: how much of it is used, how many calls it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench import ideals
from bench.process import Measured, serving
from bench.programs import extraction, plain
from bench.table import COLUMNS, Cell, Size, Table, cells, percent

LATENCY = 0.2
RPM = 3_000
#: Seconds a program may take, on a busy machine, before its first request.
STARTUP = 60
CALLS: Mapping[Size, int] = {"full": 1_500, "quick": 300, "tiny": 60}

VARIANTS: Mapping[str, Mapping[str, object]] = {
    "burst 50, no headers": {"burst": 50, "headers": "none"},
    "burst 50, Retry-After": {"burst": 50, "headers": "retry-after"},
    "burst 50, all headers": {"burst": 50, "headers": "full"},
    "burst 1, no headers": {"burst": 1, "headers": "none"},
    "burst 1, Retry-After": {"burst": 1, "headers": "retry-after"},
    "burst 1, all headers": {"burst": 1, "headers": "full"},
    "500 every 10 s, no headers": {"window": 10, "headers": "none"},
    "500 every 10 s, Retry-After": {"window": 10, "headers": "retry-after"},
}


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    calls = CALLS[size]
    bound = 4 * ideals.under_limit(calls, RPM) + STARTUP
    # A window's limit is only met by more calls than one of them admits.
    met = [name for name in VARIANTS if size == "full" or "window" not in VARIANTS[name]]
    for name in met[:1] if size == "tiny" else met:
        with serving(latency=LATENCY, rpm=RPM, **VARIANTS[name]) as endpoint:
            found = extraction(endpoint, calls, bound=bound)
            yield _row(f"ours, {name}", found, VARIANTS[name], calls)
            if name.startswith("burst 50"):
                found = plain(endpoint, calls, bound=bound)
                yield _row(f"plain, {name}", found, VARIANTS[name], calls)


def _row(what: str, found: Measured, variant: Mapping[str, object], calls: int) -> Sequence[Cell]:
    """The share used is of the answered calls, from the first request to the last answer."""
    burst = int(str(variant.get("burst", 0)))
    ideal = ideals.under_limit(calls, RPM, burst) + LATENCY
    least = ideals.under_limit(found.stats["billed"], RPM, burst) + LATENCY
    kept: Cell = found.told.get("kept", "?")
    refused = percent(found.refused / max(1, found.calls))
    return (*cells(what, found, ideal), f"{kept} of {calls}", percent(least / found.span), refused)


TABLE = Table(
    "limit",
    "3 000 requests a minute, 200 ms latency, 64 at once. Promised: at least 95 % of the limit"
    " used, at most 2 % of calls answered 429, nothing lost.",
    (*COLUMNS, "kept", "limit used", "answered 429"),
    rows,
)
