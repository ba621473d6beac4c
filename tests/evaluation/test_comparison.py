"""A response wins only when both orders name it: every kind of case."""

import pytest

from codeclm.evaluation import Outcome, flipped, half_tied, longer, outcome
from codeclm.records import Assessment, Comparison


def compared(*scores, candidate="c", reference="r"):
    """A comparison with (candidate, reference) scores in order 0 and, if given, in order 1."""
    assessments = tuple(
        Assessment(order, *both, "Because.") for order, both in enumerate(scores) if both
    )
    return Comparison(
        instruction="i", candidate=candidate, reference=reference, assessments=assessments
    )


#   case                     candidate/reference by order   outcome       flipped  half tied
CASES = [
    ("wins both", (8, 5), (7, 6), Outcome.WIN, False, False),
    ("loses both", (5, 8), (6, 7), Outcome.LOSS, False, False),
    ("wins by a half", (7.5, 7), (7.5, 7), Outcome.WIN, False, False),
    ("loses by a half", (7, 7.5), (1, 10), Outcome.LOSS, False, False),
    ("equal in both", (7, 7), (4, 4), Outcome.TIE, False, False),
    ("wins one, ties the other", (10, 1), (5, 5), Outcome.TIE, False, True),
    ("ties one, loses the other", (5, 5), (1, 10), Outcome.TIE, False, True),
    ("the first shown wins", (8, 5), (5, 8), Outcome.TIE, True, False),
    ("the second shown wins", (5, 8), (8, 5), Outcome.TIE, True, False),
    ("a flip that averages to a win", (10, 1), (6, 6.5), Outcome.TIE, True, False),
]


@pytest.mark.parametrize(("case", "first", "second", "ended", "flip", "half"), CASES)
def test_both_orders_decide(case, first, second, ended, flip, half):
    found = compared(first, second)
    assert (outcome(found), flipped(found), half_tied(found)) == (ended, flip, half)


@pytest.mark.parametrize("scores", [(), ((8, 5),), (None, (8, 5))])
def test_without_both_assessments_there_is_no_outcome(scores):
    found = compared(*scores)
    assert (outcome(found), flipped(found), half_tied(found)) == (None, False, False)


def test_assessments_may_come_in_any_sequence():
    one, two = Assessment(0, 8, 5, "a"), Assessment(1, 7, 6, "b")
    found = Comparison(instruction="i", candidate="c", reference="r", assessments=(two, one))
    assert outcome(found) is Outcome.WIN


def test_the_longer_response_has_more_characters():
    assert longer(compared(candidate="abc", reference="ab")) == 1
    assert longer(compared(candidate="ab", reference="abc")) == -1
    assert longer(compared(candidate="ab", reference="cd")) == 0
