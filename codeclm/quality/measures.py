"""What can be told of a pool of instructions from its texts alone, without a model.

Words are those of ``words``. A measure of nothing is None, never 0.
"""

from __future__ import annotations

import math
import random
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal, TypeVar

from codeclm.quality.words import words

T = TypeVar("T")

#: How many pairs of texts are compared at most.
PAIRS = 2000

#: Where one piece of a text ends: at marks before a space or the end (not inside 1,000.50), at
#: those of a script without spaces, and at the end of a line.
_END = re.compile(r"[.!?;:,。！？；：，、\n]+(?:(?=\s|$)|(?<=[。！？；：，、\n]))")


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and quartiles of values."""

    mean: float
    lower: float
    median: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """A pool of ``n`` texts, measured.

    ``words`` is their length. ``distinct_1`` and ``distinct_2`` (0..1) are the different words, and
    pairs of neighbouring words, per word and pair of the whole pool (Li et al. 2016); both fall as
    a pool grows, so compare pools of one size: ``drawn`` makes them so. ``similarity`` (0..1) is
    the mean of ``similarities``. ``pieces`` is the complexity, as ``pieces`` counts it.
    """

    n: int
    words: Spread | None
    distinct_1: float | None
    distinct_2: float | None
    similarity: float | None
    pieces: Spread | None


def measure(texts: Sequence[str], *, seed: int = 0) -> Measures:
    """Measure a pool. ``seed`` draws the pairs of texts that are compared."""
    worded = [words(text) for text in texts]
    compared = _similarities(worded, seed)
    return Measures(
        n=len(texts),
        words=spread([len(each) for each in worded]),
        distinct_1=distinct(worded, 1),
        distinct_2=distinct(worded, 2),
        similarity=statistics.fmean(compared) if compared else None,
        pieces=spread([pieces(text) for text in texts]),
    )


def pieces(text: str) -> int:
    """Into how many pieces of two words or more its punctuation and lines divide a text.

    A demand that is added to an instruction mostly adds a piece, so this tells instructions that
    ask for much from those that ask for one thing. It is not difficulty: a riddle of one sentence
    is one piece, and nothing is known of what a model finds hard.
    """
    found = sum(map(_has_two_words, _END.split(text)))
    return max(found, int(bool(text.strip())))


def similarities(texts: Sequence[str], *, seed: int = 0) -> list[float]:
    """The similarity of pairs of texts: all pairs, or ``PAIRS`` of them drawn with ``seed``.

    Jaccard of both sets of words: 0 when they share none, 1 when they have the same ones in
    whatever order and number.
    """
    return _similarities([words(text) for text in texts], seed)


def alike(worded: Sequence[Sequence[str]], *, seed: int = 0) -> list[tuple[int, int, float]]:
    """What ``similarities`` finds in texts that are words already, each with the pair's places."""
    pairs = list(_pairs(len(worded), seed))
    sets = {place: frozenset(worded[place]) for pair in pairs for place in pair}
    return [(one, other, _jaccard(sets[one], sets[other])) for one, other in pairs]


def distinct(worded: Sequence[Sequence[str]], n: Literal[1, 2]) -> float | None:
    """Distinct-n (0..1) of texts that are words already; None where they have none."""
    found: set[object] = set()
    for each in worded:
        found.update(each if n == 1 else pairwise(each))
    every = sum(max(0, len(each) + 1 - n) for each in worded)
    return len(found) / every if every else None


def drawn(items: Sequence[T], size: int, *, seed: int = 0) -> list[T]:
    """``size`` of the items (all when there are not more), in their order."""
    if size >= len(items):
        return list(items)
    places = random.Random(f"{seed}:pool").sample(range(len(items)), max(0, size))
    return [items[place] for place in sorted(places)]


def spread(values: Sequence[float]) -> Spread | None:
    """Mean and quartiles, a quartile between two values interpolated; None of nothing."""
    if not values:
        return None
    if len(values) == 1:
        return Spread(*[float(values[0])] * 4)
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(statistics.fmean(values), lower, median, upper)


def _has_two_words(piece: str) -> bool:
    # A space between is quick to find, and a list's mark stands before its words.
    return " " in piece.strip(" \t-*#•") or (not piece.isascii() and len(words(piece)) > 1)


def _similarities(worded: Sequence[Sequence[str]], seed: int) -> list[float]:
    return [found for _, _, found in alike(worded, seed=seed)]


def _pairs(n: int, seed: int) -> Iterable[tuple[int, int]]:
    if math.comb(n, 2) <= PAIRS:
        return combinations(range(n), 2)
    numbers = random.Random(f"{seed}:pairs").sample(range(math.comb(n, 2)), PAIRS)
    return map(_pair, numbers)


def _pair(number: int) -> tuple[int, int]:
    """The pair with this number in (0, 1), (0, 2), (1, 2), (0, 3) …"""
    larger = (1 + math.isqrt(1 + 8 * number)) // 2
    return number - larger * (larger - 1) // 2, larger


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 1.0
