"""Whether a call that failed is tried again, and after how long: one place decides."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from codeclm.errors import ConnectionFailed, ProviderError, RateLimited, ServerAway, ServerBusy
from codeclm.pipeline.limits.late import LONGEST_WAIT, comes_back_late
from codeclm.pipeline.lines import Line

#: Times that a call fails while its model answers others, until it is given up. A server that only
#: says "not so fast", or that it is busy, will answer in the end.
ATTEMPTS, ATTEMPTS_WHEN_LIMITED = 6, 40
#: Seconds without a single reply until the calls of a model that is away are given up: one that has
#: answered before may be restarting, one that was never there is not waited for like that.
PATIENCE, PATIENCE_WHEN_LIMITED = 120.0, 600.0
#: Seconds between two attempts at most, unless the server names more.
LONGEST_PAUSE = 60.0
#: Attempts of one call, and of all calls since the last reply, from where on a server that names
#: a short time is not believed any more.
OWN_ATTEMPTS, NOTHING_BUT = 10, 100
#: Calls to one model that are given up one after the other before the whole run is.
GIVEN_UP = 10


class Attempts:
    """The attempts of one call. ``number`` counts those made, the present one included."""

    def __init__(self, line: Line, clock: Callable[[], float] = time.monotonic) -> None:
        self._line = line
        self._clock = clock
        self.number = 1
        self._while_answering = 0
        self._failed_at = float("-inf")

    def pause_after(self, error: ProviderError) -> float:
        """Seconds to wait before the next attempt; raises ``error`` when there is to be none."""
        if not error.retryable:
            raise error
        now, line = self._clock(), self._line
        # What fails while nobody gets an answer says nothing of this call.
        self._while_answering += line.answered_at > self._failed_at
        self._failed_at = now
        line.failed(now, error.message)
        if self._is_hopeless(error, now):
            line.given_up += 1
            if line.given_up >= GIVEN_UP:
                raise _unreachable(line, error) from error
            raise error
        pause = self._pause(error)
        self.number += 1
        return pause

    def _is_hopeless(self, error: ProviderError, now: float) -> bool:
        limited = isinstance(error, RateLimited | ServerBusy)
        if self._while_answering >= (ATTEMPTS_WHEN_LIMITED if limited else ATTEMPTS):
            return True
        return self.number >= ATTEMPTS and now - self._line.silent_since >= self._patience(error)

    def _patience(self, error: ProviderError) -> float:
        """Seconds for which a silent model is waited for, whatever the number of attempts."""
        if isinstance(error, RateLimited | ServerBusy):
            return PATIENCE_WHEN_LIMITED
        is_away = isinstance(error, ConnectionFailed | ServerAway)
        return PATIENCE if is_away and self._line.has_answered else 0.0

    def _pause(self, error: ProviderError) -> float:
        line = self._line
        if error.retry_after is None:
            return self._longer()
        if error.retry_after > LONGEST_WAIT:
            raise comes_back_late(line.name, error.retry_after) from error
        # Jitter: calls that failed together do not come back together.
        line.told_until = self._clock() + error.retry_after
        told = error.retry_after + random.uniform(0.0, min(5.0, 0.5 * error.retry_after))
        believed = self.number < OWN_ATTEMPTS and line.failed_attempts < NOTHING_BUT
        return told if believed else max(told, self._longer())

    def _longer(self) -> float:
        """Ever more time, but only for a server from which nothing comes back.

        While other calls get through, the next attempt may well do.
        """
        step = min(self.number, self._line.failed_attempts, 10)
        return random.uniform(0.1, min(LONGEST_PAUSE, 0.5 * 2**step))


def _unreachable(line: Line, error: ProviderError) -> ProviderError:
    """The one message for a model that has failed too often in a row to go on."""
    told = type(error)(
        f"{line.name} failed {line.failed_attempts} times in a row. The last time: {error.message}",
        f"{error.hint or 'Check the endpoint.'} Then resume: nothing that was paid for is asked"
        " again.",
    )
    told.stops_run = True
    return told
