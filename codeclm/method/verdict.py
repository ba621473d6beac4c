"""Contrastive Filtering: the gap between both scores decides (§3.4). Arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codeclm.records import Judgement, Outcome, Side, Verdict


def verdict(judgements: Sequence[Judgement], theta: float, *, last: bool) -> Verdict:
    """Average both orders' scores and compare their gap with ``theta``.

    A judge's scores are whole or half numbers, so averages and gaps are exact in binary and so is
    the comparison: a gap of exactly ``theta`` improves. Imported ones may be any decimals; their
    gap is rounded. ``last`` says that no iteration is left.
    """
    strong = sum(judgement.strong for judgement in judgements) / len(judgements)
    target = sum(judgement.target for judgement in judgements) / len(judgements)
    undecided = Verdict(Outcome.EXHAUSTED if last else Outcome.IMPROVE, strong, target)
    match side_at(undecided.gap or 0.0, theta):
        case "strong":
            return replace(undecided, outcome=Outcome.KEEP_STRONG)
        case "target":
            return replace(undecided, outcome=Outcome.KEEP_TARGET)
        case None:
            return undecided


def side_at(gap: float, theta: float) -> Side | None:
    """Whose response a gap keeps; None at exactly ``theta`` and within it."""
    if gap > theta:
        return "strong"
    return "target" if gap < -theta else None
