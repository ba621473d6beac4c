"""What the fake endpoint counts: requests, bills, how many were there at once, and when."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Tally:
    """Counts of requests to a model; times are seconds since the epoch, None before the first."""

    requests: int = 0
    billed: int = 0
    abandoned: int = 0
    in_flight: int = 0
    peak: int = 0
    first_arrival: float | None = None
    last_arrival: float | None = None
    last_answer: float | None = None
    statuses: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    _paid: set[bytes] = field(default_factory=set)

    def enter(self) -> None:
        """A request has come in whole."""
        now = time.time()
        self.requests += 1
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        self.last_arrival = now
        if self.first_arrival is None:
            self.first_arrival = now

    def leave(self, *, abandoned: bool = False) -> None:
        """A request has been answered, or its client is gone."""
        self.in_flight -= 1
        if abandoned:
            self.abandoned += 1
        else:
            self.last_answer = time.time()

    def bill(self, digest: bytes) -> None:
        """A complete reply has gone out, to the prompt of this digest."""
        self.billed += 1
        self._paid.add(digest)

    def stats(self) -> dict[str, Any]:
        """``repaid`` counts completed replies to a prompt that had been answered before."""
        return {
            "requests": self.requests,
            "billed": self.billed,
            "distinct": len(self._paid),
            "repaid": self.billed - len(self._paid),
            "abandoned": self.abandoned,
            "in_flight": self.in_flight,
            "peak": self.peak,
            "first_arrival": self.first_arrival,
            "last_arrival": self.last_arrival,
            "last_answer": self.last_answer,
            "statuses": dict(self.statuses),
            "models": dict(self.models),
        }
