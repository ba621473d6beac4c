"""Grams: the runs of n words of a text, and the sets of them that texts are compared by."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from codeclm.quality.joining import Bag

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    Numbers = NDArray[int64]

Gram = tuple[str, ...]

#: The words of a shingle.
SHINGLE = 3


def grams(worded: Sequence[str], n: int) -> list[Gram]:
    """The runs of ``n`` words, in order; none of a shorter text."""
    return list(zip(*(worded[start:] for start in range(n)), strict=False))


def shingles(worded: Sequence[str]) -> set[Gram]:
    """The different runs of three words; of a shorter text its words as one (Broder 1997)."""
    if len(worded) < SHINGLE:
        return {tuple(worded)} if worded else set()
    return set(grams(worded, SHINGLE))


def stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """(first, last) of each stretch without a gap of numbers that ascend."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


class Shingled:
    """Texts, one after the other, that become the sets of their shingles.

    The rank of a shingle tells how many of the texts have it, so it takes all of them first.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._words, self._starts = array("i"), array("q", [0])

    def add(self, worded: Sequence[str]) -> None:
        """Put a text in, which is words already and has at least one."""
        known = self._known
        self._words.extend([known.setdefault(word, len(known) + 1) for word in worded])
        # Zeros, which are no word, fill it up to a shingle.
        self._words.extend([0] * (SHINGLE - len(worded)))
        self._starts.append(len(self._words))

    def bags(self) -> list[Bag]:
        """The set of each text, in order."""
        import numpy as np

        count = len(self._starts) - 1
        if not count:
            return []
        texts, shingles = self._members()
        sizes = np.bincount(texts, minlength=count).tolist()
        holders = np.bincount(shingles)
        ranks = np.empty(len(holders), dtype=np.int32)
        ranks[np.argsort(holders, kind="stable")] = np.arange(len(holders))
        shared = holders[shingles] > 1
        texts, members = texts[shared], ranks[shingles[shared]]
        members = members[np.lexsort((members, texts))]
        ends = np.cumsum(np.bincount(texts, minlength=count)).tolist()
        return [
            Bag(size, array("i", members[start:end].tobytes()))
            for size, start, end in zip(sizes, [0, *ends], ends, strict=False)
        ]

    def _members(self) -> tuple[Numbers, Numbers]:
        """(text, shingle) for each different shingle of each text, both numbers from 0."""
        import numpy as np

        words = np.array(self._words, dtype=np.int64)
        starts = np.array(self._starts, dtype=np.int64)
        texts = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        base = len(self._known) + 1
        # Runs of two get small numbers first, so that no key is too large for 64 bits.
        keys = _dense(words[:-1] * base + words[1:])
        keys = keys[:-1] * base + words[2:]
        inside = texts[:-2] == texts[2:]
        texts, shingles = texts[:-2][inside], _dense(keys[inside])
        kinds = int(shingles.max()) + 1
        texts, shingles = np.divmod(np.unique(texts * kinds + shingles), kinds)
        return texts, shingles


def _dense(keys: Numbers) -> Numbers:
    """Numbers from 0, in the order of the keys and equal where these are."""
    import numpy as np

    return np.unique(keys, return_inverse=True)[1]
