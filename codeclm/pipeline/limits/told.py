"""A limit that a server's headers tell: how much of it is left, and when all of it is back.

Nothing says what the reset means. Of a bucket it is the time until it is full, which grows with
what is used; of a fixed window the time until it ends, which only shrinks until it does. So what is
told is compared with what was told before.
"""

from __future__ import annotations

from dataclasses import dataclass

from codeclm.chat import Allowance
from codeclm.pipeline.limits.allowance import Bucket, precision
from codeclm.pipeline.limits.fixed_window import AHEAD, FixedWindow

#: Full seconds of a reset that only say that all is back within a second: then the limit is a
#: second's, of which this share is used, evenly.
WITHIN_A_SECOND, EVENLY = (0.0, 1.0), 0.98
#: How sure it can become that a limit is the one or the other.
SURE = 4
#: Shares of the reset that a refusal names to wait: of a window's at least so much, since all of it
#: comes back at once; of a bucket's at most so much, since one more request soon fits.
ALL, ONE = 0.7, 0.3
#: While it is not known which: the share of the reset that is waited after a refusal, and seconds
#: at most.
CAREFUL, CAREFUL_SECONDS = 0.125, 60.0
#: What is sent together does not arrive in that order, so that what is told of each is off by some.
#: A mean of about so many is not.
TOGETHER = 8


@dataclass(frozen=True, slots=True)
class _Sight:
    """What was used, and the reset, at a time."""

    at: float
    used: float
    reset: float


class ToldLimit:
    """What may be sent by what a server tells of its requests, or of its tokens."""

    def __init__(self, told: Allowance) -> None:
        self._bucket = Bucket.of_told(told)
        self._window = FixedWindow(told)
        self._second = Bucket(1.0, EVENLY * told.limit, max(1.0, told.limit / 10))
        self._is_brief = True
        self._replies = 0
        self._sight: _Sight | None = None
        #: Above zero for a window, below for a bucket.
        self._score = 0
        #: After a refusal that either may have made: until when to wait, and whether a first
        #: request has gone ahead since.
        self._is_unsure, self._free_at, self._is_ahead = False, 0.0, False

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` fits."""
        if self._is_brief:
            return self._second.wait(amount, now)
        if self._is_ahead and now >= self._free_at:
            self._vote(-1)  # it was taken before the reset, as no window would have
        if self._is_unsure:
            return max(0.0, self._free_at - now)
        limit = self._window if self._score > 0 else self._bucket
        return limit.wait(amount, now)

    def take(self, amount: float, now: float) -> None:
        """Count ``amount`` as sent; a negative one gives back what was not needed."""
        self._second.take(amount, now)
        self._bucket.take(amount, now)
        self._window.take(amount, now)
        if self._is_unsure and amount > 0:
            self._free_at, self._is_ahead = now + AHEAD, True

    def learn(self, told: Allowance, ago: float, taken: float, now: float) -> None:
        """Believe a reply: ``told`` was true ``ago`` seconds ago, before ``taken`` was sent."""
        self._replies += 1
        self._believe(told, ago, taken, now, 1 / min(self._replies, TOGETHER))

    def refused(
        self,
        told: Allowance,
        ago: float,
        taken: float,
        now: float,
        *,
        amount: float,
        retry_after: float | None,
    ) -> bool:
        """Believe a refusal of ``amount``. Returns whether it was a window's, and none is left."""
        self._is_ahead = False
        self._believe(told, ago, taken, now, 1.0)
        if told.remaining >= amount or self._is_brief:
            return False
        if retry_after is not None and told.reset:
            self._vote((retry_after >= ALL * told.reset) - (retry_after <= ONE * told.reset))
        if not self._score:
            self._is_unsure = True
            self._free_at = now + min(CAREFUL * told.reset, CAREFUL_SECONDS)
        return self._score > 0

    def _believe(self, told: Allowance, ago: float, taken: float, now: float, trust: float) -> None:
        self._is_brief = self._is_brief and told.reset in WITHIN_A_SECOND
        self._compare(told, now - ago)
        self._bucket.learn(told, ago, taken, now, trust)
        self._window.learn(told, ago, taken, now, trust)

    def _compare(self, told: Allowance, at: float) -> None:
        """Vote for what foretells this better from the sight before; wait while both do."""
        sight = _Sight(at, told.limit - told.remaining, told.reset)
        if sight.used <= 0 or not sight.reset:
            return
        last = self._sight = self._sight or sight
        times, passed, off = sight.used / last.used, at - last.at, precision(told)
        bucket = max(0.0, abs(sight.reset - times * last.reset) - (1 + times) * off)
        window = max(0.0, abs(sight.reset - last.reset + passed) - 2 * off)
        if passed > last.reset:
            window = 0.0  # it has ended, and nothing foretells the next one
        if bucket or window:
            self._vote((bucket > window) - (window > bucket))
            self._sight = sight

    def _vote(self, window: int) -> None:
        """Count a vote for a window (1), for a bucket (-1), or for neither."""
        self._score = max(-SURE, min(self._score + window, SURE))
        if self._score:
            self._is_unsure = self._is_ahead = False
