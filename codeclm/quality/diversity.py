"""How varied a pool of instructions is, and which of its texts stand far outside."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from codeclm.quality.measures import Spread, alike, distinct, drawn, pieces, spread
from codeclm.quality.words import words

#: How many quartile distances outside a text must lie, and how far at least: lengths that are
#: twice or half as long, and 0.1 of repetition. Where most texts are alike, nearly all quartile
#: distances are 0 and everything else would lie outside.
FENCE, TIMES, LESS = 1.5, 2.0, 0.1
#: Shorter texts hardly repeat a word, and fewer texts have no quartiles to speak of.
WORDS, TEXTS = 20, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """``n`` texts, drawn from a pool of ``pool``, measured.

    ``words``, ``distinct_1``, ``distinct_2``, ``similarity`` and ``pieces`` are those of
    ``measures``. ``entropy_1`` and ``entropy_2`` are Shannon's entropy (1948), in bits, of the
    words and of the pairs of neighbouring words. ``evenness_1`` and ``evenness_2`` (0..1) are the
    entropy over its largest value for as many different ones (Pielou 1966): 1 when all are equally
    frequent, None when there is only one.
    """

    n: int
    pool: int
    words: Spread | None
    distinct_1: float | None
    distinct_2: float | None
    entropy_1: float | None
    entropy_2: float | None
    evenness_1: float | None
    evenness_2: float | None
    similarity: float | None
    pieces: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """The text at ``place``, whose ``value`` is beyond ``limit``.

    Values are words for ``short`` and ``long``; for ``repetitive`` Herdan's C (1960), the logarithm
    of the different words over that of all words: it depends little on the length.
    """

    place: int
    kind: Literal["short", "long", "repetitive"]
    value: float
    limit: float


def describe(texts: Sequence[str], *, size: int | None = None, seed: int = 0) -> Diversity:
    """Measure ``size`` texts drawn with ``seed`` (all of them without it).

    Most of these measures change with the number of texts: compare pools at one size.
    """
    sample = drawn(texts, len(texts) if size is None else size, seed=seed)
    worded = [words(text) for text in sample]
    entropy_1, evenness_1 = _entropy(word for each in worded for word in each)
    entropy_2, evenness_2 = _entropy(pair for each in worded for pair in pairwise(each))
    compared = [found for _, _, found in alike(worded, seed=seed)]
    return Diversity(
        n=len(sample),
        pool=len(texts),
        words=spread([len(each) for each in worded]),
        distinct_1=distinct(worded, 1),
        distinct_2=distinct(worded, 2),
        entropy_1=entropy_1,
        entropy_2=entropy_2,
        evenness_1=evenness_1,
        evenness_2=evenness_2,
        similarity=statistics.fmean(compared) if compared else None,
        pieces=spread([pieces(text) for text in sample]),
    )


def outliers(texts: Sequence[str]) -> list[Outlier]:
    """Texts far shorter, longer or more repetitive than the others, in their order.

    Outside of Tukey's fences (1977), 1.5 quartile distances beyond the quartiles, of the logarithm
    of the length, and below that of repetition (see ``FENCE`` and ``WORDS`` for what else is
    asked of them). Texts without a word are always short; of fewer than ``TEXTS`` nothing is told.
    """
    if len(texts) < TEXTS:
        return []
    lengths, variety = [], []
    for text in texts:
        found = words(text)
        lengths.append(len(found))
        long_enough = len(found) >= WORDS
        variety.append(math.log(len(set(found))) / math.log(len(found)) if long_enough else None)
    # Texts without a word are shorter than any other.
    shortest, longest = fences(lengths) or (1.0, math.inf)
    known = [each for each in variety if each is not None]
    least = _fences(known if len(known) >= TEXTS else [], LESS)[0]
    outside: list[Outlier] = []
    for place, (n, varied) in enumerate(zip(lengths, variety, strict=True)):
        if n < shortest:
            outside.append(Outlier(place=place, kind="short", value=n, limit=shortest))
        if n > longest:
            outside.append(Outlier(place=place, kind="long", value=n, limit=longest))
        if varied is not None and varied < least:
            outside.append(Outlier(place=place, kind="repetitive", value=varied, limit=least))
    return outside


def fences(lengths: Sequence[int]) -> tuple[float, float] | None:
    """The limits that ``outliers`` holds lengths in words against; None of nothing."""
    logs = [math.log(n) for n in lengths if n > 0]
    if not logs:
        return None
    low, high = _fences(logs, math.log(TIMES))
    return math.exp(low), math.exp(high)


def _fences(values: Sequence[float], least: float) -> tuple[float, float]:
    found = spread(values)
    if found is None:
        return -math.inf, math.inf
    reach = max(FENCE * (found.upper - found.lower), least)
    return found.lower - reach, found.upper + reach


def _entropy(items: Iterable[object]) -> tuple[float | None, float | None]:
    """Bits, and their share of the most there could be."""
    counts = Counter(items)
    total = counts.total()
    if not total:
        return None, None
    bits = math.log2(total) - math.fsum(n * math.log2(n) for n in counts.values()) / total
    bits = max(0.0, bits)
    return bits, min(1.0, bits / math.log2(len(counts))) if len(counts) > 1 else None
