"""How well a pool covers the names of the seeds, and what would have to be added to it.

Names are use cases or skills, compared as they are written. A pool only grows: what it has too much
of is told, and stays.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from codeclm.errors import SettingsError
from codeclm.quality.distance import jensen_shannon, total_variation
from codeclm.quality.filling import additions


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A name of which a pool has a smaller share than the seeds (both 0..1).

    ``missing`` is how many items of it have to be added when all holes are filled together, so that
    each has its share of the pool as it is then; None where no number is enough: when every name
    that is not short is one the seeds do not have.
    """

    name: str
    wanted: float
    share: float
    count: float
    missing: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A name of which a pool has a larger share than the seeds (both 0..1).

    ``surplus`` is how many of its items would have to be of other names, in a pool of this size.
    """

    name: str
    wanted: float
    share: float
    count: float
    surplus: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A pool beside the seeds. Without seeds or without items in the pool, nothing is told.

    ``distance`` (0..1) is the Jensen-Shannon distance of both distributions. ``matched`` (0..1) is
    the part of them that coincides: the sum of the smaller of both shares, 1 − total variation.
    ``covered`` (0..1) is the seeds' share of names that the pool has at all, however seldom.
    """

    distance: float | None
    matched: float | None
    covered: float | None
    holes: tuple[Hole, ...]
    excesses: tuple[Excess, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """At least ``count`` items of a name, or at least a ``share`` (0..1) of all, or both."""

    name: str
    count: int | None = None
    share: float | None = None


def compare(seeds: Mapping[str, float], others: Mapping[str, float]) -> Match:
    """Hold a pool's counts (or weights) by name against those of the seeds.

    Holes stand by how much is missing, excesses by their surplus, the largest first. Weights that
    are not above 0 and finite count as none.
    """
    wanted, has = _exact(seeds), _exact(others)
    if not wanted or not has:
        return Match(distance=None, matched=None, covered=None, holes=(), excesses=())
    whole, total = sum(wanted.values(), Fraction()), sum(has.values(), Fraction())
    shares = {name: wanted.get(name, Fraction()) / whole for name in sorted({*wanted, *has})}
    one, other = _floats(wanted), _floats(has)
    apart = total_variation(one, other)
    return Match(
        distance=jensen_shannon(one, other),
        matched=None if apart is None else 1 - apart,
        covered=float(sum(shares[name] for name in has)),
        holes=_holes(shares, has, total),
        excesses=_excesses(shares, has, total),
    )


def missing(targets: Sequence[Target], counts: Mapping[str, int], total: int) -> dict[str, int]:
    """How many items of each target's name have to be added, so that all targets hold together.

    ``counts`` are what there is of each name, ``total`` is how many items there are: fewer than
    the sum of counts where an item has several names. An added item has one name. The numbers are
    the smallest ones (see ``additions``). Shares are read as the decimals they are written as:
    three of 0.333 are less than 1.

    Raises SettingsError for targets that cannot hold together.
    """
    shares = _checked(targets)
    least = {each.name: max(0, (each.count or 0) - counts.get(each.name, 0)) for each in targets}
    has = {name: counts.get(name, 0) for name in shares}
    others = total + sum(n for name, n in least.items() if name not in shares) - sum(has.values())
    if sum(shares.values()) == 1 and others > 0:
        raise SettingsError(
            f"The wanted shares sum to 100 %, and there are {others} items of other names",
            "Lower a share, so that those keep one.",
        )
    return least | additions(shares, has, total, least)


def _checked(targets: Sequence[Target]) -> dict[str, Fraction]:
    """The shares that are wanted, by name; SettingsError for what makes no sense."""
    times = Counter(target.name for target in targets)
    for target in targets:
        named = f"The target of “{target.name}”"
        if times[target.name] > 1:
            raise SettingsError(f"{named} is given twice", "Keep one of them.")
        if target.count is None and target.share is None:
            raise SettingsError(f"{named} says nothing", "Give it a count or a share.")
        if target.count is not None and target.count < 0:
            raise SettingsError(f"{named} is below 0", "Give it a count of 0 or more.")
        if target.share is not None and not 0 <= target.share <= 1:
            raise SettingsError(f"{named} is no share", "Give it a share from 0 to 100 %.")
    shares = {
        target.name: Fraction(str(float(target.share)))
        for target in targets
        if target.share is not None
    }
    whole = sum(shares.values())
    if whole > 1:
        raise SettingsError(
            f"The wanted shares sum to {100 * float(whole):g} %",
            "Lower them to 100 % together, or less.",
        )
    return shares


def _holes(
    shares: Mapping[str, Fraction], has: Mapping[str, Fraction], total: Fraction
) -> tuple[Hole, ...]:
    short = {name: share for name, share in shares.items() if has.get(name, 0) < share * total}
    # If all that the seeds have is short, the rest keeps its part whatever is added.
    reachable = sum(short.values()) < 1
    more = additions(short, has, total, {}) if reachable else {}
    holes = [
        Hole(
            name=name,
            wanted=float(share),
            share=float(has.get(name, Fraction()) / total),
            count=float(has.get(name, 0)),
            missing=more.get(name),
        )
        for name, share in short.items()
    ]
    return tuple(
        sorted(holes, key=lambda hole: (-(hole.missing or 0), hole.share - hole.wanted, hole.name))
    )


def _excesses(
    shares: Mapping[str, Fraction], has: Mapping[str, Fraction], total: Fraction
) -> tuple[Excess, ...]:
    found = [
        Excess(
            name=name,
            wanted=float(shares[name]),
            share=float(has[name] / total),
            count=float(has[name]),
            surplus=math.ceil(has[name] - shares[name] * total),
        )
        for name in has
        if has[name] > shares[name] * total
    ]
    return tuple(sorted(found, key=lambda each: (-each.surplus, each.name)))


def _exact(weights: Mapping[str, float]) -> dict[str, Fraction]:
    return {
        name: Fraction(weight) for name, weight in sorted(weights.items()) if 0 < weight < math.inf
    }


def _floats(weights: Mapping[str, Fraction]) -> dict[str, float]:
    return {name: float(weight) for name, weight in weights.items()}
