"""What two texts share, as evidence: where in each of them the same runs of words stand.

Places are half-open (start, end) in characters of the text as it was given.
"""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.quality.grams import SHINGLE, grams, stretches
from codeclm.quality.words import placed

Span = tuple[int, int]


def spans(one: str, other: str) -> tuple[list[Span], list[Span]]:
    """Where in each text the words stand that are in a run of three which the other has too.

    Runs that overlap or follow each other are one. Of texts of one or two words the whole is
    looked for.
    """
    first, second = placed(one), placed(other)
    n = min(SHINGLE, len(first), len(second))
    if not n:
        return [], []
    starts, others = (grams([word for word, _, _ in each], n) for each in (first, second))
    return _covered(first, starts, {*others}, n), _covered(second, others, {*starts}, n)


def longest(one: str, other: str) -> Span | None:
    """Where in ``one`` the longest run of words stands, the first of equals, that ``other`` has."""
    words = placed(one)
    found = _longest([word for word, _, _ in words], [word for word, _, _ in placed(other)])
    if not found:
        return None
    start, length = found
    return words[start][1], words[start + length - 1][2]


def _covered(
    words: Sequence[tuple[str, int, int]],
    starts: Sequence[tuple[str, ...]],
    shared: set[tuple[str, ...]],
    n: int,
) -> list[Span]:
    known = [place for place, gram in enumerate(starts) if gram in shared]
    covered = sorted({place + step for place in known for step in range(n)})
    return [(words[first][1], words[last][2]) for first, last in stretches(covered)]


def _longest(one: Sequence[str], other: Sequence[str]) -> tuple[int, int] | None:
    """(start in one, length) of the longest common run.

    A run of 2 * k words has a number by those of its two halves, and one of any length by those of
    the greatest such runs at its two ends; so each length is looked for in one pass.
    """
    known: dict[str, int] = {}
    levels = [tuple([known.setdefault(word, len(known)) for word in each] for each in (one, other))]
    shortest = min(len(one), len(other))
    while 2 ** len(levels) <= shortest:
        half, halves = 2 ** (len(levels) - 1), dict[tuple[int, int], int]()
        levels.append(
            tuple(
                [
                    halves.setdefault(pair, len(halves))
                    for pair in zip(each, each[half:], strict=False)
                ]
                for each in levels[-1]
            )
        )
    best, low, high = None, 1, shortest
    while low <= high:
        length = (low + high) // 2
        level = length.bit_length() - 1
        offset = length - 2**level
        first, second = (
            list(zip(each[: len(each) - offset], each[offset:], strict=True))
            for each in levels[level]
        )
        there = {*second}
        start = next((place for place, pair in enumerate(first) if pair in there), None)
        if start is None:
            high = length - 1
        else:
            best, low = (start, length), length + 1
    return best
