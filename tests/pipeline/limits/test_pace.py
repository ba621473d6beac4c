"""The pace: finds a limit it was not told, is not fooled by stray refusals, comes back."""

import pytest
from servers import Bucket, Outage, Strays, Window, drive

from codeclm.pipeline.limits.pace import Pace
from codeclm.pipeline.limits.stretch import Stretch


@pytest.mark.parametrize(
    ("burst", "least", "told", "refusal_takes"),
    [
        (50, 0.98, True, 0.005),
        (50, 0.98, False, 0.005),
        *(
            pytest.param(*values, marks=pytest.mark.large)
            for values in (
                (50, 0.98, True, 0.02),
                (50, 0.98, False, 0.001),
                (10, 0.95, True, 0.001),
                (10, 0.95, False, 0.02),
                (1, 0.9, True, 0.02),
                (1, 0.9, False, 0.001),
            )
        ),
    ],
)
def test_a_limit_that_was_not_told_is_found_and_used(burst, least, told, refusal_takes):
    course = drive(Bucket(50, burst).takes, 1500, told=told, refusal_takes=refusal_takes)
    assert 1500 / 50 / course.seconds >= least
    assert course.refused <= 0.02 * 1500


@pytest.mark.parametrize("rate", [5, 20, pytest.param(200, marks=pytest.mark.large)])
def test_other_limits_too(rate):
    course = drive(Bucket(rate, rate).takes, 20 * rate)
    assert 20 / course.seconds >= 0.95
    assert course.refused <= max(25, 0.02 * 20 * rate)


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_stray_refusals_do_not_slow_it_down(share):
    undisturbed = drive(lambda now: (True, 0.0), 6000)
    disturbed = drive(Strays(share).takes, 6000)
    assert undisturbed.seconds / disturbed.seconds >= 0.85


def test_a_server_without_a_limit_is_used_in_full():
    assert drive(lambda now: (True, 0.0), 6000).seconds <= 1.05 * 6000 * 0.2 / 64


def test_a_window_that_is_used_up_is_waited_for():
    course = drive(Window(15, 60.0).takes, 60, told=True)
    assert course.seconds <= 4.5 * 60
    assert course.refused <= 20
    tenths = drive(Window(500, 10.0).takes, 1500, told=True)
    assert tenths.seconds <= 1.1 * 1500 / 50
    assert tenths.refused <= 0.03 * 1500


@pytest.mark.large
def test_a_limit_and_strays_together_are_both_survived():
    bucket, strays = Bucket(50, 50), Strays(0.05)

    def takes(now):
        taken, after = bucket.takes(now)
        return (taken and strays.takes(now)[0]), after

    course = drive(takes, 3000)
    assert 3000 / 50 / course.seconds >= 0.75
    assert course.refused <= 0.2 * 3000


@pytest.mark.parametrize("told", [True, False])
def test_after_an_outage_it_is_as_fast_as_before(told):
    course = drive(Outage(30.0).takes, 6000, told=told)
    assert course.seconds <= 30 + 3 * 6000 * 0.2 / 64


def test_an_outage_from_the_first_send_on_is_one_whatever_the_clock_shows():
    first, later = (drive(Outage(1.0).takes, 200, told=True, began=at) for at in (0.0, 2.0**20))
    assert first.seconds <= 1.0 + 1.5
    assert later.seconds == pytest.approx(first.seconds, abs=0.1)
    assert later.refused == first.refused


def test_a_few_refusals_change_nothing():
    pace = Pace()
    numbers = [pace.sent(number / 100) for number in range(100)]
    for number in numbers[::20]:
        pace.refused(number, number / 100, number / 100 + 0.01, None)
    assert pace.rate is None


def test_the_first_sends_come_ever_faster():
    pace, now, gaps = Pace(), 0.0, []
    for _ in range(64):
        pace.sent(now)
        gaps.append(pace.wait(now))
        now += gaps[-1]
    assert gaps[0] > gaps[30] > gaps[62] > 0
    assert now < 0.2
    assert gaps[63] == 0


def test_a_slow_beginning_is_no_trouble():
    pace = Pace()
    for hour in range(100):
        pace.sent(hour * 3600.0)
        assert pace.wait(hour * 3600.0) < 0.01


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("stalls", [0.003, 0.01])
def test_a_busy_machine_is_refused_a_few_times_more(stalls, told):
    courses = [
        drive(Bucket(50, 50).takes, 200, latency=0.05, told=told, stalls=stalls, seed=seed)
        for seed in range(20)
    ]
    assert max(course.refused for course in courses) <= 90
    assert max(course.seconds for course in courses) <= 1.4 * 3


@pytest.mark.parametrize("windows", [3, 6, 10])
def test_time_in_which_nothing_was_sent_says_nothing_of_a_window(windows):
    requests = 2 * 15 * windows
    course = drive(Window(15, 60.0).takes, requests, told=True, silence=3600.0)
    assert course.seconds - 3600 <= 1.25 * 60 * 2 * windows
    assert course.refused <= 0.1 * requests + 20


def test_refusals_that_overtake_each_other_are_not_more_than_all():
    stretch = Stretch(10, 0.0)
    stretch.refused = 3
    assert stretch.share_refused(10) == 1.0
