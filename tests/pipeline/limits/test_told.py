"""Told limits: a bucket's and a window's are told apart, used in full, and hardly overrun."""

import heapq
import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean

import pytest

from codeclm.chat import Allowance
from codeclm.pipeline.limits.pace import Pace
from codeclm.pipeline.limits.told import ToldLimit

SEEDS = pytest.mark.parametrize("seeds", [4, pytest.param(12, marks=pytest.mark.large)])
NAMES_WAIT = pytest.mark.parametrize("names_wait", [True, False], ids=["wait", "no-wait"])
#: How a reset is written.
ROUNDED = {"exactly": float, "up": math.ceil, "down": math.floor}


@dataclass
class Bucket:
    """``limit`` requests at once, of which one comes back every ``seconds / limit``."""

    limit: int
    seconds: float
    used: float = 0.0
    at: float = 0.0

    def sees(self, now: float) -> tuple[bool, float]:
        """Whether a request is taken, and after how many seconds one would be."""
        rate = self.limit / self.seconds
        self.used = max(0.0, self.used - (now - self.at) * rate)
        self.at = now
        if self.used + 1 > self.limit + 1e-9:
            return False, (self.used + 1 - self.limit) / rate
        self.used += 1
        return True, 0.0

    def tells(self, now: float) -> tuple[int, float]:
        """What is left, and the reset."""
        return max(0, math.floor(self.limit - self.used)), self.used * self.seconds / self.limit

    def used_of(self, taken: list[float]) -> float:
        """The share used of what could be taken from the first request to the last."""
        return len(taken) / (self.limit + (taken[-1] - taken[0]) * self.limit / self.seconds)


@dataclass
class Window:
    """``limit`` requests in all of each window; the first one ends at ``ends``."""

    limit: int
    seconds: float
    ends: float
    used: int = 0

    def sees(self, now: float) -> tuple[bool, float]:
        if now >= self.ends:
            self.ends += self.seconds * (1 + math.floor((now - self.ends) / self.seconds))
            self.used = 0
        if self.used >= self.limit:
            return False, self.ends - now
        self.used += 1
        return True, 0.0

    def tells(self, now: float) -> tuple[int, float]:
        return self.limit - self.used, self.ends - now

    def used_of(self, taken: list[float]) -> float:
        """The share used of all windows but the first and the last."""
        counts = Counter(math.floor((at - self.ends) / self.seconds) for at in taken)
        whole = range(min(counts) + 1, max(counts))
        return mean(counts[number] / self.limit for number in whole)


@dataclass(frozen=True)
class Course:
    """How it went: the share of the limit that was used, and of all requests that was refused."""

    used: float
    refused: float


class Run:
    """Sends ``requests``, 64 at once, as the limit and the pace let them go, refused ones again.

    Requests overtake each other. Answers take 2 s, or less where the limit is higher.
    """

    def __init__(self, server, requests, rounded, on_replies, names_wait, seed):
        self.server, self.on_replies, self.names_wait = server, on_replies, names_wait
        self.shown = ROUNDED[rounded]
        self.chance, self.pace = random.Random(seed), Pace()
        self.limit: ToldLimit | None = None
        self.events: list[tuple[float, int, Callable, tuple]] = []
        self.now, self.look, self.order = 0.0, 0.0, 0
        self.ready, self.in_flight, self.refused = requests, 0, 0
        self.taken: list[float] = []

    def play(self):
        self.send()
        while self.events:
            self.now, _, happens, about = heapq.heappop(self.events)
            happens(*about)
            self.send()

    def later(self, seconds, happens, *about):
        self.order += 1
        heapq.heappush(self.events, (self.now + seconds, self.order, happens, about))

    def send(self):
        while self.ready and self.in_flight < 64:
            wait = self.limit.wait(1, self.now) if self.limit else 0.0
            wait = max(wait, self.pace.wait(self.now))
            if wait > 0:
                if not self.now < self.look <= self.now + wait:
                    self.look = self.now + max(wait, 1e-4)
                    self.later(self.look - self.now, lambda: None)
                return
            self.ready, self.in_flight = self.ready - 1, self.in_flight + 1
            number = self.pace.sent(self.now)
            if self.limit:
                self.limit.take(1, self.now)
            self.later(self.chance.uniform(0.01, 0.03), self.arrives, number, self.now)

    def arrives(self, number, sent_at):
        is_taken, after = self.server.sees(self.now)
        left, reset = self.server.tells(self.now)
        told = Allowance(left, self.server.limit, float(self.shown(reset)))
        if is_taken:
            self.taken.append(self.now)
            seconds = min(2.0, 30 * self.server.seconds / self.server.limit)
            seconds *= self.chance.lognormvariate(0, 0.5)
            self.later(seconds, self.is_answered, number, sent_at, told)
        else:
            wait = float(self.shown(after)) if self.names_wait else None
            self.later(0.02, self.is_refused, number, sent_at, told, wait)

    def is_answered(self, number, sent_at, told):
        self.in_flight -= 1
        if self.on_replies:
            self.limit = self.limit or ToldLimit(told)
            self.limit.learn(told, self.now - sent_at, self.pace.count - number, self.now)

    def is_refused(self, number, sent_at, told, wait):
        self.in_flight -= 1
        self.refused += 1
        self.limit = self.limit or ToldLimit(told)
        ago, since = self.now - sent_at, self.pace.count - number
        if self.limit.refused(told, ago, since, self.now, amount=1, retry_after=wait):
            self.pace.excused()
        else:
            self.pace.refused(number, sent_at, self.now, wait)
        pause = (
            self.chance.uniform(0.1, 1.5) if wait is None else wait * self.chance.uniform(1, 1.5)
        )
        self.later(pause, self.comes_again)

    def comes_again(self):
        self.ready += 1


