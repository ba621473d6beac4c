"""Turns on one line: in order, as many as there are slots, and nobody is forgotten."""

import asyncio
import random
import time

import pytest

from codeclm.chat import Allowance, Message, Reply, Request
from codeclm.errors import RateLimited
from codeclm.pipeline.limits import Limits

REQUEST = Request(
    step="respond", messages=(Message("user", "a" * 400),), temperature=0.7, max_tokens=64
)


async def call(limits, done, name, seconds=0.01, reply=None):
    async with limits.slot(REQUEST) as ticket:
        await asyncio.sleep(seconds)
        limits.answered(ticket, reply or Reply(text="x"), seconds)
        done.append(name)


def test_slots_are_given_in_the_order_of_asking():
    async def work():
        limits, done = Limits(1), []
        await asyncio.gather(*(call(limits, done, number) for number in range(8)))
        return done, limits.in_flight

    assert asyncio.run(work()) == (list(range(8)), 0)


def test_no_more_than_the_width_are_in_flight():
    async def work():
        limits, peak = Limits(3), 0

        async def one():
            nonlocal peak
            async with limits.slot(REQUEST):
                peak = max(peak, limits.in_flight)
                await asyncio.sleep(0.05)

        await asyncio.gather(*(one() for _ in range(12)))
        return peak

    assert asyncio.run(work()) == 3


def test_whoever_is_cancelled_while_waiting_keeps_no_slot():
    async def work():
        limits, done = Limits(1), []
        first = asyncio.create_task(call(limits, done, "first"))
        second = asyncio.create_task(call(limits, done, "second"))
        third = asyncio.create_task(call(limits, done, "third"))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, third)
        with pytest.raises(asyncio.CancelledError):
            await second
        return done, limits.in_flight

    assert asyncio.run(work()) == (["first", "third"], 0)


def test_whoever_is_cancelled_at_their_turn_keeps_no_slot():
    async def work():
        limits, done = Limits(1), []
        async with limits.slot(REQUEST):
            waiting = asyncio.create_task(call(limits, done, "never"))
            await asyncio.sleep(0)
        # The turn is given; before the task runs it is cancelled.
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(call(limits, done, "after"), 1)
        return done, limits.in_flight

    assert asyncio.run(work()) == (["after"], 0)


def test_release_lets_everyone_through_at_once():
    async def work():
        limits, done = Limits(4, rpm=1), []
        calls = [asyncio.create_task(call(limits, done, number)) for number in range(5)]
        await asyncio.sleep(0.05)
        assert done == [0]
        limits.release()
        await asyncio.wait_for(asyncio.gather(*calls), 1)
        return limits.in_flight

    assert asyncio.run(work()) == 0


def test_a_cap_on_requests_holds():
    async def work():
        limits, done = Limits(64, rpm=600), []
        began = time.monotonic()
        await asyncio.gather(*(call(limits, done, number) for number in range(20)))
        return time.monotonic() - began

    # Ten at once, the other ten at ten a second.
    assert 0.9 <= asyncio.run(work()) <= 2.0


@pytest.mark.large
def test_a_cap_on_tokens_counts_what_calls_really_took():
    async def work():
        # 120 tokens each: a thousand at once, then a thousand a second.
        limits, done = Limits(64, tpm=60_000), []
        reply = Reply(text="x", prompt_tokens=100, completion_tokens=20)
        began = time.monotonic()
        for number in range(24):
            await call(limits, done, number, seconds=0, reply=reply)
        return time.monotonic() - began

    assert 1.5 <= asyncio.run(work()) <= 4.0


def test_what_a_server_says_is_left_is_waited_for():
    async def work():
        limits, done = Limits(64), []
        told = Reply(text="x", requests_left=Allowance(1, 100, 19.8))
        await call(limits, done, "first", reply=told)
        began = time.monotonic()
        await asyncio.gather(*(call(limits, done, number) for number in range(3)))
        return time.monotonic() - began

    # One is left, and 99 come back in 19.8 seconds: five a second.
    assert 0.3 <= asyncio.run(work()) <= 1.0


