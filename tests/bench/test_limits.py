"""The fake endpoint's limits, by a clock of the test's own."""

import pytest

from bench.limits import Bucket, Queue, Window, limit, openai_headers


def admitted(found, times):
    return sum(1 for now in times if found.take(now) == 0)


def every(seconds, until, begin=100.0):
    return [begin + seconds * step for step in range(round(until / seconds))]


def test_a_bucket_admits_its_burst_and_then_its_rate():
    times = every(0.001, 10)
    assert admitted(Bucket(3000), times) == pytest.approx(50 + 500, abs=1)
    assert admitted(Bucket(3000, burst=1), times) == pytest.approx(1 + 500, abs=1)
    assert admitted(Bucket(3000, burst=3000), times) == pytest.approx(3000 + 500, abs=1)


def test_a_bucket_asked_at_its_very_rate_refuses_nothing():
    assert admitted(Bucket(3000, burst=1), every(0.02, 10)) == 500


def test_a_bucket_says_when_there_is_room():
    bucket = Bucket(60, burst=1)
    assert bucket.take(100.0) == 0
    wait = bucket.take(100.25)
    assert wait == pytest.approx(0.75)
    assert bucket.take(100.25 + wait) == 0


def test_a_window_admits_its_share_and_turns_at_its_end():
    window = Window(3000, 2.0)
    assert admitted(window, every(0.001, 2)) == 100
    assert window.take(101.999) == pytest.approx(0.001)
    assert window.take(102.0) == 0
    # After a long silence windows still begin where they would have.
    assert window.take(105.0) == 0
    assert window.standing(105.0).reset == pytest.approx(1.0)


def test_a_queue_serves_in_order():
    queue = Queue(2, 0.5)
    assert [queue.enter(10.0) for _ in range(5)] == pytest.approx([0.5, 0.5, 1.0, 1.0, 1.5])
    assert queue.enter(20.0) == pytest.approx(0.5)


def test_a_limit_is_told_by_the_minute():
    bucket = limit(3000, burst=50, window=0)
    assert bucket is not None
    for _ in range(10):
        bucket.take(100.0)
    assert openai_headers(3000, bucket.standing(100.0)) == {
        "x-ratelimit-limit-requests": "3000",
        "x-ratelimit-remaining-requests": "2990",
        "x-ratelimit-reset-requests": "200ms",
    }
    assert limit(0, burst=0, window=0) is None
