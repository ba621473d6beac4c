"""Contrastive Filtering: every kind of judged case and what must happen to it."""

import pytest

from codeclm.method.verdict import verdict
from codeclm.records import Judgement, Outcome

#   case                        strong/target shown first, then swapped     outcome
CASES = [
    ("strong wins clearly", (9, 3), (8, 4), Outcome.KEEP_STRONG),
    ("target wins clearly", (3, 9), (4, 8), Outcome.KEEP_TARGET),
    ("exactly theta", (8, 5), (8, 5), Outcome.IMPROVE),
    ("exactly minus theta", (5, 8), (5, 8), Outcome.IMPROVE),
    ("exactly theta by average", (9, 4), (7, 6), Outcome.IMPROVE),
    ("a quarter above theta", (8.5, 5), (8, 5), Outcome.KEEP_STRONG),
    ("a quarter below theta", (8, 5), (8, 5.5), Outcome.IMPROVE),
    ("pure position bias", (9, 3), (3, 9), Outcome.IMPROVE),
    ("bias around a real gap", (10, 2), (6, 5), Outcome.KEEP_STRONG),
    ("a tie", (7, 7), (7, 7), Outcome.IMPROVE),
    ("both useless", (1, 1), (1, 1), Outcome.IMPROVE),
    ("the widest gap", (10, 1), (10, 1), Outcome.KEEP_STRONG),
]


@pytest.mark.parametrize(("case", "first", "swapped", "outcome"), CASES, ids=lambda case: str(case))
def test_the_averaged_gap_decides(case, first, swapped, outcome):
    judgements = [Judgement(0, *first), Judgement(1, *swapped)]
    assert verdict(judgements, 3, last=False).outcome is outcome
    ended = Outcome.EXHAUSTED if outcome is Outcome.IMPROVE else outcome
    assert verdict(judgements, 3, last=True).outcome is ended
    assert verdict(judgements[::-1], 3, last=False) == verdict(judgements, 3, last=False)


def test_a_verdict_tells_both_scores_their_gap_and_whose_response_is_kept():
    found = verdict([Judgement(0, 9, 3), Judgement(1, 8, 4)], 3, last=False)
    assert (found.strong, found.target, found.gap, found.side) == (8.5, 3.5, 5.0, "strong")
    assert verdict([Judgement(0, 5, 5)], 3, last=True).side is None


def test_theta_zero_keeps_every_difference():
    assert verdict([Judgement(0, 5, 5)], 0, last=False).outcome is Outcome.IMPROVE
    assert verdict([Judgement(0, 5.5, 5)], 0, last=False).outcome is Outcome.KEEP_STRONG