def drive(server, requests, *, rounded="exactly", on_replies=True, names_wait=True, seed=0):
    """How a server's limit is used that tells its headers so."""
    run = Run(server, requests, rounded, on_replies, names_wait, seed)
    run.play()
    return Course(server.used_of(run.taken), run.refused / (requests + run.refused))


def window(limit, seconds, seed):
    return Window(limit, seconds, seconds * random.Random(seed).uniform(0.2, 1.0))


def bucket(limit, seconds, _seed):
    return Bucket(limit, seconds)


def holds(seeds, place, limit, seconds, requests, *, used=0.95, refused=0.02, **told):
    """Whether so much of the limit is used and no more is refused, in the mean of many."""
    courses = [
        drive(place(limit, seconds, seed), requests, seed=seed, **told) for seed in range(seeds)
    ]
    assert mean(course.used for course in courses) >= used
    assert mean(course.refused for course in courses) <= refused
    assert max(course.refused for course in courses) <= max(0.08, 1.5 * refused)


@SEEDS
@NAMES_WAIT
@pytest.mark.parametrize("rounded", ROUNDED)
@pytest.mark.parametrize("place", [window, bucket])
@pytest.mark.parametrize(("limit", "seconds"), [(600, 60.0), (60, 60.0)])
def test_a_minutes_limit_is_used_in_full(seeds, place, limit, seconds, rounded, names_wait):
    told = {"rounded": rounded, "names_wait": names_wait}
    holds(seeds, place, limit, seconds, 8 * limit, **told)
    holds(seeds, place, limit, seconds, 8 * limit, on_replies=False, refused=0.025, **told)


@SEEDS
@NAMES_WAIT
@pytest.mark.parametrize("rounded", ROUNDED)
def test_a_window_of_ten_seconds_is_used_in_full(seeds, rounded, names_wait):
    told = {"rounded": rounded, "names_wait": names_wait}
    holds(seeds, window, 100, 10.0, 2000, **told)
    # Of full seconds, on refusals alone that name no wait, it takes a while to learn.
    used = 0.95 if names_wait or rounded == "exactly" else 0.85
    holds(seeds, window, 100, 10.0, 2000, on_replies=False, used=used, **told)


@SEEDS
@pytest.mark.parametrize("on_replies", [True, False])
@pytest.mark.parametrize("rounded", ROUNDED)
def test_a_bucket_of_ten_seconds_is_used_in_full(seeds, rounded, on_replies):
    # 9.9 seconds cut off to 9 are a rate a tenth too high, of which half is taken back.
    most = 0.05 if rounded == "down" else 0.02
    told = {"rounded": rounded, "on_replies": on_replies}
    holds(seeds, bucket, 100, 10.0, 2000, used=0.94, refused=most, **told)


@SEEDS
@pytest.mark.parametrize("on_replies", [True, False])
@pytest.mark.parametrize("rounded", ROUNDED)
@pytest.mark.parametrize("place", [window, bucket])
def test_a_seconds_limit_is_used_in_full(seeds, place, rounded, on_replies):
    # The first refusals, of 64 requests that are sent at once, are a good part.
    holds(seeds, place, 10, 1.0, 2500, rounded=rounded, on_replies=on_replies, refused=0.025)


def test_a_window_is_told_from_a_bucket_by_its_reset():
    limit = ToldLimit(Allowance(99, 100, 60.0))
    # Much more is used, and yet the reset has come nearer.
    for second in range(1, 11):
        now, left = float(second), 100 - 10 * second
        limit.take(10, now)
        limit.learn(Allowance(left, 100, 60.0 - second), 0.0, 0, now)
    assert limit.wait(1, 10.0) == pytest.approx(50.0, abs=1.5)


def test_a_bucket_is_told_from_a_window_by_its_reset():
    limit = ToldLimit(Allowance(99, 100, 0.6))
    for second in range(1, 11):
        left = 100 - 10 * second
        limit.take(10, float(second))
        limit.learn(Allowance(left, 100, 0.6 * 10 * second + 0.01), 0.0, 0, float(second))
    while not limit.wait(1, 10.0):
        limit.take(1, 10.0)
    # One more fits long before all of it is back.
    assert limit.wait(1, 10.0) < 1


def test_what_others_use_of_a_window_is_left_to_them():
    limit = ToldLimit(Allowance(100, 100, 10.1))
    limit.refused(Allowance(0, 100, 10.1), 0.0, 0, 0.0, amount=1, retry_after=10.1)
    assert limit.wait(1, 0.0) > 10
    # A new window: each call of ours is accompanied by two of others.
    now, sent = 10.2, 0
    while limit.wait(1, now) < 1:
        now += limit.wait(1, now) + 0.05
        limit.take(1, now)
        sent += 1
        limit.learn(Allowance(max(0, 100 - 3 * sent), 100, 20.1 - now), 0.0, 0, now)
    assert 30 <= sent <= 42


@pytest.mark.parametrize("hours", [3, 24])
def test_a_reset_in_hours_shows(hours):
    limit = ToldLimit(Allowance(0, 100, 3600.0 * hours))
    limit.refused(Allowance(0, 100, 3600.0 * hours), 0.0, 0, 0.0, amount=1, retry_after=None)
    # One more call is tried within a minute; when that is refused as well, it is a window.
    now = limit.wait(1, 0.0)
    assert now <= 60
    limit.take(1, now)
    limit.refused(Allowance(0, 100, 3600.0 * hours - now), 0.0, 0, now, amount=1, retry_after=None)
    assert limit.wait(1, now) > 3600 * (hours - 1)
