"""How far a judge can be trusted: measures over counted judgements, decisions and opinions.

Arithmetic only. Scores are mapped back to the models, gaps are strong − target. A measure of
nothing is None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from codeclm.records import Share

#: Steps in which another θ is tried, and the gap between scores of 1..10 that nothing exceeds.
STEP, WIDEST = 0.5, 9.0


# The order ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Orders:
    """What exchanging the order does to instructions judged in both (position bias, paper §4.3).

    ``flips``: another response wins. ``ties``: one order has a winner, the other has none.
    ``bias``: mean points by which a response gains when it is shown first, None of nothing.
    """

    flips: Share
    ties: Share
    bias: float | None


def orders(counts: Iterable[tuple[float, float, int]]) -> Orders:
    """From (strong − target with strong first, with strong second, how many).

    Half the sum of (first shown − second shown) over both orders is half the difference of both.
    """
    n = flips = ties = 0
    points = 0.0
    for first, second, count in counts:
        n += count
        flips += count * (first * second < 0)
        ties += count * ((first == 0) != (second == 0))
        points += count * (first - second) / 2
    return Orders(Share(flips, n), Share(ties, n), points / n if n else None)


# The length ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lengths:
    """Wins by the longer answer (length bias as in Dubois et al. 2024), of all and by the winner.

    Instructions without a winner or with answers of one length are left out. ``strong_longer`` is
    the share whose strong response is the longer one, whoever won: when strong is simply longer it
    is high, and the target wins with the shorter answer.
    """

    longer: Share
    strong_wins: Share
    target_wins: Share
    strong_longer: Share


def lengths(counts: Iterable[tuple[int, int, int]]) -> Lengths:
    """From (who won, who is longer, how many): 1 for strong, −1 for the target, 0 for nobody."""
    won = {1: [0, 0], -1: [0, 0]}
    for winner, longer, count in counts:
        if winner and longer:
            won[winner][0] += count * (winner == longer)
            won[winner][1] += count
    strong, target = (Share(*won[side]) for side in (1, -1))
    n = strong.n + target.n
    return Lengths(
        longer=Share(strong.part + target.part, n),
        strong_wins=strong,
        target_wins=target,
        strong_longer=Share(strong.part + target.n - target.part, n),
    )


# The reviewers ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AtTheta:
    """Judge and reviewers at one θ.

    ``agree``: the judge keeps what is approved and does not keep what is rejected. ``lost``: of
    the approved pairs, those that this θ would not keep.
    """

    theta: float
    agree: Share
    lost: Share


@dataclass(frozen=True, slots=True)
class Agreement:
    """Judge and reviewers from the run's θ upwards; pairs below it were never shown to anybody."""

    curve: tuple[AtTheta, ...]
    approved: int
    rejected: int

    @property
    def now(self) -> AtTheta | None:
        """At the run's own θ; None while nothing is decided."""
        return self.curve[0] if self.curve else None

    @property
    def best(self) -> AtTheta | None:
        """At the smallest θ of those that agree best."""
        return max(self.curve, key=lambda at: (at.agree.part, -at.theta), default=None)


