"""What may be sent by what is known: a person's caps, and the limits a server's headers tell."""

from __future__ import annotations

from codeclm.chat import Allowance

#: Seconds of a cap that may be sent at once; what is left of the minute is spread evenly.
BURST = 1.0
MINUTE = 60.0
#: Seconds by which a told reset may be off: of those told in full seconds, and of others.
ROUNDED, EXACT = 1.0, 0.05


def precision(told: Allowance) -> float:
    """By how many seconds the told reset may be off."""
    return ROUNDED if float(told.reset).is_integer() else EXACT


class Bucket:
    """Requests, or tokens, that may be sent: so many now, and so many more each second."""

    def __init__(self, level: float, rate: float, capacity: float) -> None:
        self._level = level
        self._rate = rate
        self._capacity = capacity
        self._at: float | None = None

    @classmethod
    def of_cap(cls, a_minute: int) -> Bucket:
        """Never more than ``a_minute`` in any minute, the burst at its beginning included."""
        burst = max(1.0, min(a_minute / 10, a_minute / MINUTE * BURST))
        rate = (a_minute - burst) / MINUTE if burst > 1 else a_minute / MINUTE
        return cls(burst, rate, burst)

    def wait(self, amount: float, now: float) -> float:
        """Seconds until ``amount`` fits; more than the whole bucket waits for all of it."""
        self._refill(now)
        missing = min(amount, self._capacity) - self._level
        return max(0.0, missing / self._rate) if missing > 1e-9 else 0.0

    def take(self, amount: float, now: float) -> None:
        """Count ``amount`` as sent; a negative one gives back what was not needed."""
        self._refill(now)
        self._level = min(self._level - amount, self._capacity)

    @classmethod
    def of_told(cls, told: Allowance) -> Bucket:
        """All that a server says is left; how fast it comes back is learnt from what it tells."""
        return cls(float(told.remaining), float(told.limit), float(told.limit))

    def learn(
        self, told: Allowance, ago: float, taken: float, now: float, trust: float = 1.0
    ) -> None:
        """Believe a server: ``told`` was true ``ago`` seconds ago, before ``taken`` more was sent.

        ``reset`` is the time until nothing is used any more, so what is used over it is the rate.
        The level moves towards what is told by the share ``trust``.
        """
        used = told.limit - told.remaining
        if used <= 0 or told.reset <= 0:
            return
        self._refill(now)
        self._capacity = float(told.limit)
        # Full seconds may have been cut off or filled up: take the middle.
        self._rate = used / (told.reset + (0.5 if precision(told) == ROUNDED else 0.0))
        level = min(told.remaining - taken + self._rate * ago, self._capacity)
        self._level += trust * (level - self._level)

    def _refill(self, now: float) -> None:
        if self._at is not None:
            self._level = min(self._capacity, self._level + self._rate * (now - self._at))
        self._at = now
