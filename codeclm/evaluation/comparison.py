"""What one comparison says: a response wins only when both orders name it (§4)."""

from __future__ import annotations

from enum import StrEnum

from codeclm.records import Assessment, Comparison


class Outcome(StrEnum):
    """How a comparison ends, from the candidate's side."""

    WIN = "win"
    TIE = "tie"
    LOSS = "loss"


def outcome(comparison: Comparison) -> Outcome | None:
    """A win or a loss in both orders, else a tie; None while an order has no assessment.

    Unlike Contrastive Filtering nothing is averaged: 10 against 1 in one order and 5 against 5 in
    the other is a tie.
    """
    ahead = _ahead(comparison)
    if ahead is None:
        return None
    match ahead:
        case (1, 1):
            return Outcome.WIN
        case (-1, -1):
            return Outcome.LOSS
        case _:
            return Outcome.TIE


def flipped(comparison: Comparison) -> bool:
    """Whether both orders name a winner and not the same one; never while one is missing."""
    return _ahead(comparison) in ((1, -1), (-1, 1))


def half_tied(comparison: Comparison) -> bool:
    """Whether one order names a winner and the other none; never while one is missing."""
    ahead = _ahead(comparison)
    return ahead is not None and (ahead[0] == 0) != (ahead[1] == 0)


def longer(comparison: Comparison) -> int:
    """Whose response has more characters: 1 the candidate's, −1 the reference's, 0 neither."""
    return _sign(len(comparison.candidate) - len(comparison.reference))


def _ahead(comparison: Comparison) -> tuple[int, int] | None:
    """Who is ahead in order 0 and in order 1: 1 the candidate, −1 the reference, 0 nobody."""
    by_order = {assessed.order: _leader(assessed) for assessed in comparison.assessments}
    return (by_order[0], by_order[1]) if len(by_order) == 2 else None


def _leader(assessed: Assessment) -> int:
    return _sign(assessed.candidate - assessed.reference)


def _sign(difference: float) -> int:
    return (difference > 0) - (difference < 0)
