"""A part of a whole, as a share and as an interval around it."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: The normal deviate of a 95 % interval.
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``n``."""

    part: int
    n: int

    @property
    def value(self) -> float | None:
        """0..1, None of nothing."""
        return self.part / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % score interval (E. B. Wilson, JASA 1927), None of nothing."""
        if not self.n:
            return None
        share, square = self.part / self.n, _Z**2 / self.n
        centre = share + square / 2
        half = _Z * math.sqrt(share * (1 - share) / self.n + square / (4 * self.n))
        low, high = (centre - half) / (1 + square), (centre + half) / (1 + square)
        return max(0.0, low), min(1.0, high)
