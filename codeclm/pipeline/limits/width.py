"""How many calls to keep in flight: fewer when more of them only stand in the server's queue.

A server that queues refuses nothing; its answers just take longer. What tells is throughput: when
answers take much longer than the fastest of their kind did, fewer calls are tried, and if just as
much gets done, fewer it stays. Batching servers slow down as well but do get more done: there the
trial is taken back, and the next one comes later.
"""

from __future__ import annotations

import math

#: Times the fastest answer of its kind, and seconds above it, from where on one counts as slow.
SLOW, SLOW_SECONDS = 2.0, 0.3
#: A trial is kept when at least this share of the throughput is left.
AS_MUCH = 0.9
#: Windows of measuring between two trials after one that was taken back, at first and at most.
REST, LONGEST_REST = 4, 64
#: Answers that make a window, at least: lengths differ, and a few lucky ones say nothing.
FEWEST = 64
#: What is tried upwards when answers are quick again.
WIDER = 1.25
#: Calls in a row that ran out of time before the width is halved.
TIMED_OUT = 3


class Width:
    """The number of calls in flight, between 1 and ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = most
        self._fastest: dict[str, float] = {}
        self._timed_out = 0
        # The window of measuring: since when, answers, how much slower than the fastest.
        self._began: float | None = None
        self._answers = 0
        self._slowness = 0.0
        self._excess = 0.0
        # The trial: the width before it and its throughput.
        self._before: tuple[int, float] | None = None
        self._rest = 0
        self._next_rest = REST

    def answered(self, step: str, latency: float, now: float, *, busy: bool) -> None:
        """Learn from an answer; ``busy`` says whether all the width was in use."""
        self._timed_out = 0
        fastest = self._fastest[step] = min(latency, self._fastest.get(step, latency))
        if not busy or self._began is None:
            self._begin(now)
            return
        self._answers += 1
        self._slowness += fastest / max(latency, 1e-6)
        self._excess += latency - fastest
        if self._answers >= max(2 * self.now, FEWEST):
            self._judge(now)

    def timed_out(self, now: float) -> None:
        """Learn that a call got no answer in time."""
        self._timed_out += 1
        if self._timed_out >= TIMED_OUT and self._timed_out >= self.now / 2:
            self._timed_out = 0
            self.now = max(1, self.now // 2)
            self._before = None
            self._begin(now)

    def _judge(self, now: float) -> None:
        throughput = self._answers / max(1e-6, now - (self._began or now))
        gradient = self._slowness / self._answers
        slow = gradient < 1 / SLOW and self._excess / self._answers > SLOW_SECONDS
        self._begin(now)
        if self._before is not None and throughput < AS_MUCH * self._before[1]:
            self.now, self._rest = self._before[0], self._next_rest
            self._next_rest = min(2 * self._next_rest, LONGEST_REST)
            self._before = None
        elif self._rest:
            self._rest -= 1
        elif slow and self.now > 1:
            self._before = (self.now, throughput)
            self.now = max(1, math.ceil(self.now * max(gradient, 0.5)))
        else:
            self._before = None
            if not slow and self.now < self.most:
                self.now = min(self.most, math.ceil(self.now * WIDER))

    def _begin(self, now: float) -> None:
        self._began, self._answers, self._slowness, self._excess = now, 0, 0.0, 0.0
