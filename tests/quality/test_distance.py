"""Distances of two distributions, at both ends and in between."""

import math

import pytest

from codeclm.quality.distance import jensen_shannon, total_variation


@pytest.mark.parametrize("distance", [jensen_shannon, total_variation])
def test_equal_shares_are_no_distance_and_other_names_are_the_whole_of_it(distance):
    assert distance({"a": 1, "b": 3}, {"a": 20, "b": 60}) == pytest.approx(0.0, abs=1e-9)
    assert distance({"a": 5}, {"b": 1, "c": 1}) == pytest.approx(1.0)
    assert distance({"a": 5, "b": 0}, {"b": 1}) == pytest.approx(1.0)


@pytest.mark.parametrize("distance", [jensen_shannon, total_variation])
def test_to_nothing_there_is_no_distance(distance):
    assert distance({}, {"a": 1}) is None
    assert distance({"a": 1}, {"a": 0}) is None


def test_values_in_between():
    one, other = {"a": 1}, {"a": 1, "b": 1}
    # Half of log2(4/3), and half of (1/2) log2(2/3) + (1/2) log2(2).
    divergence = math.log2(4 / 3) / 2 + (math.log2(2 / 3) / 2 + 0.5) / 2
    assert jensen_shannon(one, other) == pytest.approx(math.sqrt(divergence))
    assert jensen_shannon(other, one) == jensen_shannon(one, other)
    assert total_variation(one, other) == 0.5
