"""How long it takes to hold a candidate against a pool as large as Self-Instruct grows."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence

from bench.table import Cell, Size, Table
from codeclm.providers.simulated.compared import generate
from codeclm.strategies.pool import Sieve

POOLS: Mapping[Size, tuple[int, ...]] = {
    "full": (5_000, 50_000),
    "quick": (2_000, 10_000),
    "tiny": (200,),
}
CANDIDATES: Mapping[Size, int] = {"full": 1_000, "quick": 300, "tiny": 20}


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    for count in POOLS[size]:
        texts = list(_written(count + CANDIDATES[size]))
        pool, candidates = texts[:count], texts[count:]
        began = time.perf_counter()
        sieve = Sieve(pool, ())
        ready = time.perf_counter()
        fates = list(sieve.look(candidates, len(candidates)))
        ended = time.perf_counter()
        dropped = sum(1 for fate in fates if fate.rule)
        took = 1000 * (ended - ready) / len(fates)
        yield count, ready - began, len(fates), dropped, took


def _written(count: int) -> Iterator[str]:
    """Instructions as the simulated model generates them, near-copies and useless ones among."""
    chance, known = random.Random(0), ["Explain how tides come about.", "Write a letter to a bank."]
    while count > 0:
        shown = {"examples": chance.sample(known, k=min(8, len(known))), "count": min(8, count)}
        new = [str(text) for text in generate(shown, chance)["instructions"]]
        known += new[:2]
        count -= len(new)
        yield from new


TABLE = Table(
    "similar",
    "Expected: some milliseconds a candidate with 50 000 texts in the pool, where the plain way"
    " compares all of them. Each is decided on exactly, and told with the ten texts it is most"
    " like, accepted ones too.",
    ("texts in the pool", "index s", "candidates", "dropped", "ms a candidate"),
    rows,
)
