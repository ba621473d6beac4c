"""Contrastive Filtering: the gap between both scores decides (§3.4). Arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.records import Judgement, Outcome, Verdict


def verdict(judgements: Sequence[Judgement], theta: float, *, last: bool) -> Verdict:
    """Average both orders' scores and compare their gap with ``theta``.

    Scores are whole or half numbers, so averages and gaps are exact in binary and so is the
    comparison: a gap of exactly ``theta`` improves. ``last`` says that no iteration is left.
    """
    strong = sum(judgement.strong for judgement in judgements) / len(judgements)
    target = sum(judgement.target for judgement in judgements) / len(judgements)
    gap = strong - target
    if gap > theta:
        outcome = Outcome.KEEP_STRONG
    elif gap < -theta:
        outcome = Outcome.KEEP_TARGET
    elif last:
        outcome = Outcome.EXHAUSTED
    else:
        outcome = Outcome.IMPROVE
    return Verdict(outcome, strong, target)
