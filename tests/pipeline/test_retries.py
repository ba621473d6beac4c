"""How often a call is tried again: by what its model does for others, and by time."""

import random

import pytest

from codeclm.errors import (
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerAway,
    ServerBusy,
    ServerFailed,
)
from codeclm.pipeline.limits import Limits
from codeclm.pipeline.lines import Line
from codeclm.pipeline.retries import Attempts
from codeclm.providers.simulated import SimulatedProvider
from codeclm.settings import Endpoint

AWAY = ServerAway("HTTP 503", "Wait.")
BUSY = ServerBusy("server busy", "Wait.")


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    random.seed(4)
    return Clock()


@pytest.fixture
def line():
    endpoint = Endpoint(name="here")
    return Line(endpoint, "m", SimulatedProvider(endpoint, "m"), Limits(4), None, 120.0)


def outlast(line, clock, error, *, seconds=1e9, between=lambda: None):
    """Fail again and again for so many seconds; returns the attempts made and the time it took."""
    attempts, began = Attempts(line, clock), clock.now
    while clock.now - began < seconds:
        clock.now += 0.05
        try:
            clock.now += attempts.pause_after(error)
        except ProviderError as raised:
            return attempts.number, clock.now - began, raised
        between()
    return attempts.number, clock.now - began, None


def test_what_can_never_succeed_is_not_tried_again(line, clock):
    with pytest.raises(RequestRefused):
        Attempts(line, clock).pause_after(RequestRefused("no"))


@pytest.mark.parametrize(
    ("error", "times"), [(AWAY, 6), (BUSY, 40), (RateLimited("slow down"), 40)]
)
def test_a_call_that_fails_while_others_get_through_is_given_up(line, clock, error, times):
    line.succeeded(clock.now)
    number, _, raised = outlast(line, clock, error, between=lambda: line.succeeded(clock.now))
    assert raised is error
    assert number == times


def test_a_server_that_restarts_is_waited_for(line, clock):
    line.succeeded(clock.now)
    number, _, raised = outlast(line, clock, AWAY, seconds=90)
    assert raised is None
    assert number < 30


def test_one_that_does_not_come_back_is_given_up_and_then_the_run(line, clock):
    line.succeeded(clock.now)
    _, first, raised = outlast(line, clock, AWAY)
    assert raised is AWAY
    assert 120 <= first < 200
    began = clock.now
    for _ in range(9):
        *_, raised = outlast(line, clock, AWAY)
    assert raised is not None
    assert raised.stops_run
    assert raised.message.startswith(f"here:m failed {line.failed_attempts} times in a row. ")
    assert clock.now - began < 9 * 60


def test_a_question_over_which_a_server_fails_is_given_up_soon(line, clock):
    line.succeeded(clock.now)
    number, seconds, _ = outlast(line, clock, ServerFailed("HTTP 500"))
    assert number == 6
    assert seconds < 60


def test_one_that_was_never_there_is_given_up_soon(line, clock):
    number, seconds, raised = outlast(line, clock, AWAY)
    assert raised is AWAY
    assert number == 6
    assert seconds < 60


def test_one_that_loads_is_waited_for_though_it_has_never_answered(line, clock):
    number, seconds, raised = outlast(line, clock, BUSY)
    assert raised is BUSY
    assert 600 <= seconds < 720
    assert number < 60


@pytest.mark.parametrize("told", [None, 0.0, 0.01, 1.0])
def test_a_storm_of_refusals_is_sat_out_with_few_attempts(line, clock, told):
    number, seconds, raised = outlast(line, clock, RateLimited("slow down", retry_after=told))
    assert raised is not None
    assert 600 <= seconds < 720
    assert number < 60


def test_a_told_time_is_waited_for_with_jitter(line, clock):
    pause = Attempts(line, clock).pause_after(RateLimited("slow down", retry_after=20.0))
    assert 20 <= pause <= 25


def test_a_told_time_of_hours_ends_the_run_with_one_message(line, clock):
    with pytest.raises(RateLimited, match=r"asked again in 2\.0 hours") as raised:
        Attempts(line, clock).pause_after(RateLimited("slow down", retry_after=7200.0))
    assert raised.value.stops_run
