"""Contrastive Filtering: the gap between both scores decides (§3.4). Arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.records import Judgement, Outcome, Side, Verdict


def verdict(judgements: Sequence[Judgement], theta: float, *, last: bool) -> Verdict:
    """Average both orders' scores and compare their gap with ``theta``.

    Scores are whole or half numbers, so averages and gaps are exact in binary and so is the
    comparison: a gap of exactly ``theta`` improves. ``last`` says that no iteration is left.
    """
    strong = sum(judgement.strong for judgement in judgements) / len(judgements)
    target = sum(judgement.target for judgement in judgements) / len(judgements)
    match side_at(strong - target, theta):
        case "strong":
            outcome = Outcome.KEEP_STRONG
        case "target":
            outcome = Outcome.KEEP_TARGET
        case None:
            outcome = Outcome.EXHAUSTED if last else Outcome.IMPROVE
    return Verdict(outcome, strong, target)


def side_at(gap: float, theta: float) -> Side | None:
    """Whose response a gap keeps; None at exactly ``theta`` and within it."""
    if gap > theta:
        return "strong"
    return "target" if gap < -theta else None
