"""How many items bring names to their shares of a pool that grows with every item added."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

#: Rounds in which the smallest additions are looked for; after them, some that are enough.
ROUNDS = 300


def additions(
    shares: Mapping[str, Fraction],
    counts: Mapping[str, Fraction] | Mapping[str, int],
    total: Fraction | int,
    least: Mapping[str, int],
) -> dict[str, int]:
    """The smallest additions after which each name has its share of the total they make.

    ``least`` is what is added in any case, of names without a share too. The shares sum to less
    than 1, or to 1 when items of other names are none. It takes as many rounds as the rest (1 −
    the sum) is small; after ``ROUNDS`` of them the total is rounded up, and the additions are a
    few more than the smallest.
    """
    scale = math.lcm(*(share.denominator for share in shares.values()))
    # In whole numbers, which are many times quicker than fractions.
    unit = math.lcm(*(Fraction(n).denominator for n in (total, *counts.values())))
    others = sum(n for name, n in least.items() if name not in shares)
    pool = _Pool(
        names=[
            _Name(name, int(share * scale), int(counts.get(name, 0) * unit), least.get(name, 0))
            for name, share in shares.items()
        ],
        scale=scale,
        unit=unit,
        size=int(total * unit) + others * unit,
    )
    size, turn = pool.size, 0
    added = pool.added(size)
    while (needed := pool.size + unit * sum(added)) > size:
        size = max(needed, pool.bound(added))
        if turn >= ROUNDS:
            size = pool.rounded(size, turn - ROUNDS)
        added, turn = pool.added(size), turn + 1
    return {each.name: more for each, more in zip(pool.names, added, strict=True)}


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    share: int
    count: int
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Shares are so many of ``scale``; counts and ``size`` are in parts, ``unit`` of them an item.

    Sizes that are asked for are at most the one that is looked for, until they are rounded.
    """

    names: list[_Name]
    scale: int
    unit: int
    size: int

    def added(self, size: int) -> list[int]:
        """What each name lacks, in items, in a pool of this size."""
        item = self.scale * self.unit
        return [
            max(each.least, -((each.count * self.scale - each.share * size) // item))
            for each in self.names
        ]

    def bound(self, added: list[int]) -> int:
        """A size below which the names that lack something now cannot all have their share."""
        lacking = [each for each, more in zip(self.names, added, strict=True) if more > each.least]
        rest = self.scale - sum(each.share for each in lacking)
        if not rest:
            return 0
        fixed = sum(each.least for each in self.names) - sum(each.least for each in lacking)
        others = self.size + self.unit * fixed - sum(each.count for each in lacking)
        return -(-others * self.scale // rest)

    def rounded(self, size: int, turn: int) -> int:
        if sum(each.share for each in self.names) < self.scale:
            return size + self.unit * 2**turn
        # Nothing is left over: every share has to be a whole number of items.
        return -(-size // (self.scale * self.unit)) * self.scale * self.unit
