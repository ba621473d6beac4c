"""Turns on one line: in order, as many as there are slots, and nobody is forgotten."""

import asyncio
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
