"""A server's limit that is counted anew at set times: then all of it is back at once."""

from __future__ import annotations

import math

from codeclm.chat import Allowance
from codeclm.pipeline.limits.allowance import EXACT, precision

#: The share of a window that is waited after its told end, at most, to be sure that it has ended.
SURELY = 0.1
#: Seconds, and the share of a window, for which its first request goes ahead alone. A refusal comes
#: at once: if the window has not begun, only this one is refused.
AHEAD, AHEAD_SHARE = 0.2, 0.1
#: Seconds by which the told ends of one window may differ, for all that is on the way.
JITTER = 0.1
#: Two told ends are one window apart and not two when they are less than so many windows apart; or
#: when so few have begun for us since: the one that began there, and one that was refused because
#: it was begun too early.
TWO, NEXT = 1.9, 2


class FixedWindow:
    """Requests, or tokens: what is left until the window ends, and ``limit`` in the next one."""

    def __init__(self, told: Allowance) -> None:
        self._limit = float(told.limit)
        #: By our own count, and how much less it is by what was told, which is a mean.
        self._left, self._less = float(told.remaining), 0.0
        #: How long a window lasts, as far as is known; 0 while nothing is.
        self._seconds = 0.0
        #: The earliest end that was told of this window, or a guess from the one before it; and
        #: how much later it may be.
        self._ends, self._is_told, self._late = 0.0, False, 0.0
        #: The last end that was told, and the windows begun since.
        self._last_end, self._turns = 0.0, 0
        #: When this window began for us, and until when its first request is ahead.
        self._began = self._free_at = 0.0
        self._is_new = self._is_whole = False

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` fits; more than a whole window waits for the next one."""
        self._turn(now)
        if min(amount, self._limit) > self._left - max(0.0, self._less) + 1e-9:
            return self._ends + self._late - now
        return max(0.0, self._free_at - now)

    def take(self, amount: float, now: float) -> None:
        """Count ``amount`` as sent; a negative one gives back what was not needed."""
        self._turn(now)
        if self._is_new and amount > 0:
            self._is_new = False
            self._free_at = now + min(AHEAD, AHEAD_SHARE * self._seconds)
        self._left = min(self._left - amount, self._limit)

    def learn(
        self, told: Allowance, ago: float, taken: float, now: float, trust: float = 1.0
    ) -> None:
        """Believe a server: ``told`` was true ``ago`` seconds ago, before ``taken`` more was sent.

        What is left moves towards that by the share ``trust``.
        """
        self._seconds = max(self._seconds, told.reset)
        sent_at = now - ago
        ends = sent_at + told.reset
        late = min(precision(told), SURELY * self._seconds)
        if sent_at < self._began or ends < (self._ends if self._is_told else now) - precision(told):
            return  # that window has ended since
        self._limit = float(told.limit)
        if self._is_told and ends > self._ends + late + JITTER:
            self._is_told = self._is_whole = False
            trust = 1.0
        if self._is_told:
            self._ends = min(self._ends, ends)
        else:
            self._follow(ends, late, is_news=ago <= AHEAD)
        self._late = late
        left = min(told.remaining - taken, self._limit)
        if trust == 1.0:
            self._left, self._less = left, 0.0
        elif self._is_whole:
            self._less += trust * (self._left - left - self._less)
        else:
            self._left += trust * (left - self._left)

    def _follow(self, ends: float, late: float, *, is_news: bool) -> None:
        """Take over the first told end of a window, and learn how long windows are."""
        # Rounding must not make a window longer than it is: it would begin ever later.
        apart = ends - self._last_end - (late if late > EXACT else 0.0)
        follows = apart < TWO * self._seconds or (is_news and self._turns <= NEXT)
        if self._last_end and apart > self._seconds and follows:
            self._seconds = apart
        self._turns = 0
        self._ends, self._last_end, self._is_told = ends, ends, True

    def _turn(self, now: float) -> None:
        """Begin a new window when this one has surely ended."""
        if not self._seconds or now < self._ends + self._late - 1e-9:
            return
        passed = 1 + math.floor((now - self._ends - self._late) / self._seconds + 1e-9)
        self._ends += passed * self._seconds
        self._turns += passed
        self._began, self._left, self._less, self._is_whole = now, self._limit, 0.0, True
        self._is_told, self._is_new = False, True
