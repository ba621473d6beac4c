"""How far two distributions over names lie apart, such as the skills of a pool and of the seeds.

Counts or weights by name; each side is brought to a sum of 1. Names are compared as they are
written. A distance to nothing is None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping


def jensen_shannon(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    """The Jensen-Shannon distance (base 2, the root of the divergence; Endres & Schindelin 2003).

    0 for equal shares, 1 when no name is in both.
    """
    shares = _shares(one, other)
    if shares is None:
        return None
    divergence = sum(
        share * math.log2(2 * share / (a + b)) / 2
        for a, b in shares
        for share in (a, b)
        if share > 0
    )
    return math.sqrt(min(1.0, max(0.0, divergence)))


def total_variation(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    """The share (0..1) that would have to move to other names to make both alike."""
    shares = _shares(one, other)
    return None if shares is None else min(1.0, sum(abs(a - b) for a, b in shares) / 2)


def _shares(
    one: Mapping[str, float], other: Mapping[str, float]
) -> list[tuple[float, float]] | None:
    first, second = math.fsum(one.values()), math.fsum(other.values())
    if first <= 0 or second <= 0:
        return None
    names = sorted({*one, *other})
    return [(one.get(name, 0) / first, other.get(name, 0) / second) for name in names]
