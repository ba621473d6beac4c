"""The budget: reserved in full, settled at the real price, never overspent."""

import asyncio

import pytest

from codeclm.chat import Message, Reply, Request, Role
from codeclm.errors import BudgetSpent
from codeclm.pipeline.budget import Amount, Budget, most, paid
from codeclm.records import Usage
from codeclm.settings import Price, RunSettings

STRONG: Role = "strong"


def budget(spent=None, **caps):
    settings = RunSettings(strong="simulated:s", target="simulated:t", **caps)
    return Budget(settings, {"strong": spent or Usage()})


def test_a_reservation_covers_any_tokenizer():
    request = Request(
        step="respond",
        messages=(Message("system", "né"), Message("user", "abcd")),
        temperature=0,
        max_tokens=10,
    )
    assert most(request, Price(1_000_000, 2_000_000)) == Amount(1, 17, 27.0)
    assert most(request, None) == Amount(1, 17, 0.0)


def test_a_call_whose_bill_is_unknown_counts_in_full():
    reserved = Amount(1, 100, 1.0)
    assert paid(Reply(text="x"), reserved, Price(1, 1)) == reserved
    told = Reply(text="x", prompt_tokens=3, completion_tokens=4)
    assert paid(told, reserved, Price(1_000_000, 0)) == Amount(1, 7, 3.0)


def test_what_does_not_fit_waits_for_what_is_in_flight():
    async def work():
        capped = budget(budget_tokens=150)
        first = await capped.reserve(STRONG, Amount(1, 100, 0))
        second = asyncio.create_task(capped.reserve(STRONG, Amount(1, 100, 0)))
        await asyncio.sleep(0.01)
        assert not second.done()
        capped.settle(STRONG, first, Amount(1, 40, 0))
        await second
        capped.settle(STRONG, Amount(1, 100, 0), Amount(1, 100, 0))
        with pytest.raises(BudgetSpent):
            await capped.reserve(STRONG, Amount(1, 11, 0))
        await capped.reserve(STRONG, Amount(1, 10, 0))

    asyncio.run(work())


def test_what_a_run_has_spent_before_counts():
    async def work():
        with pytest.raises(BudgetSpent):
            await budget(Usage(calls=5), budget_calls=5).reserve(STRONG, Amount(1, 1, 0))
        with pytest.raises(BudgetSpent):
            await budget(Usage(cost_usd=0.9), budget_usd=1.0).reserve(STRONG, Amount(1, 1, 0.11))
        await budget(Usage(calls=5)).reserve(STRONG, Amount(1, 1, 5))

    asyncio.run(work())
