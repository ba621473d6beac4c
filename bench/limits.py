"""What an endpoint can take: so many requests a minute, or so many at work at once.

Times are seconds of one monotonic clock, which the caller reads.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a limit is used: ``used`` requests, all forgotten after ``reset`` seconds."""

    used: int
    reset: float


class Limit(Protocol):
    """So many requests a minute. What is refused is not counted."""

    def take(self, now: float) -> float:
        """Admit one request: 0, or the seconds until there is room for one."""
        ...

    def standing(self, now: float) -> Standing: ...


class Bucket:
    """``rpm`` requests a minute, refilled continuously; at most ``burst`` of them at once."""

    def __init__(self, rpm: int, burst: int = 0) -> None:
        self._rate = rpm / 60
        self._burst = burst or max(1, rpm // 60)
        self._used = 0.0
        self._at = 0.0

    def take(self, now: float) -> float:
        self._refill(now)
        # Refilling adds up fractions: what is short of one request by a rounding error is one.
        missing = self._used + 1 - self._burst
        if missing > 1e-9:
            return missing / self._rate
        self._used += 1
        return 0.0

    def standing(self, now: float) -> Standing:
        self._refill(now)
        return Standing(round(self._used), self._used / self._rate)

    def _refill(self, now: float) -> None:
        self._used = max(0.0, self._used - (now - self._at) * self._rate)
        self._at = now


class Window:
    """``rpm`` requests a minute, counted anew every ``seconds``, from the first request on."""

    def __init__(self, rpm: int, seconds: float) -> None:
        self._seconds = seconds
        self._room = max(1, round(rpm * seconds / 60))
        self._used = 0
        self._ends = 0.0

    def take(self, now: float) -> float:
        self._turn(now)
        if self._used >= self._room:
            return self._ends - now
        self._used += 1
        return 0.0

    def standing(self, now: float) -> Standing:
        self._turn(now)
        return Standing(self._used, self._ends - now if self._used else 0.0)

    def _turn(self, now: float) -> None:
        if now < self._ends:
            return
        late = (now - self._ends) % self._seconds if self._ends else 0.0
        self._ends = now - late + self._seconds
        self._used = 0


class Queue:
    """``slots`` requests at work, each for ``hold`` seconds; the others wait, first come first.

    A caller that leaves is served all the same, like on servers that do not notice.
    """

    def __init__(self, slots: int, hold: float) -> None:
        self._hold = hold
        self._free = [0.0] * slots

    def enter(self, now: float) -> float:
        """Seconds until this request is answered."""
        done = max(now, self._free[0]) + self._hold
        heapq.heapreplace(self._free, done)
        return done - now


def limit(rpm: int, burst: int, window: float) -> Limit | None:
    """The limit that is wanted; None without ``rpm``."""
    if not rpm:
        return None
    return Window(rpm, window) if window else Bucket(rpm, burst)


def openai_headers(rpm: int, standing: Standing) -> Mapping[str, str]:
    """What OpenAI tells with every answer.

    The limit is the one of a minute even where only a part of it may come at once: OpenAI says
    that a limit of a minute may be enforced by the second.
    """
    return {
        "x-ratelimit-limit-requests": str(rpm),
        "x-ratelimit-remaining-requests": str(max(0, rpm - standing.used)),
        "x-ratelimit-reset-requests": _duration(standing.reset),
    }


def _duration(seconds: float) -> str:
    """As OpenAI writes it: ``20ms``, ``1.5s``, ``6m0s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}m{rest:.0f}s" if minutes else f"{rest:.3g}s"
