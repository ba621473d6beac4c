"""Servers that limit, on a clock of their own: what a pace does against them takes no time."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from codeclm.pipeline.limits.pace import Pace


@dataclass
class Bucket:
    """Refilled by ``rate`` a second, up to ``burst``."""

    rate: float
    burst: float
    _level: float = field(init=False)
    _at: float = 0.0

    def __post_init__(self) -> None:
        self._level = self.burst

    def takes(self, now: float) -> tuple[bool, float]:
        """Whether a request is taken, and after how many seconds one would be."""
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level < 1 - 1e-9:
            return False, (1 - self._level) / self.rate
        self._level -= 1
        return True, 0.0


@dataclass
class Window:
    """So many requests in each window of so many seconds."""

    most: int
    seconds: float
    _began: float = 0.0
    _taken: int = 0

    def takes(self, now: float) -> tuple[bool, float]:
        if now - self._began >= self.seconds:
            self._began, self._taken = now, 0
        if self._taken >= self.most:
            return False, self._began + self.seconds - now
        self._taken += 1
        return True, 0.0


@dataclass
class Strays:
    """Refuses a share of whatever comes, at any speed."""

    share: float
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def takes(self, now: float) -> tuple[bool, float]:
        return self.chance.random() >= self.share, 0.05


@dataclass
class Outage:
    """Refuses everything for so many seconds."""

    seconds: float

    def takes(self, now: float) -> tuple[bool, float]:
        return now >= self.seconds, 1.0


@dataclass(frozen=True)
class Course:
    """How it went: seconds until all were answered, and how many requests were refused."""

    seconds: float
    refused: int


def drive(
    takes: Callable[[float], tuple[bool, float]],
    requests: int,
    *,
    at_once: int = 64,
    latency: float = 0.2,
    refusal_takes: float = 0.005,
    told: bool = False,
    silence: float = 0.0,
    stalls: float = 0.0,
    began: float = 0.0,
    seed: int = 2,
) -> Course:
    """Send ``requests`` as the pace lets them go, those refused again, until all are answered.

    With a ``silence`` of so many seconds the second half comes so long after the first is answered.
    With ``stalls`` the loop stands still at one event of twenty, for about so many seconds, and
    what comes meanwhile is heard late and together, as on a busy machine. The clock shows ``began``
    when the first is sent: a monotonic one counts from anywhere.
    """
    chance, pace = random.Random(seed), Pace()
    events: list[tuple[float, int, str, tuple[int, float, float]]] = []
    now, ready, in_flight, answered, refused, order = began, requests, 0, 0, 0, 0
    if silence:
        ready = requests // 2

    def later(seconds: float, what: str, about: tuple[int, float, float] = (0, 0.0, 0.0)) -> None:
        nonlocal order
        order += 1
        heapq.heappush(events, (now + seconds, order, what, about))

    later(0.0, "look")
    while answered < requests:
        at, _, what, (number, sent_at, after) = heapq.heappop(events)
        now = max(now, at)
        if stalls and chance.random() < 0.05:
            now += chance.expovariate(1 / stalls)
        in_flight -= what in ("answer", "refusal")
        answered += what == "answer"
        ready += what == "again"
        if what == "rested":
            ready = requests - answered
        elif silence and what == "answer" and answered == requests // 2:
            later(silence, "rested")
        if what == "refusal":
            refused += 1
            pace.refused(number, sent_at, now, after if told else None)
            later(after * chance.uniform(1, 1.5) if told else chance.uniform(0.1, 1.0), "again")
        while ready and in_flight < at_once:
            if wait := pace.wait(now):
                later(wait, "look")
                break
            ready, in_flight = ready - 1, in_flight + 1
            sent = pace.sent(now)
            taken, after = takes(now - began)
            if taken:
                later(latency * chance.uniform(1.0, 1.02), "answer")
            else:
                later(refusal_takes, "refusal", (sent, now, after))
    return Course(now - began, refused)
