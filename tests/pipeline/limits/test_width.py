"""The width: fewer calls in flight when more only queue, as many as ever when more get done."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean, mode

import pytest

from codeclm.pipeline.limits.width import Width
from codeclm.pipeline.limits.window import Answer

#: Lengths of answers, with a mean of 1.
LENGTHS = {
    "fixed": lambda chance: 1.0,
    "exponential": lambda chance: 0.02 + 0.98 * chance.expovariate(1),
    "log-normal": lambda chance: chance.lognormvariate(-0.5, 1.0),
}
KINDS = pytest.mark.parametrize("lengths", LENGTHS)
TOLD = pytest.mark.parametrize("told", [True, False], ids=["tokens", "untold"])
SEEDS = pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.large) for n in range(1, 4))]
)


@dataclass
class Course:
    """The width after each answer, and when it came."""

    widths: list[int]
    times: list[float]

    @property
    def seconds(self) -> float:
        return self.times[-1]

    def mean(self, since: int = 0) -> float:
        return mean(self.widths[since:])

    def reaches(self, what: Callable[[int], bool], since: int) -> int:
        """After how many answers a width is such."""
        return next(n for n, width in enumerate(self.widths[since:]) if what(width))


def drive(
    answer_at: Callable[[float, int, float], float],
    answers: int,
    *,
    most: int = 64,
    lengths: str = "fixed",
    told: bool = True,
    seconds: float = 2.0,
    seed: int = 0,
) -> Course:
    """Keep the width full. ``answer_at(now, in flight, work in seconds)`` says when one comes.

    An answer's length is told in tokens, or only shows in the time it takes.
    """
    chance = random.Random(seed)
    width, now, course = Width(most), 0.0, Course([], [])
    in_flight: list[tuple[float, float, int, float]] = []
    for _ in range(answers):
        while len(in_flight) < width.now:
            work, crowd = LENGTHS[lengths](chance), len(in_flight) + 1
            at = answer_at(now, crowd, work * seconds) + 0.02 * chance.uniform(0.9, 1.1)
            heapq.heappush(in_flight, (at, now, crowd, max(1, round(300 * work))))
        now, sent_at, crowd, tokens = heapq.heappop(in_flight)
        answer = Answer("respond", now - sent_at, crowd, tokens if told else 1.0)
        width.answered(answer, now, busy=True)
        course.widths.append(width.now)
        course.times.append(now)
    return course


class Queue:
    """A server with so many slots: what finds none free stands in line."""

    def __init__(self, slots: int) -> None:
        self._free = [0.0] * slots
        self.work = 0.0

    def __call__(self, now: float, _in_flight: int, seconds: float) -> float:
        self.work += seconds
        at = max(now, heapq.heappop(self._free)) + seconds
        heapq.heappush(self._free, at)
        return at

    def restart(self, slots: int, now: float) -> None:
        """Share what is in line among other slots."""
        backlog = sum(max(0.0, at - now) for at in self._free)
        self._free = [now + backlog / slots] * slots


class Changing(Queue):
    """A queue with other slots from one call on."""

    def __init__(self, slots: int, later: int, since: int) -> None:
        super().__init__(slots)
        self._later, self._until = later, since

    def __call__(self, now: float, in_flight: int, seconds: float) -> float:
        self._until -= 1
        if self._until == 0:
            self.restart(self._later, now)
        return super().__call__(now, in_flight, seconds)


def parallel(now: float, _in_flight: int, seconds: float) -> float:
    """A server that does them all at once."""
    return now + seconds


def batching(now: float, in_flight: int, seconds: float) -> float:
    """2.6 times as slow with 64 as with one, but 25 times as much of it."""
    return now + seconds * (1 + in_flight / 40)


@SEEDS
@KINDS
@pytest.mark.parametrize("slots", [1, 4, 8])
def test_a_server_that_queues_gets_fewer_calls_and_loses_no_time(slots, lengths, seed):
    server = Queue(slots)
    course = drive(server, 3000, lengths=lengths, seed=seed)
    assert course.widths[0] == 64
    assert course.mean(since=1500) <= (5 if slots == 1 else 4 * slots)
    # The slots never idle, but for the trials and what is left at the end.
    assert course.seconds <= 1.06 * server.work / slots


@pytest.mark.large
@pytest.mark.parametrize("slots", [4, 8])
def test_lengths_that_nobody_tells_hide_a_queue_no_more_than_now_and_then(slots):
    means, losses = [], []
    for seed in range(40):
        server = Queue(slots)
        course = drive(server, 4000, lengths="exponential", told=False, seed=seed)
        means.append(course.mean(since=2000))
        losses.append(course.seconds * slots / server.work - 1)
    assert sorted(means)[20] <= 3 * slots
    assert sorted(means)[35] <= 6 * slots
    assert mean(losses) <= 0.03


@SEEDS
@TOLD
@KINDS
@pytest.mark.parametrize("most", [2, 4, 8, 16, 64, 200])
def test_a_server_that_does_them_all_at_once_keeps_the_width(most, lengths, told, seed):
    course = drive(parallel, 3000, most=most, lengths=lengths, told=told, seed=seed)
    assert mode(course.widths) == most
    # One of 200 takes long to find out that there is no queue.
    assert course.mean() >= (0.8 if most == 200 and not told else 0.9) * most


@SEEDS
@TOLD
@KINDS
def test_a_batching_server_slows_down_and_still_gets_more_done(lengths, told, seed):
    course = drive(batching, 6000, lengths=lengths, told=told, seed=seed)
    assert course.mean() >= 40


@SEEDS
@TOLD
@KINDS
def test_a_server_that_got_more_slots_gets_more_calls(lengths, told, seed):
    course = drive(Changing(4, 32, since=3000), 6000, lengths=lengths, told=told, seed=seed)
    assert course.reaches(lambda width: width >= 24, since=3000) <= 2000


@SEEDS
@KINDS
def test_a_server_that_got_fewer_slots_gets_fewer_calls(lengths, seed):
    course = drive(Changing(32, 4, since=3000), 6000, lengths=lengths, seed=seed)
    assert course.reaches(lambda width: width <= 16, since=3000) <= 2500


def test_when_the_queue_is_gone_it_widens_though_answers_have_become_longer():
    queue = Queue(4)

    def answer_at(now, in_flight, seconds):
        return queue(now, in_flight, seconds) if now < 2000 else now + 4 * seconds

    course = drive(answer_at, 8000, lengths="log-normal")
    then = next(n for n, at in enumerate(course.times) if at > 2000)
    assert course.widths[then] <= 16
    assert course.reaches(lambda width: width == 64, since=then) <= 2000


def test_an_answer_from_a_cache_does_not_make_the_others_slow():
    calls = 0

    def answer_at(now, in_flight, seconds):
        nonlocal calls
        calls += 1
        return now + (0.05 if calls == 2 else seconds)

    course = drive(answer_at, 4000, lengths="log-normal")
    assert set(course.widths) == {64}


def test_a_queue_that_was_there_before_the_first_answer_is_found_in_time():
    queue = Queue(4)

    def answer_at(now, in_flight, seconds):
        # The model is loaded first, so that even the first calls are slow.
        return queue(max(now, 20.0), in_flight, seconds)

    course = drive(answer_at, 8000)
    assert course.widths[-1] <= 16


def test_a_width_that_is_not_used_is_not_judged():
    width = Width(64)
    for number in range(5000):
        width.answered(
            Answer("respond", 0.1 + number / 100, 1 + number % 64), number / 100, busy=False
        )
    assert width.now == 64


def test_a_trial_that_work_does_not_last_for_is_taken_back():
    width, now = Width(64), 0.0
    for crowd in range(1, 200):
        now += 1.0
        width.answered(Answer("respond", float(min(crowd, 64)), min(crowd, 64)), now, busy=True)
    assert width.now == 32
    for _ in range(65):
        width.answered(Answer("respond", 1.0, 1), now, busy=False)
    assert width.now == 64


def test_running_out_of_time_again_and_again_halves_it():
    width = Width(8)
    for number in range(4):
        width.timed_out(float(number))
    assert width.now == 4
    width.answered(Answer("judge", 1.0, 1), 5.0, busy=False)
    width.timed_out(6.0)
    assert width.now == 4


def test_a_server_too_busy_for_half_of_them_while_it_answers_gets_half():
    width = Width(64)
    for _ in range(63):
        width.turned_away(1.0)
    width.outlasted(1.0, 2.0)
    assert width.now == 32
    width.outlasted(1.0, 3.0)
    assert width.now == 32


def test_a_few_that_are_turned_away_change_nothing():
    width = Width(64)
    for number in range(100):
        width.turned_away(float(number))
        width.turned_away(float(number))
        width.outlasted(float(number), number + 0.5)
    assert width.now == 64


def test_a_server_that_comes_back_after_turning_everyone_away_keeps_the_width():
    width = Width(8)
    for number in range(200):
        width.turned_away(float(number))
    width.outlasted(200.0, 201.0)
    assert width.now == 8
