"""Refusals as marks in time: the server's bucket was empty at each of them.

What it took between two marks is what flowed into it meanwhile, however large the bucket is: the
rate itself, measured.
"""

from __future__ import annotations

from collections import deque

#: So many refusals among so many sends, at a rate that falls all the while, are not its fault.
STRAYS, FEWEST, MOST = 5, 20, 120


class Marks:
    """The latest refusals: each send's number, when it was sent, what had been taken by then."""

    def __init__(self) -> None:
        self._marks: deque[tuple[int, float, int]] = deque(maxlen=STRAYS)

    def add(self, number: int, sent_at: float, taken: int) -> None:
        self._marks.append((number, sent_at, taken))

    def clear(self) -> None:
        self._marks.clear()

    def measured(self, sent_at: float, taken: int) -> tuple[float, int]:
        """The rate (a second) since the first mark, and how many sends it is measured by."""
        if not self._marks:
            return 0.0, 0
        _, began, before = self._marks[0]
        if sent_at <= began or taken <= before:
            return 0.0, 0
        return (taken - before) / (sent_at - began), taken - before

    def are_strays(self, number: int) -> bool:
        """Whether refusals go on, spread thin, although the rate was lowered at each of them."""
        if len(self._marks) < STRAYS:
            return False
        return FEWEST <= number - self._marks[0][0] <= MOST
