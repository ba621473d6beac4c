"""Telling refusals that mean a limit from those that mean nothing.

A sequential test over the order of sending: every refusal speaks for a limit, every send that was
taken in between against it. It does not wait for answers, which take a hundred times as long as
refusals and would make the first of them look like all there is.
"""

from __future__ import annotations

#: Log-likelihoods of "half of what is sent is refused" against "one in twelve is", for a send that
#: was refused and for one that was taken; from what sum on the alarm is raised. 5 % of strays raise
#: it once in about 29 000 sends, 10 % once in 1 400.
REFUSED, TAKEN, RAISED = 1.83, -0.61, 6.5
#: How insensitive false alarms make it at most.
DULLEST = 8 * RAISED


class Alarm:
    """Listens to refusals; sends are numbered from 1."""

    def __init__(self) -> None:
        self._score = 0.0
        self._raised_at = RAISED
        self._last = 0
        #: How many of the latest sends were refused one after the other, and since when.
        self.in_a_row = 0
        self.row_began = 0.0

    def hear(self, number: int, now: float) -> bool:
        """Take in that send ``number`` was refused. Returns whether that is the alarm."""
        between = max(0, number - self._last - 1)
        if between:
            self.in_a_row = 0
        if not self.in_a_row:
            self.row_began = now
        self.in_a_row += 1
        self._score = max(0.0, self._score + TAKEN * between) + REFUSED
        self._last = max(number, self._last)
        return self._score >= self._raised_at

    def calm(self) -> None:
        """Begin anew: there is no limit at present."""
        self._score = 0.0

    def dull(self) -> None:
        """Learn that the last alarm was about strays."""
        self._raised_at = min(2 * self._raised_at, DULLEST)
