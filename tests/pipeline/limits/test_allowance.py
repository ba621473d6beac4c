"""Buckets: a person's caps, and what a server tells of its limits."""

import pytest

from codeclm.chat import Allowance
from codeclm.pipeline.limits.allowance import Bucket


@pytest.mark.parametrize("a_minute", [1, 3, 10, 100, 3000, 90_000])
def test_a_cap_holds_in_every_minute_and_is_used(a_minute):
    bucket, now, sent = Bucket.of_cap(a_minute), 0.0, []
    while now < 300:
        now += bucket.wait(1, now)
        bucket.take(1, now)
        sent.append(now)
    for first in sent[:: max(1, len(sent) // 50)]:
        assert sum(first <= at < first + 60 - 1e-6 for at in sent) <= a_minute
    assert len(sent) >= 0.9 * a_minute * 5


def test_what_a_call_did_not_need_is_given_back():
    bucket = Bucket.of_cap(600)
    bucket.take(10, 0.0)
    assert bucket.wait(10, 0.0) == pytest.approx(10 / 9.833, rel=0.01)
    bucket.take(-8, 0.0)
    assert bucket.wait(8, 0.0) == 0


def test_a_call_larger_than_the_cap_waits_for_all_of_it_and_goes():
    bucket = Bucket.of_cap(60)
    bucket.take(6, 0.0)
    assert 0 < bucket.wait(10_000, 0.0) < 60


def test_a_server_is_believed():
    bucket = Bucket.of_told(Allowance(100, 100, 0.0))
    # Ten are left, and 90 come back in 22.5 seconds: 4 a second. Four were sent since.
    bucket.learn(Allowance(10, 100, 22.5), ago=0.0, taken=4, now=1.0)
    assert bucket.wait(6, 1.0) == 0
    assert bucket.wait(10, 1.0) == pytest.approx(1.0)
    # What was true two seconds ago is by now eight more.
    bucket.learn(Allowance(10, 100, 22.5), ago=2.0, taken=4, now=3.0)
    assert bucket.wait(14, 3.0) == 0
    # What is trusted by half moves half the way: from 14 to 24.
    bucket.learn(Allowance(34, 100, 16.5), ago=0.0, taken=0, now=3.0, trust=0.5)
    assert bucket.wait(24, 3.0) == 0
    assert bucket.wait(28, 3.0) == pytest.approx(1.0)


def test_full_seconds_may_have_been_cut_off_or_filled_up():
    bucket = Bucket.of_told(Allowance(100, 100, 0.0))
    bucket.learn(Allowance(0, 100, 12.0), ago=0.0, taken=0, now=0.0)
    assert bucket.wait(8, 0.0) == pytest.approx(1.0)


@pytest.mark.parametrize("told", [Allowance(100, 100, 0.0), Allowance(0, 100, 0.0)])
def test_what_says_nothing_of_a_rate_changes_nothing(told):
    bucket = Bucket.of_told(Allowance(50, 100, 1.0))
    bucket.learn(told, ago=0.0, taken=0, now=0.0)
    assert bucket.wait(50, 0.0) == 0
