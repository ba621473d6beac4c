"""The rate a server takes that never said what it takes: found from its refusals.

A refusal (429) now and then is no limit, so nothing happens until refusals come thick in the order
of sending. Then the rate is searched. Right after a refusal the server's bucket is empty, however
large it is: what is sent faster than the bucket fills is refused after a few sends, what is sent
more slowly is not. So the limit can be bracketed by halving, and costs a handful of refusals.
"""

from __future__ import annotations

from collections import deque

from codeclm.pipeline.limits.alarm import Alarm
from codeclm.pipeline.limits.marks import Marks
from codeclm.pipeline.limits.stretch import Stretch

#: Sends that must be taken before a rate counts as one that can be: one second's, within bounds.
ENOUGH = (3, 20)
#: A first guess, as a share of the rate at which sends were taken among others that were not.
CAUTION = 0.7
#: The search ends when the bracket is this narrow, or at once when the rate can be measured, by at
#: least so many sends.
NARROW, MEASURABLE = 1.1, 12
#: What of a settled rate is kept at a refusal, and of the rate measured between refusals.
CUT, MEASURED = 0.98, 0.99
#: A retry_after of at least so many seconds may tell of a window; one that refuses so many sends
#: in a row does.
WINDOW, IN_A_ROW = 0.25, 3
#: The step upwards while nothing says how far, after a time in which nothing at all was taken, and
#: the surplus over the speed of sending at which a rate does not bind any more.
STEP, LEAP, SURPLUS = 1.5, 4.0, 3.0
#: The first sends come ever faster (a second; doubling in seconds), so that a server which refuses
#: can say so before all of them are on their way.
FIRST, FIRST_SECONDS, FIRST_SPEED, DOUBLES = 64, 1.0, 300.0, 0.08
#: Seconds between two sends of a search that finds nothing taken: at first, at most.
LONGEST_STEP = (0.05, 60.0)
#: Cuts in a row without a send that was taken, from where on they say nothing of the rate.
BLIND = 3
#: Seconds of sends that may be made up for when the loop was late.
SLACK = 0.01
#: Seconds in which the latest sends count as one lump: a late loop makes them all at once, and a
#: search that began from such a speed would be refused again and again on its way down.
LUMP = 0.02
#: Seconds without a send from where on what came before is not measured with what comes after,
#: unless the server's windows are longer.
SILENCE = 60.0


