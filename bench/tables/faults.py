"""A server that breaks one call in six, in every way at once: nothing lost, not much slower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench import ideals
from bench.process import Measured, serving
from bench.programs import CONCURRENCY, extraction, plain
from bench.table import COLUMNS, Cell, Table, cells

LATENCY = 0.2
#: Seconds after which a call is given up; what a hang costs.
DEADLINE = 2.0


def rows(quick: bool) -> Iterator[Sequence[Cell]]:
    items = 500 if quick else 2_000
    ideal = ideals.with_faults(items, LATENCY, CONCURRENCY, DEADLINE)
    bound = 10 * ideal + 60
    rates = {f"rate_{fault}": share for fault, share in ideals.FAULTS.items()}
    with serving(latency=LATENCY, **rates) as endpoint:
        found = extraction(endpoint, items, timeout=DEADLINE, bound=bound)
        yield _row(f"ours, {items} items", found, ideal, items)
        found = plain(endpoint, items, timeout=DEADLINE, bound=bound)
        yield _row(f"plain, {items} items, 2 s a call", found, ideal, items)
        if not quick:
            found = plain(endpoint, items, bound=bound)
            yield _row(f"plain, {items} items, the SDK's 600 s a call", found, ideal, items)


def _row(what: str, found: Measured, ideal: float, items: int) -> Sequence[Cell]:
    """A program that was cut has stored nothing, or cannot say what."""
    kept = found.told.get("kept", 0)
    with_reply = found.told.get("with_reply", 0)
    lost = items - kept - with_reply
    return (*cells(what, found, ideal), kept, with_reply, lost)


TABLE = Table(
    "faults",
    "5 % 500, 5 % 429, 2 % resets, 1 % hangs, 2 % truncated bodies, 2 % malformed JSON."
    " Promised: nothing lost (done, or a failure row with the raw reply), and at most 2.00 of the"
    " ideal with faults.",
    (*COLUMNS, "done", "failed, reply kept", "lost"),
    rows,
)
