"""A server that breaks one call in six, in every way at once: nothing lost, not much slower."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench import ideals
from bench.process import Measured, serving
from bench.programs import CONCURRENCY, extraction, plain
from bench.table import COLUMNS, Cell, Size, Table, cells

LATENCY = 0.2
ITEMS: Mapping[Size, int] = {"full": 2_000, "quick": 500, "tiny": 20}
#: Seconds after which a call is given up; what a hang costs.
DEADLINE = 2.0


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    items = ITEMS[size]
    ideal = ideals.with_faults(items, LATENCY, CONCURRENCY, DEADLINE)
    bound = 10 * ideal + 60
    rates = {f"rate_{fault}": share for fault, share in ideals.FAULTS.items()}
    with serving(latency=LATENCY, **rates) as endpoint:
        found = extraction(endpoint, items, timeout=DEADLINE, bound=bound)
        yield _row(f"ours, {items} items", found, ideal, items)
        found = plain(endpoint, items, timeout=DEADLINE, bound=bound)
        yield _row(f"plain, {items} items, 2 s a call", found, ideal, items)
        if size == "full":
            found = plain(endpoint, items, bound=bound)
            yield _row(f"plain, {items} items, the SDK's 600 s a call", found, ideal, items)


def _row(what: str, found: Measured, ideal: float, items: int) -> Sequence[Cell]:
    """What a program that was cut could not say is lost."""
    kept, failed = found.told.get("kept", 0), found.told.get("failed", 0)
    with_reply = found.told.get("with_reply", 0)
    unanswered = failed - with_reply
    return (*cells(what, found, ideal), kept, with_reply, unanswered, items - kept - failed)


TABLE = Table(
    "faults",
    "5 % 500, 5 % 429, 2 % resets, 1 % hangs, 2 % truncated bodies, 2 % malformed JSON."
    " Promised: everything done, or a failure row with the raw reply; nothing lost; at most 2.00 of"
    " the ideal with faults.",
    (*COLUMNS, "done", "failed, reply kept", "failed, no reply", "lost"),
    rows,
)
