"""The arithmetic that wall times are compared with."""

import pytest

from bench import ideals
from bench.service import Fault


def test_slots_are_busy_all_the_time():
    assert ideals.in_slots(2_000, 0.2, 64) == pytest.approx(6.25)
    assert ideals.in_queue(2_000, 0.05, 4) == pytest.approx(25)


def test_the_busiest_model_sets_the_pace_of_the_method_after_encoding():
    calls = {"big": 64 * 30, "small": 64 * 40, "judge": 64 * 50}
    assert ideals.method(calls, 64, 0.2, 64) == pytest.approx(0.2 + 50 * 0.2)
    calls = {"big": 64 * 60, "small": 64 * 40, "judge": 64 * 50}
    assert ideals.method(calls, 128, 0.2, 64) == pytest.approx(0.4 + 58 * 0.2)


def test_a_small_run_of_the_method_cannot_be_faster_than_its_longest_chain():
    assert ideals.method({"big": 50, "small": 9}, 2, 0.2, 64) == pytest.approx(0.2 + 12 * 0.2)


def test_without_faults_there_is_nothing_to_add():
    assert ideals.with_faults(640, 0.2, 64, 2.0, {}) == pytest.approx(2.0)


def test_every_fault_costs_its_own_time():
    half = {fault: ideals.with_faults(640, 0.2, 64, 2.0, {fault: 0.5}) for fault in Fault}
    # Half of all arrivals go wrong: twice the arrivals, each good one 0.2 s.
    assert half[Fault.SLOW_DOWN] == half[Fault.FAILED] == pytest.approx(2.0)
    assert half[Fault.RESET] == half[Fault.TRUNCATE] == pytest.approx(4.0)
    assert half[Fault.HANG] == pytest.approx(2.0 + 640 * 2.0 / 64)


def test_the_promised_faults_together():
    assert sum(ideals.FAULTS.values()) == pytest.approx(0.17)
    arrivals = 2_000 / 0.83
    assert ideals.with_faults(2_000, 0.2, 64, 2.0) == pytest.approx(
        arrivals * (0.89 * 0.2 + 0.01 * 2.0) / 64
    )


def test_what_a_limit_lets_through_at_once_waits_for_nothing():
    assert ideals.under_limit(1_500, 3_000) == pytest.approx(30)
    assert ideals.under_limit(1_500, 3_000, burst=50) == pytest.approx(29)
    assert ideals.under_limit(10, 3_000, burst=50) == 0