def test_a_refusal_that_says_what_is_left_is_believed_as_well():
    async def work():
        limits, done = Limits(64), []
        async with limits.slot(REQUEST) as ticket:
            limits.failed(ticket, RateLimited("", requests_left=Allowance(0, 10, 2.0)))
        began = time.monotonic()
        await call(limits, done, "next")
        return time.monotonic() - began

    assert 0.15 <= asyncio.run(work()) <= 1.0


@pytest.mark.parametrize("seed", range(5))
def test_however_many_are_cancelled_no_slot_is_lost(seed):
    async def work():
        chance, limits, done = random.Random(seed), Limits(3), []
        calls = [
            asyncio.create_task(call(limits, done, number, chance.uniform(0, 0.01)))
            for number in range(60)
        ]
        for task in chance.sample(calls, 40):
            await asyncio.sleep(chance.choice([0, 0, 0.002]))
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert limits.in_flight == 0
        await asyncio.wait_for(asyncio.gather(*(call(limits, done, n) for n in range(6))), 1)
        return limits.in_flight

    assert asyncio.run(work()) == 0


class Broken(Limits):
    """Limits that cannot tell how long to wait, or cannot count, while ``breaks`` says so."""

    breaks = ""

    def _delay(self, ticket, now):
        if self.breaks == "delay":
            raise ZeroDivisionError
        return super()._delay(ticket, now)

    def _count(self, ticket, now):
        if self.breaks == "count":
            raise ZeroDivisionError
        super()._count(ticket, now)


@pytest.mark.parametrize("breaks", ["delay", "count"])
def test_what_goes_wrong_is_raised_where_a_turn_is_waited_for(breaks):
    async def work():
        limits, done = Broken(1), []
        first = asyncio.create_task(call(limits, done, "first"))
        waiting = [asyncio.create_task(call(limits, done, number)) for number in range(3)]
        await asyncio.sleep(0)
        limits.breaks = breaks
        await first
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, ZeroDivisionError)
        with pytest.raises(ZeroDivisionError):
            await call(limits, done, "at once")
        limits.breaks = ""
        await asyncio.wait_for(call(limits, done, "after"), 1)
        return done, limits.in_flight

    assert asyncio.run(work()) == (["first", "after"], 0)


@pytest.mark.parametrize("breaks", ["delay", "count"])
def test_release_lets_everyone_through_whatever_is_wrong(breaks):
    async def work():
        limits, done = Broken(1), []
        calls = [asyncio.create_task(call(limits, done, number)) for number in range(4)]
        await asyncio.sleep(0)
        limits.breaks = breaks
        limits.release()
        await asyncio.wait_for(asyncio.gather(*calls, call(limits, done, "late")), 1)
        return len(done), limits.in_flight

    assert asyncio.run(work()) == (5, 0)


def test_a_wait_of_hours_ends_the_run():
    async def work():
        limits, done = Limits(2, name="openai:big"), []
        left = Allowance(0, 100, 3 * 3600.0 + 1)
        error = RateLimited("", retry_after=3 * 3600.0, requests_left=left)
        async with limits.slot(REQUEST) as ticket:
            waiting = [asyncio.create_task(call(limits, done, number)) for number in range(3)]
            await asyncio.sleep(0)
            limits.failed(ticket, error)
        for outcome in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(outcome, RateLimited)
            assert outcome.stops_run
            assert "openai:big wants to be asked again in 3.0 hours. Resume then" in str(outcome)
        return limits.in_flight

    assert asyncio.run(work()) == 0


def test_a_persons_cap_is_waited_for_however_long_it_takes():
    async def work():
        now = 0.0
        limits, done = Limits(4, rpm=1, tpm=1, clock=lambda: now), []
        calls = [asyncio.create_task(call(limits, done, number)) for number in range(3)]
        await asyncio.sleep(0.03)
        waiting = [task for task in calls if not task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return done, len(waiting)

    assert asyncio.run(work()) == ([0], 2)
