"""What may be sent by what is known: a person's caps, and the limits a server's headers tell."""

from __future__ import annotations

from codeclm.chat import Allowance

#: Seconds of a cap that may be sent at once; what is left of the minute is spread evenly.
BURST = 1.0
MINUTE = 60.0


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

    def learn(self, told: Allowance, ago: float, taken: float, now: float) -> None:
        """Believe a server: ``told`` was true ``ago`` seconds ago, before ``taken`` more was sent.

        ``reset`` is the time until nothing is used any more, so what is used over it is the rate.
        """
        used = told.limit - told.remaining
        if used <= 0 or told.reset <= 0:
            return
        self._capacity = float(max(1, told.limit))
        self._rate = used / told.reset
        self._level = min(told.remaining - taken + self._rate * ago, self._capacity)
        self._at = now

    def _refill(self, now: float) -> None:
        if self._at is not None:
            self._level = min(self._capacity, self._level + self._rate * (now - self._at))
        self._at = now
