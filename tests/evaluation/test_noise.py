"""The bootstrap: the same every time, about as wide as theory says, and careful with little."""

import math
import random
import statistics

import pytest

from codeclm.evaluation import Estimate, bootstrap, differs, estimated, halved
from codeclm.evaluation.noise import LEAST, MOST


def normal(mean, count, seed):
    chance = random.Random(seed)
    return [chance.gauss(mean, 1) for _ in range(count)]


def test_the_same_values_give_the_same_interval():
    values = normal(0, 50, 1)
    assert bootstrap(values) == bootstrap(values)
    assert bootstrap(values) != bootstrap(values, seed=1)
    assert differs(values, values[::-1]) == differs(values, values[::-1])


@pytest.mark.parametrize("count", [400, 5 * MOST])
def test_the_interval_is_as_wide_as_theory_says_however_large_the_pool(count):
    found = bootstrap(normal(5, count, 2))
    width = 2 * 1.96 / math.sqrt(count)
    assert found.low < found.value < found.high
    assert found.high - found.low == pytest.approx(width, rel=0.12)


def test_any_statistic_of_any_items_will_do():
    texts = ["yes"] * 30 + ["no"] * 10
    found = bootstrap(texts, lambda drawn: drawn.count("yes") / len(drawn), samples=200)
    assert found.value == 0.75
    assert 0.55 < found.low < 0.72 < 0.78 < found.high < 0.95
    assert bootstrap([1] * 20, statistics.median).high == 1


def test_too_few_values_say_nothing():
    assert bootstrap([1.0] * (LEAST - 1)) is None
    assert bootstrap([1.0] * LEAST) is not None
    assert differs([1.0] * LEAST, [5.0] * (LEAST - 1)) is None
    assert differs([1.0] * LEAST, [5.0] * LEAST) is not None


def test_a_large_difference_is_none_of_noise_and_a_small_one_is():
    one = normal(0, 80, 3)
    far = differs(normal(2, 90, 4), one)
    assert far.difference == pytest.approx(2, abs=0.4)
    assert 0 < far.low < far.difference < far.high
    assert not far.is_noise
    assert differs([value + 0.1 for value in one], one).is_noise
    assert differs(one, one).is_noise


def test_the_sign_says_which_is_larger():
    found = differs([1.0, 2.0] * 10, [5.0, 6.0] * 10)
    assert found.difference == -4
    assert found.high < 0
    assert not found.is_noise


def test_pairs_see_a_small_difference_that_goes_one_way():
    one = normal(0, 60, 6)
    other = [value + 0.2 + 0.01 * (at % 3) for at, value in enumerate(one)]
    assert differs(other, one).is_noise
    assert not differs(other, one, paired=True).is_noise
    with pytest.raises(ValueError, match="one length"):
        differs(one, other[1:], paired=True)


def test_an_estimate_strays_as_the_bootstrap_does():
    values = normal(5, 400, 7)
    low, high = estimated(values).interval
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.12)
    assert estimated(values) == estimated(values)
    assert estimated([1.0] * (LEAST - 1)) == Estimate(1.0)
    assert estimated([1.0] * (LEAST - 1)).interval is None


def test_halves_stray_as_the_whole_does():
    values = normal(5, 400, 8)
    found = halved(400, lambda places: statistics.fmean(values[at] for at in places))
    low, high = found.interval
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.12)
    assert found.value == statistics.fmean(values)


def test_two_estimates_are_told_apart_or_not():
    one, alike = estimated(normal(0, 300, 1), seed=1), estimated(normal(0, 300, 2), seed=2)
    larger = estimated(normal(1, 300, 3), seed=3)
    assert one.less(alike).is_noise
    assert not larger.less(one).is_noise
    assert larger.less(one).difference == pytest.approx(larger.value - one.value)
    width = larger.less(one).high - larger.less(one).low
    assert width == pytest.approx(2 * 1.96 * math.sqrt(2 / 300), rel=0.12)
    assert one.less(Estimate(3.0)) is None


def test_halves_of_little_or_of_nothing_have_no_interval():
    assert halved(0, lambda places: None) is None
    assert halved(2 * LEAST - 1, lambda places: 1.0) == Estimate(1.0)
    # Half of it says nothing: how far it strays is not known.
    assert halved(100, lambda places: 1.0 if len(places) == 100 else None) == Estimate(1.0)
