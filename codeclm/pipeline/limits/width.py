"""How many calls to keep in flight: fewer when more of them only stand in the server's queue.

A server that queues refuses nothing; its answers just take longer. What tells is throughput, so
other widths are tried: half, when answers take much longer than while hardly any calls were in
flight; twice as many, now and then, while that is allowed. Half is kept when about as much gets
done, twice as many when clearly more does: with a queue throughput stays the same, without one it
changes by a factor of two, which lengths that vary do not hide. Batching servers slow down and do
get more done: there the trial is taken back, and the next one comes later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from codeclm.pipeline.limits.window import FEW, Answer, Usual, Window

#: Times the usual, and seconds above it, from where on answers count as slow. The times double when
#: a trial shows that it is no queue; fewer seconds are not worth a trial.
SLOW, SLOW_SECONDS = 2.0, 0.1
#: The throughput that half the width must keep, as a share of the one before; the share below which
#: there is no queue.
AS_MUCH, NO_QUEUE = 0.9, 0.65
#: The throughput that twice the width must reach; the share from where on it is doubled again.
MORE, MUCH_MORE = 1.1, 1.5
#: Windows between two trials of a kind; twice as many after each that was taken back, at most.
REST, LONGEST_REST = 4, 16
#: So many rests without a trial, and half is tried though nothing looks slow: when the first calls
#: stood in line already, or waited for a model to load, the usual is too slow to tell.
UNPROMPTED = 8
#: Answers that make a window, at least; and at least so many of each call in flight.
FEWEST, ROUNDS = 64, 2
#: Calls in a row that ran out of time before the width is halved.
TIMED_OUT = 3
#: Calls that were turned away while one was answered before the width is halved, at least.
TURNED_AWAY = 3


@dataclass(slots=True)
class Rest:
    """The windows since the last trial of a kind, and how many are needed until the next."""

    passed: int = 0
    needed: int = 0
    next: int = REST

    @property
    def is_over(self) -> bool:
        return self.passed >= self.needed

    def begin(self) -> None:
        self.passed, self.needed = 0, self.next

    def taken_back(self) -> None:
        self.begin()
        self.next = min(2 * self.next, LONGEST_REST)

    def kept(self, *, again: bool) -> None:
        """The trial was kept; with ``again`` the next one need not wait."""
        self.next = REST
        self.passed, self.needed = 0, 0 if again else REST


class Width:
    """The number of calls in flight, between 1 and ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = most
        self._timed_out = 0
        self._turned_away: list[float] = []
        self._usual = Usual()
        self._slow = SLOW
        #: Whether the usual itself may be too slow.
        self._doubted = False
        self._narrower, self._wider = Rest(), Rest()
        #: The trial: the width before it and its throughput.
        self._before: tuple[int, float] | None = None
        #: Of the latest windows, those before the last widening left out.
        self._throughput = 0.0
        self._window: Window | None = None

    def answered(self, answer: Answer, now: float, *, busy: bool) -> None:
        """Learn from an answer; ``busy`` says whether all the width was in use."""
        self._timed_out = 0
        self._usual.learn(answer)
        if self._window is None:
            self._measure(now)
        elif self._window.skips(now):
            pass
        elif not busy:
            self._take_back(now)
        elif self._window.add(answer, self._usual.seconds(answer)):
            self._judge(self._window, now)

    def timed_out(self, now: float) -> None:
        """Learn that a call got no answer in time."""
        self._timed_out += 1
        if self._timed_out >= TIMED_OUT and self._timed_out >= self.now / 2:
            self._timed_out = 0
            self._halve(now)

    def turned_away(self, sent_at: float) -> None:
        """Learn that the server was too busy for a call that was sent then."""
        self._turned_away.append(sent_at)

    def outlasted(self, sent_at: float, now: float) -> None:
        """Learn that a call that was sent then got its answer: what came later and was turned away
        meanwhile was too much at once, while a server that restarts answers nothing it had.
        """
        meanwhile = sum(later >= sent_at for later in self._turned_away)
        self._turned_away.clear()
        if meanwhile >= max(TURNED_AWAY, self.now / 2):
            self._halve(now)

    def _halve(self, now: float) -> None:
        self._before = None
        self.now = max(1, self.now // 2)
        self._wider.taken_back()
        self._measure(now)

    def _judge(self, window: Window, now: float) -> None:
        throughput = window.throughput(now)
        if self._before is not None and not self._keeps(throughput / self._before[1]):
            self._take_back(now)
            return
        if self._before is None or self.now < self._before[0]:
            self._throughput = ((self._throughput or throughput) + throughput) / 2
        else:
            self._throughput = throughput
        before, self._before = self.now, None
        self._narrower.passed += 1
        self._wider.passed += 1
        self.now = self._to_try(slow=window.is_slow(self._slow, SLOW_SECONDS))
        if self.now != before:
            # A lucky window must not make half look a loss, nor an unlucky one twice look a gain.
            least, most = sorted((throughput, self._throughput))
            self._before = (before, least if self.now < before else most)
        self._measure(now, skip=before if self._before else 0)

    def _keeps(self, gain: float) -> bool:
        """Whether the trial stays, now that its throughput is known as a share of the one before.

        How long to rest follows from that, and how slow answers must be for another trial.
        """
        wider = self._before is not None and self.now > self._before[0]
        this, other = (self._wider, self._narrower) if wider else (self._narrower, self._wider)
        if gain >= (MORE if wider else AS_MUCH):
            this.kept(again=not wider or gain >= MUCH_MORE)
            other.begin()
            self._slow = SLOW
            return True
        this.taken_back()
        if not wider:
            self._doubted = False
            self._slow *= 2 if gain < NO_QUEUE else 1
        return False

    def _to_try(self, *, slow: bool) -> int:
        """The width for the next window: another one, or the present."""
        half, twice = max(FEW, math.ceil(self.now / 2)), min(self.most, 2 * self.now)
        if self.now > FEW and self._narrower.is_over and (slow or self._doubted):
            return half
        if self.now < self.most and self._wider.is_over:
            return twice
        if self.now > FEW and self._narrower.passed >= UNPROMPTED * self._narrower.next:
            self._doubted = True
            return half
        return self.now

    def _take_back(self, now: float) -> None:
        """End the trial, if there is one, and measure anew."""
        tried = self.now if self._before else 0
        if self._before is not None:
            self.now, self._before = self._before[0], None
        self._measure(now, skip=tried)

    def _measure(self, now: float, skip: int = 0) -> None:
        rounds = max(ROUNDS, math.ceil(FEWEST / self.now))
        self._window = Window(now, rounds * self.now, skip)