def agreement(counts: Iterable[tuple[float, bool, int]], theta: float) -> Agreement:
    """From (size of the gap, whether it was approved, how many pairs), at ``theta`` and above."""
    decided = list(counts)
    approved = sum(count for _, good, count in decided if good)
    n = sum(count for _, _, count in decided)
    curve: list[AtTheta] = []
    for step in range(int((WIDEST - theta) / STEP) + 1 if n else 0):
        tried = theta + STEP * step
        agree = sum(count for gap, good, count in decided if (gap > tried) == good)
        lost = sum(count for gap, good, count in decided if good and gap <= tried)
        curve.append(AtTheta(tried, Share(agree, n), Share(lost, approved)))
    return Agreement(tuple(curve), approved, n - approved)


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Two reviewers on the pairs that both have decided upon.

    ``kappa`` is Cohen's (Educational and Psychological Measurement, 1960): agreement beyond what
    their shares of approvals give by chance; None where chance alone gives all of it.
    """

    first: str
    second: str
    agree: Share
    kappa: float | None


def reviewers(counts: Iterable[tuple[str, str, bool, bool, int]]) -> list[Reviewers]:
    """From (one, another, whether each approved, how many); the most in common first."""
    tables: dict[tuple[str, str], dict[tuple[bool, bool], int]] = {}
    for one, other, first, second, count in counts:
        cells = tables.setdefault((one, other), {})
        cells[first, second] = cells.get((first, second), 0) + count
    found = [_between(*both, cells) for both, cells in tables.items()]
    return sorted(found, key=lambda row: (-row.agree.n, row.first, row.second))


def _between(first: str, second: str, cells: dict[tuple[bool, bool], int]) -> Reviewers:
    n = sum(cells.values())
    same = cells.get((True, True), 0) + cells.get((False, False), 0)
    ones = sum(count for (good, _), count in cells.items() if good)
    others = sum(count for (_, good), count in cells.items() if good)
    # In whole numbers, so that agreement by chance alone is seen exactly.
    chance = ones * others + (n - ones) * (n - others)
    kappa = None if chance == n * n else (same * n - chance) / (n * n - chance)
    return Reviewers(first, second, Share(same, n), kappa)


# A second judge -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SecondJudge:
    """A second judge beside the first one, over pairs that both have judged.

    ``same_winner``: both name the same response, a tie names none. ``beyond``: both gaps are
    beyond θ. ``dropped``: the second would not keep the pair at θ. ``difference`` is the mean
    absolute difference of both gaps in points, ``correlation`` Pearson's, None where one of them
    does not vary.
    """

    same_winner: Share
    beyond: Share
    dropped: Share
    difference: float | None
    correlation: float | None

    @property
    def n(self) -> int:
        return self.same_winner.n


def second_judge(counts: Iterable[tuple[float, float, float, int]]) -> SecondJudge:
    """From (first gap, second gap, θ, how many pairs)."""
    rows = list(counts)
    n = sum(count for *_, count in rows)
    return SecondJudge(
        same_winner=Share(sum(count for a, b, _, count in rows if a * b > 0), n),
        beyond=Share(sum(count for a, b, at, count in rows if min(abs(a), abs(b)) > at), n),
        dropped=Share(sum(count for _, b, at, count in rows if abs(b) <= at), n),
        difference=sum(count * abs(a - b) for a, b, _, count in rows) / n if n else None,
        correlation=_correlation([(a, b, count) for a, b, _, count in rows], n),
    )


def _correlation(rows: list[tuple[float, float, int]], n: int) -> float | None:
    if n < 2:
        return None
    a_mean = sum(a * count for a, _, count in rows) / n
    b_mean = sum(b * count for _, b, count in rows) / n
    both = sum((a - a_mean) * (b - b_mean) * count for a, b, count in rows)
    one = sum((a - a_mean) ** 2 * count for a, _, count in rows)
    other = sum((b - b_mean) ** 2 * count for _, b, count in rows)
    if min(one, other) < 1e-12:
        return None
    return max(-1.0, min(1.0, both / math.sqrt(one * other)))


@dataclass(frozen=True, slots=True)
class Spread:
    """One judge asked several times of each pair.

    ``deviation`` is the standard deviation of a pair's gap over its samples, pooled over all
    pairs, in points; ``same`` counts the pairs whose verdict at θ is the same in every sample.
    ``samples`` are those of all pairs together.
    """

    deviation: float | None
    same: Share
    samples: int


def spread(counts: Iterable[tuple[int, float, float, bool, int]]) -> Spread:
    """From (samples, sum of their gaps, of the squares, whether all agree, how many pairs)."""
    squares, freedom, samples, same, pairs = 0.0, 0, 0, 0, 0
    for of_each, total, squared, agree, count in counts:
        squares += count * max(0.0, squared - total * total / of_each)
        freedom += count * (of_each - 1)
        samples += count * of_each
        same += count * agree
        pairs += count
    deviation = math.sqrt(squares / freedom) if freedom else None
    return Spread(deviation, Share(same, pairs), samples)
