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


def bagged(texts: Iterable[Sequence[str]]) -> list[Bag]:
    """The shingles of each text, which is words already and has at least one, as a set to join."""
    import numpy as np

    words, starts = _numbered(texts)
    if len(starts) == 1:
        return []
    # A key for each run of two, then three words that is as small as can be.
    pairs = _dense(words[:-1] * (int(words.max()) + 1) + words[1:])
    triples = _dense(pairs[:-1] * (int(words.max()) + 1) + words[2:])
    texts_of = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    inside = np.flatnonzero(texts_of[:-2] == texts_of[2:])
    kinds = int(triples.max()) + 1
    held = np.unique(texts_of[inside] * kinds + triples[inside])
    owners, members = np.divmod(held, kinds)
    sizes = np.bincount(owners, minlength=len(starts) - 1)
    holders = np.bincount(members, minlength=kinds)
    ranks = np.empty(kinds, dtype=np.int64)
    ranks[np.argsort(holders, kind="stable")] = np.arange(kinds)
    shared = holders[members] > 1
    owners, members = owners[shared], ranks[members[shared]]
    members = members[np.lexsort((members, owners))].astype(np.int32)
    ends = np.cumsum(np.bincount(owners, minlength=len(starts) - 1)).tolist()
    return [
        Bag(size, array("i", members[start:end].tobytes()))
        for size, start, end in zip(sizes.tolist(), [0, *ends], ends, strict=False)
    ]


def _numbered(texts: Iterable[Sequence[str]]) -> tuple[Numbers, Numbers]:
    """A number for each word of all texts, one after the other, and where each text starts.

    Zeros, which are no word, fill texts up to a shingle.
    """
    import numpy as np

    known: dict[str, int] = {}
    numbers, starts = array("i"), array("q", [0])
    for worded in texts:
        numbers.extend([known.setdefault(word, len(known) + 1) for word in worded])
        numbers.extend([0] * (SHINGLE - len(worded)))
        starts.append(len(numbers))
    return np.array(numbers, dtype=np.int64), np.array(starts, dtype=np.int64)


def _dense(keys: Numbers) -> Numbers:
    """Numbers from 0, in the order of the keys and equal where these are."""
    import numpy as np

    return np.unique(keys, return_inverse=True)[1].astype(np.int64)
