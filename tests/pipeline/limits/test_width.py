"""The width: fewer calls in flight when more only queue, as many as ever when more get done."""

import heapq
import random
from statistics import mode

import pytest

from codeclm.pipeline.limits.width import Width


def drive(latency_of, answers, *, most=64):
    """Keep the width full; ``latency_of(in_flight, free_at)`` says when an answer comes.

    Returns the widths over time and the seconds it took.
    """
    width, now, done, widths = Width(most), 0.0, 0, []
    in_flight: list[tuple[float, float]] = []
    while done < answers:
        while len(in_flight) < width.now:
            heapq.heappush(in_flight, (latency_of(now, len(in_flight) + 1), now))
        now, sent_at = heapq.heappop(in_flight)
        width.answered("respond", now - sent_at, now, busy=True)
        widths.append(width.now)
        done += 1
    return widths, now


def queueing(slots, seconds):
    """A server with so many slots: what finds none free stands in line."""
    free = [0.0] * slots

    def answer_at(now, _in_flight):
        at = max(now, heapq.heappop(free)) + seconds
        heapq.heappush(free, at)
        return at

    return answer_at


@pytest.mark.parametrize(("slots", "seconds"), [(4, 0.5), (1, 1.0), (8, 2.0)])
def test_a_server_that_queues_gets_fewer_calls_and_loses_no_time(slots, seconds):
    widths, took = drive(queueing(slots, seconds), 3000)
    assert widths[0] == 64
    assert widths[-1] <= 4 * slots
    assert took <= 1.05 * 3000 * seconds / slots


def test_a_server_that_does_them_all_at_once_keeps_the_width():
    chance = random.Random(3)
    widths, _ = drive(lambda now, _: now + 2.0 * chance.uniform(1, 1.5), 5000)
    assert set(widths) == {64}


def test_a_batching_server_slows_down_and_still_gets_more_done():
    # Twice as slow with 64 as with one, but 32 times as much of it.
    widths, took = drive(lambda now, in_flight: now + 2.0 * (1 + in_flight / 40), 20_000)
    # The last answers may fall into a trial.
    assert mode(widths) >= 40
    assert took <= 1.15 * 20_000 * 2.0 * (1 + 64 / 40) / 64


def test_answers_of_very_different_length_are_no_queue():
    chance = random.Random(4)
    widths, took = drive(lambda now, _: now + chance.uniform(0.5, 20.0), 20_000)
    assert widths[-1] >= 32
    assert took <= 1.15 * 20_000 * 10.25 / 64


@pytest.mark.parametrize("most", [2, 4, 8, 16])
def test_few_calls_of_very_different_length_are_no_queue_either(most):
    chance = random.Random(5)
    widths, _ = drive(lambda now, _: now + chance.expovariate(1 / 3) + 0.2, 4000, most=most)
    assert mode(widths) == most


def test_when_the_queue_is_gone_it_widens_again():
    width, now = Width(64), 0.0
    width.now = 4
    for _ in range(2000):
        now += 0.01
        width.answered("respond", 0.5, now, busy=True)
    assert width.now == 64


def test_running_out_of_time_again_and_again_halves_it():
    width = Width(8)
    for number in range(4):
        width.timed_out(float(number))
    assert width.now == 4
    width.answered("judge", 1.0, 5.0, busy=False)
    width.timed_out(6.0)
    assert width.now == 4
