"""How far a number would move if the pool had been drawn again: the bootstrap (Efron 1979).

Values are drawn with replacement ``samples`` times; an interval holds the middle 95 % of what the
statistic gives. Of more than ``MOST`` values so many are drawn, and how far the statistic strays is
reduced by the root of that share (m out of n; Bickel, Götze & van Zwet 1997): a large pool takes no
longer. It knows nothing of what a run itself would do otherwise.

Right for means, medians and shares of separate items. Not for distinct-n or the distance of two
distributions: a sample with repetitions has fewer different words and names than any pool.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

T = TypeVar("T")
Statistic = Callable[[Sequence[T]], float]

SAMPLES = 1000
MOST = 2000
#: From fewer values a bootstrap is far too sure of itself.
LEAST = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One statistic less another and the 95 % interval of that."""

    difference: float
    low: float
    high: float

    @property
    def is_noise(self) -> bool:
        """Whether the interval holds 0: the two may just as well be equal."""
        return self.low <= 0 <= self.high


def bootstrap(
    values: Sequence[T],
    statistic: Statistic[T] = statistics.fmean,
    *,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The statistic of ``values`` (numbers, or whatever it takes) with its interval.

    None of fewer than ``LEAST`` values. The same values, samples and seed give the same interval.
    """
    if len(values) < LEAST:
        return None
    chance, value = random.Random(f"{seed}:bootstrap"), statistic(values)
    strays = [(statistic(_again(values, chance)) - value) * _share(values) for _ in range(samples)]
    return Interval(value, *_around(value, strays))


def differs(
    one: Sequence[T],
    other: Sequence[T],
    statistic: Statistic[T] = statistics.fmean,
    *,
    paired: bool = False,
    samples: int = SAMPLES,
    seed: int = 0,
) -> Difference | None:
    """How much larger the statistic of ``one`` is than that of ``other``, and how sure that is.

    ``paired`` values belong together by place (two candidates on the same instructions) and are
    drawn together, which makes the interval narrower where they go along; raises ``ValueError``
    when they are not of one length. None of fewer than ``LEAST`` values on either side.
    """
    if paired and len(one) != len(other):
        raise ValueError("paired values must be of one length")
    if min(len(one), len(other)) < LEAST:
        return None
    chance = random.Random(f"{seed}:bootstrap")
    first, second = statistic(one), statistic(other)
    strays: list[float] = []
    for _ in range(samples):
        if paired:
            places = itemgetter(*_again(range(len(one)), chance))
            drawn, against = places(one), places(other)
        else:
            drawn, against = _again(one, chance), _again(other, chance)
        strays.append(
            (statistic(drawn) - first) * _share(one) - (statistic(against) - second) * _share(other)
        )
    return Difference(first - second, *_around(first - second, strays))


def _again(values: Sequence[T], chance: random.Random) -> list[T]:
    return chance.choices(values, k=min(MOST, len(values)))


def _share(values: Sequence[object]) -> float:
    return math.sqrt(min(MOST, len(values)) / len(values))


def _around(value: float, strays: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(strays, n=40, method="inclusive")
    return value + cuts[0], value + cuts[-1]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic of one pool, and how far it strayed each time the pool was drawn again.

    Any two of them can be told apart without drawing anew.
    """

    value: float
    strays: tuple[float, ...] = ()

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % interval; None of a pool too small to draw from."""
        return _around(self.value, self.strays) if self.strays else None

    def less(self, other: Estimate) -> Difference | None:
        """How much larger it is than another; None when either pool is too small to tell.

        The two must have been drawn apart, as many times, by seeds of their own.
        """
        if not (self.strays and other.strays):
            return None
        strays = [one - another for one, another in zip(self.strays, other.strays, strict=True)]
        difference = self.value - other.value
        return Difference(difference, *_around(difference, strays))


def estimated(values: Sequence[float], *, samples: int = SAMPLES, seed: object = 0) -> Estimate:
    """The mean of one value or more, and how far it strays by the bootstrap."""
    value = statistics.fmean(values)
    if len(values) < LEAST:
        return Estimate(value)
    chance, share = random.Random(f"{seed}:bootstrap"), _share(values)
    strays = [(statistics.fmean(_again(values, chance)) - value) * share for _ in range(samples)]
    return Estimate(value, tuple(strays))


def halved(
    n: int,
    statistic: Callable[[Sequence[int]], float | None],
    *,
    samples: int = SAMPLES,
    seed: object = 0,
) -> Estimate | None:
    """A statistic of a whole pool, such as distinct-n, by the places (0..n − 1) of its items.

    It is what the bootstrap is not right for. A half drawn without repetition has no item twice,
    and strays from the mean of all halves about as far as the whole would (the delete-half
    jackknife; Shao & Wu 1989). None where the statistic of the whole is; no strays of fewer than
    ``2 * LEAST`` items, or where a half has no statistic.
    """
    value = statistic(range(n))
    if value is None or n < 2 * LEAST:
        return None if value is None else Estimate(value)
    chance = random.Random(f"{seed}:halves")
    halves = [statistic(sorted(chance.sample(range(n), n // 2))) for _ in range(samples)]
    found = [half for half in halves if half is not None]
    if len(found) < samples:
        return Estimate(value)
    centre = statistics.fmean(found)
    return Estimate(value, tuple(half - centre for half in found))
