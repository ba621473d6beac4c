"""Each measure at its boundary, with numbers computed by hand."""

import math

import pytest

from codeclm.quality.judging import (
    agreement,
    lengths,
    orders,
    reviewers,
    second_judge,
    spread,
)
from codeclm.records import Share


def test_only_opposite_winners_are_a_flip_and_half_ties_are_apart():
    found = orders([(2.0, -1.0, 3), (2.0, 1.0, 4), (0.0, 1.0, 2), (-1.0, 0.0, 1), (0.0, 0.0, 5)])
    assert found.flips == Share(3, 15)
    assert found.ties == Share(3, 15)


def test_position_bias_is_half_of_what_the_first_place_gains_in_both_orders():
    # Strong first: 8 against 6, swapped: strong 7, target 7. First − second: 2, then 0.
    assert orders([(2.0, 0.0, 1)]).bias == 1.0
    # The second place gains: strong loses a point when first, the target too.
    assert orders([(-1.0, 1.0, 1)]).bias == -1.0
    # A judge that only goes by the texts has none, whoever is better.
    assert orders([(3.0, 3.0, 7), (-2.0, -2.0, 1)]).bias == 0.0
    assert orders([(2.0, 0.0, 1), (0.0, 0.0, 3)]).bias == 0.25
    assert orders([]).bias is None


def test_ties_and_equal_lengths_say_nothing_of_length():
    found = lengths([(1, 1, 6), (1, -1, 2), (-1, -1, 1), (-1, 1, 3), (0, 1, 50), (1, 0, 50)])
    assert found.longer == Share(7, 12)
    assert found.strong_wins == Share(6, 8)
    assert found.target_wins == Share(1, 4)
    assert found.strong_longer == Share(9, 12)


def test_a_strong_model_that_is_simply_longer_is_seen():
    found = lengths([(1, 1, 90), (-1, 1, 10)])
    assert found.longer.value == 0.9
    assert found.strong_longer.value == 1.0
    assert found.target_wins.value == 0.0


def test_at_exactly_theta_the_judge_does_not_keep():
    found = agreement([(3.0, False, 1), (3.5, True, 1)], 3.0)
    assert found.now is not None
    assert found.now.agree == Share(2, 2)
    at = {point.theta: point for point in found.curve}
    assert at[3.5].agree == Share(1, 2)
    assert at[3.5].lost == Share(1, 1)


def test_the_curve_goes_from_the_runs_theta_to_nine_in_halves():
    assert [at.theta for at in agreement([(5.0, True, 1)], 7.5).curve] == [7.5, 8.0, 8.5, 9.0]
    assert [at.theta for at in agreement([(5.0, True, 1)], 8.25).curve] == [8.25, 8.75]
    assert [at.theta for at in agreement([(9.0, True, 1)], 9.0).curve] == [9.0]


def test_the_smallest_of_those_that_agree_best_is_the_best():
    # Rejected up to 4, approved above: every θ from 4 to below 6 separates them.
    found = agreement([(3.5, False, 2), (4.0, False, 1), (6.0, True, 5)], 3.0)
    assert found.best is not None
    assert (found.best.theta, found.best.agree, found.best.lost) == (4.0, Share(8, 8), Share(0, 5))
    assert (found.approved, found.rejected) == (5, 3)


def test_without_decisions_there_is_no_curve():
    found = agreement([], 3.0)
    assert (found.curve, found.now, found.best) == ((), None, None)


def test_cohens_kappa_of_his_two_by_two_table():
    # 20 both approve, 15 both reject, 5 and 10 differ: 0.7 agree, 0.5 by chance.
    (found,) = reviewers(
        [
            ("ada", "bob", True, True, 20),
            ("ada", "bob", True, False, 5),
            ("ada", "bob", False, True, 10),
            ("ada", "bob", False, False, 15),
        ]
    )
    assert found.agree == Share(35, 50)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_undefined_when_both_always_say_the_same_and_minus_one_at_worst():
    (always,) = reviewers([("ada", "bob", True, True, 9)])
    assert (always.agree, always.kappa) == (Share(9, 9), None)
    (never,) = reviewers([("ada", "bob", True, False, 4), ("ada", "bob", False, True, 4)])
    assert never.kappa == -1.0


def test_reviewers_with_most_in_common_come_first():
    found = reviewers([("ada", "bob", True, True, 1), ("ada", "eve", True, False, 3)])
    assert [(row.first, row.second) for row in found] == [("ada", "eve"), ("ada", "bob")]


def test_a_second_judge_at_theta_and_at_a_tie():
    found = second_judge([(4.0, 3.5, 3.0, 1), (4.0, 3.0, 3.0, 1), (4.0, 0.0, 3.0, 1)])
    assert found.n == 3
    # A tie names no winner; a gap of exactly θ is not kept.
    assert found.same_winner == Share(2, 3)
    assert found.beyond == Share(1, 3)
    assert found.dropped == Share(2, 3)
    assert found.difference == pytest.approx((0.5 + 1.0 + 4.0) / 3)


def test_the_other_winner_can_be_beyond_theta_as_well():
    found = second_judge([(4.0, -4.0, 3.0, 2)])
    assert (found.same_winner, found.beyond, found.dropped) == (
        Share(0, 2),
        Share(2, 2),
        Share(0, 2),
    )


def test_correlation_weighs_pairs_and_needs_two_gaps_that_vary():
    assert second_judge([(4.0, 2.0, 3.0, 1), (6.0, 3.0, 3.0, 5)]).correlation == pytest.approx(1.0)
    # Gaps 1, 2, 3 against 1, 3, 2: 1 / 2.
    rows = [(1.0, 1.0, 0.0, 1), (2.0, 3.0, 0.0, 1), (3.0, 2.0, 0.0, 1)]
    assert second_judge(rows).correlation == pytest.approx(0.5)
    assert second_judge([(4.0, 2.0, 3.0, 9)]).correlation is None
    assert second_judge([(4.0, 2.0, 3.0, 1)]).correlation is None
    nothing = second_judge([])
    assert (nothing.difference, nothing.correlation, nothing.same_winner.value) == (None,) * 3


def test_spread_is_pooled_over_pairs_and_verdicts_are_counted_by_pair():
    # Gaps 3, 5 (squares around 4: 2) and 4, 4, 4 (0): 2 over 1 + 2 degrees of freedom.
    found = spread([(2, 8.0, 34.0, False, 1), (3, 12.0, 48.0, True, 1)])
    assert found.deviation == pytest.approx(math.sqrt(2 / 3))
    assert found.same == Share(1, 2)
    assert found.samples == 5


def test_one_sample_has_no_spread():
    found = spread([])
    assert (found.deviation, found.same.value, found.samples) == (None, None, 0)