class Pace:
    """When the next request may be sent. Times are in seconds of one monotonic clock.

    ``rate`` is in requests a second, None while no limit is known. Sends are numbered from 1.
    """

    def __init__(self) -> None:
        self.rate: float | None = None
        self._sent = 0
        self._refused = 0
        self._free_at = 0.0
        self._slack = SLACK
        self._latest: deque[float] = deque(maxlen=20)
        self._alarm = Alarm()
        self._told: float | None = None
        self._refusal_takes = SLACK
        # The search: the fastest rate known to be taken, the slowest known not to be.
        self._low = 0.0
        self._high: float | None = None
        self._blind_cuts = 0
        self._leaps = self._had_outage = False
        self._settled = False
        self._stretch = Stretch(0, 0.0)
        self._marks = Marks()
        self._began = 0.0
        #: When the server's window began, or sending after a silence; what had been taken by then;
        #: and how long the last window was.
        self._window, self._window_seconds = (0.0, 0), 0.0

    @property
    def count(self) -> int:
        """How many requests have been sent."""
        return self._sent

    def wait(self, now: float) -> float:
        """Seconds until the next request may be sent, 0 for at once."""
        return max(0.0, self._free_at - now)

    def sent(self, now: float) -> int:
        """Count a request that is sent now; returns its number."""
        if not self._sent:
            self._began, self._window = now, (now, 0)
        elif now - max(self._latest[-1], self._free_at) > max(SILENCE, self._window_seconds):
            # What was measured before has nothing to do with what is taken after it.
            self._window = (now, self._sent - self._refused)
            self._marks.clear()
        self._sent += 1
        self._latest.append(now)
        if self.rate is not None:
            self._learn(now, self.rate)
        if self.rate is not None:
            self._free_at = max(self._free_at, now - self._slack) + 1 / self.rate
        elif self._sent < FIRST and now - self._began < FIRST_SECONDS:
            self._free_at = now + 1 / (FIRST_SPEED * 2 ** ((now - self._began) / DOUBLES))
        return self._sent

    def refused(self, number: int, sent_at: float, now: float, retry_after: float | None) -> None:
        """Learn that request ``number`` was refused for coming too fast."""
        self._refused += 1
        self._refusal_takes += 0.2 * (now - sent_at - self._refusal_takes)
        self._told = retry_after
        raised = self._alarm.hear(number, now)
        if self.rate is None:
            if raised:
                self._marks.clear()
                self._marks.add(number, sent_at, number - self._refused)
                self._begin(now)
        elif number < self._stretch.since:
            pass  # it was sent at an earlier rate, which is known to be too fast
        elif self._alarm.in_a_row >= IN_A_ROW and (retry_after or 0.0) >= WINDOW:
            self._wait_for_window(now, retry_after or 0.0)
        elif self._settled and self._slack and self._came_early(number, self.rate):
            # The server allows no bursts: it was not the rate but the making up for lateness.
            self._slack = 0.0
        elif self._settled:
            self._refused_settled(number, self.rate, sent_at, now)
        else:
            self._refused_searching(number, self.rate, sent_at, now)

    def excused(self) -> None:
        """Count a request that was refused for a reason that says nothing of the pace."""
        self._refused += 1

    # The search --------------------------------------------------------------------------------

    def _begin(self, now: float) -> None:
        self._low, self._high, self._settled = 0.0, self._speed(), False
        self._search(now)

    def _search(self, now: float) -> None:
        if not self._low:
            self._go_at(max((self._high or 0.0) / 4, self._slowest(now)), now)
        elif self._high is None:
            self._go_at((LEAP if self._leaps else STEP) * self._low, now)
            if self._low > SURPLUS * self._speed():
                self.rate, self._free_at = None, now
                self._alarm.calm()
        elif self._high > NARROW * self._low:
            self._go_at((self._low * self._high) ** 0.5, now)
        else:
            self._settle(self._low, now)

    def _refused_searching(self, number: int, rate: float, sent_at: float, now: float) -> None:
        stretch = self._stretch
        stretch.refused += 1
        measured, sends = self._marks.measured(sent_at, number - self._refused)
        if sends >= MEASURABLE:
            self._settle(MEASURED * measured, now)
            return
        if not stretch.is_too_fast(number):
            return
        # When nothing is taken, however slowly it comes, it is not about speed but about time: a
        # window that is used up, an outage. What was refused then says nothing of later.
        self._blind_cuts = self._blind_cuts + 1 if self._alarm.in_a_row > stretch.refused else 0
        if self._blind_cuts == BLIND:
            self._outage()
        elif not self._blind_cuts:
            self._leaps = False
        self._high = min(self._high or rate, rate)
        guess = CAUTION * (1 - stretch.share_refused(number)) * rate
        self._low = min(self._low or guess, self._high / NARROW)
        self._search(now)

    def _outage(self) -> None:
        """The first time nothing is taken, what comes after it may be as fast as before.

        A second time it is how this server limits, so it is approached with care.
        """
        self._leaps = not self._had_outage
        self._had_outage = True

    def _learn(self, now: float, rate: float) -> None:
        """Go on searching, or grow a little, once enough sends are sure not to be refused."""
        self._stretch.sent(now, self._refusal_takes)
        if self._settled:
            self.rate = rate * self._stretch.growth(now)
            return
        enough = 1 if self._leaps else min(max(rate, ENOUGH[0]), ENOUGH[1])
        if self._stretch.taken >= enough:
            self._low = max(self._low, rate)
            if self._blind_cuts >= BLIND:
                self._high, self._blind_cuts = None, 0
            self._search(now)

    # Settled -----------------------------------------------------------------------------------

    def _settle(self, rate: float, now: float) -> None:
        self._settled = True
        self._marks.clear()
        self._go_at(rate, now)

    def _refused_settled(self, number: int, rate: float, sent_at: float, now: float) -> None:
        taken = number - self._refused
        measured, sends = self._marks.measured(sent_at, taken)
        self._marks.add(number, sent_at, taken)
        if self._marks.are_strays(number):
            # Slowing down did not help, so it was not about speed: search upwards from here.
            self._alarm.dull()
            self._low, self._high, self._settled = rate, None, False
            self._marks.clear()
            self._search(now)
            return
        slower = rate * CUT
        if sends:
            least = 0.0 if sends >= MEASURABLE else 0.7 * rate
            slower = min(slower, max(MEASURED * measured, least))
        self._go_at(slower, now)

    def _go_at(self, rate: float, now: float) -> None:
        self.rate = max(1 / LONGEST_STEP[1], rate)
        self._stretch = Stretch(self._sent + 1, now)
        self._free_at = now + 1 / self.rate

    def _came_early(self, number: int, rate: float) -> bool:
        """Whether a send followed the one before it sooner than the rate has it."""
        place = len(self._latest) - 1 - (self._sent - number)
        return place > 0 and self._latest[place] - self._latest[place - 1] < 0.95 / rate

    def _slowest(self, now: float) -> float:
        """Not slower than an eighth of the time for which everything has been refused so far."""
        seconds = min(max(LONGEST_STEP[0], (now - self._alarm.row_began) / 8), LONGEST_STEP[1])
        if self._told is not None:
            seconds = min(seconds, max(LONGEST_STEP[0], 2 * self._told))
        return 1 / seconds

    def _speed(self) -> float:
        """The rate of the latest sends."""
        times = self._latest
        return max(1.0, (len(times) - 1) / max(LUMP, times[-1] - times[0]))

    def _wait_for_window(self, now: float, retry_after: float) -> None:
        """Send nothing until the server's window begins anew, then as many as the last one took."""
        began, before = self._window
        taken = self._sent - self._refused - before
        end = now + retry_after
        self._window, self._window_seconds = (end, self._sent - self._refused), end - began
        if taken > 0:
            self._settle(taken / (end - began), now)
        else:
            self._low, self._high, self._settled, self._blind_cuts = 0.0, None, False, BLIND
            self._outage()
            self._search(now)
        self._free_at = end
