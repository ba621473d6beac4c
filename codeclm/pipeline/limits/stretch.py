"""What has been sent at one rate, and what that says of it."""

from __future__ import annotations

from collections import deque

#: A rate is too fast when two of its sends are refused, and at least this share of all.
THICK = 0.15
#: What a settled rate gains with each send; twice as much after every so many calm sends (seconds),
#: of which there are at least a few.
GROWTH, FASTEST_GROWTH = 2e-4, 256e-4
CALM_SENDS, CALM_SECONDS, A_FEW = 50, 2.0, 3


class Stretch:
    """The sends since the rate was changed; the first of them has number ``since``."""

    def __init__(self, since: int, now: float) -> None:
        self.since = since
        self.refused = 0
        self._surely_out = 0
        self._unsure: deque[float] = deque()
        self._calm_since = (0, now)
        self._growth = GROWTH

    @property
    def taken(self) -> int:
        """How many of its sends were taken, as far as that is sure."""
        return self._surely_out - self.refused

    def sent(self, now: float, refusal_takes: float) -> None:
        """Count a send. One out for twice as long as a refusal takes (seconds) is not refused."""
        self._unsure.append(now)
        while self._unsure and self._unsure[0] <= now - 2 * refusal_takes:
            self._unsure.popleft()
            self._surely_out += 1

    def share_refused(self, number: int) -> float:
        """The share of its sends up to ``number`` that was refused."""
        # Refusals may overtake each other: more can have come than sends up to this one.
        return min(1.0, self.refused / (number - self.since + 1))

    def is_too_fast(self, number: int) -> bool:
        """Whether its refusals are its own fault; one alone says little, it may be a stray."""
        return self.refused >= 2 and self.share_refused(number) >= THICK

    def growth(self, now: float) -> float:
        """What the rate gains with the next send, as a factor above 1."""
        sends, seconds = self._surely_out - self._calm_since[0], now - self._calm_since[1]
        if sends >= CALM_SENDS or (sends >= A_FEW and seconds >= CALM_SECONDS):
            self._calm_since = (self._surely_out, now)
            self._growth = min(2 * self._growth, FASTEST_GROWTH)
        return 1 + self._growth
