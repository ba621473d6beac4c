"""Whether a call that failed is tried again, and after how long: one place decides."""

from __future__ import annotations

import random

from codeclm.errors import ProviderError, RateLimited
from codeclm.pipeline.lines import Line

ATTEMPTS = 6
#: A server that only says "not so fast" will answer in the end.
ATTEMPTS_WHEN_LIMITED = 40
#: Seconds between two attempts at most, unless the server names more.
LONGEST_PAUSE = 60.0
#: A server that names more seconds than this does not want to be waited for.
LONGEST_WAIT = 3600.0
#: Attempts that failed since the last reply, from where on it counts as nothing coming back.
NOTHING_BUT = 100
#: Calls to one model that are given up one after the other before the whole run is.
GIVEN_UP = 10


def _attempts(error: ProviderError) -> int:
    return ATTEMPTS_WHEN_LIMITED if isinstance(error, RateLimited) else ATTEMPTS


def pause_after(error: ProviderError, attempt: int, line: Line) -> float:
    """Seconds to wait before the next attempt; raises ``error`` when there is to be none."""
    if not error.retryable:
        raise error
    line.failed_attempts += 1
    if attempt >= _attempts(error):
        line.given_up += 1
        if line.given_up >= GIVEN_UP:
            raise _unreachable(line, error) from error
        raise error
    # Jitter: calls that failed together do not come back together.
    if error.retry_after is not None:
        if error.retry_after > LONGEST_WAIT:
            raise _comes_back_late(line, error.retry_after) from error
        told = error.retry_after + random.uniform(0.0, min(5.0, 0.5 * error.retry_after))
        # A server from which nothing else comes back does not mean what it tells.
        return told if line.failed_attempts < NOTHING_BUT else max(told, _longer(attempt, line))
    return _longer(attempt, line)


def _longer(attempt: int, line: Line) -> float:
    """Ever more time, but only for a server from which nothing comes back.

    While other calls get through, the next attempt may well do.
    """
    step = min(attempt, line.failed_attempts, 10)
    return random.uniform(0.1, min(LONGEST_PAUSE, 0.5 * 2**step))


def _comes_back_late(line: Line, seconds: float) -> ProviderError:
    told = RateLimited(
        f"{line.endpoint.name}:{line.model} wants to be asked again in {seconds / 3600:.1f} hours.",
        "Resume then: nothing that was paid for is asked again.",
    )
    told.stops_run = True
    return told


def _unreachable(line: Line, error: ProviderError) -> ProviderError:
    """The one message for a model that has failed too often in a row to go on."""
    told = type(error)(
        f"{line.endpoint.name}:{line.model} failed {line.given_up} times in a row."
        f" The last time: {error.message}",
        error.hint or "Check the endpoint, then resume: nothing that was paid for is asked again.",
    )
    told.stops_run = True
    return told
