"""Capacity Recovery Ratio: how much of the reference's ability the candidate has (§4).

The share of comparisons that the candidate wins or ties, in percent. A measure of nothing is None,
never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from codeclm.evaluation.comparison import Outcome, flipped, half_tied, longer, outcome
from codeclm.records import Comparison, Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Comparisons counted, from the candidate's side; two tallies add up.

    ``unparsable`` lack an assessment: they are neither ties nor losses and in no share. ``flips``
    and ``half_ties`` are ties for two reasons: the orders name different winners, or only one names
    any. ``longer_wins`` and ``shorter_wins`` count wins and losses by the length of whichever
    response won; those between responses of one length are in neither.
    """

    wins: int = 0
    ties: int = 0
    losses: int = 0
    unparsable: int = 0
    flips: int = 0
    half_ties: int = 0
    longer_wins: int = 0
    shorter_wins: int = 0

    @property
    def compared(self) -> int:
        return self.wins + self.ties + self.losses

    @property
    def crr(self) -> float | None:
        """0..100, None when nothing was compared."""
        return _percent(self.wins + self.ties, self.compared)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the CRR (0..100): Wilson's score interval (JASA 1927).

        It tells how well so many instructions fix the share, not how far the judge is right.
        """
        found = Share(self.wins + self.ties, self.compared).interval
        return (100 * found[0], 100 * found[1]) if found else None

    @property
    def flip_rate(self) -> float | None:
        """Comparisons whose order flips the winner, in percent of all compared."""
        return _percent(self.flips, self.compared)

    @property
    def longer_share(self) -> float | None:
        """Wins of either side by the longer response, in percent; equal lengths are left out."""
        return _percent(self.longer_wins, self.longer_wins + self.shorter_wins)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            **{
                item.name: getattr(self, item.name) + getattr(other, item.name)
                for item in fields(self)
            }
        )


def tally(comparisons: Iterable[Comparison]) -> Tally:
    """Count comparisons."""
    return sum(map(_one, comparisons), Tally())


def by(
    comparisons: Iterable[Comparison], key: Callable[[Comparison], str | Iterable[str]]
) -> dict[str, Tally]:
    """Count comparisons by the names that ``key`` gives each, the most compared first.

    A comparison counts once under each of its names (such as its skills) and under none when they
    are empty, so the groups need not sum to the whole.
    """
    found: dict[str, Tally] = {}
    for comparison in comparisons:
        names, one = key(comparison), _one(comparison)
        for name in {names} if isinstance(names, str) else set(names):
            if name:
                found[name] = found.get(name, Tally()) + one
    return dict(sorted(found.items(), key=lambda item: (-item[1].compared, item[0])))


def recovered(comparisons: Iterable[Comparison]) -> list[float]:
    """100 for each win or tie and 0 for each loss: values whose mean is the CRR."""
    return [_points(ended) for ended in map(outcome, comparisons) if ended]


def recovered_by_both(
    one: Iterable[Comparison], other: Iterable[Comparison]
) -> tuple[list[float], list[float]]:
    """``recovered`` of two candidates on the instructions that both were compared on, in step."""
    known = {comparison.instruction: outcome(comparison) for comparison in other}
    first: list[float] = []
    second: list[float] = []
    for comparison in one:
        ended, against = outcome(comparison), known.get(comparison.instruction)
        if ended and against:
            first.append(_points(ended))
            second.append(_points(against))
    return first, second


def _one(comparison: Comparison) -> Tally:
    ended = outcome(comparison)
    if ended is None:
        return Tally(unparsable=1)
    winner = {Outcome.WIN: 1, Outcome.TIE: 0, Outcome.LOSS: -1}[ended]
    # 1 when the winner is the longer response, −1 when the shorter, 0 without either.
    length = winner * longer(comparison)
    return Tally(
        wins=int(winner > 0),
        ties=int(winner == 0),
        losses=int(winner < 0),
        flips=int(flipped(comparison)),
        half_ties=int(half_tied(comparison)),
        longer_wins=int(length > 0),
        shorter_wins=int(length < 0),
    )


def _points(ended: Outcome) -> float:
    return 0.0 if ended is Outcome.LOSS else 100.0


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
