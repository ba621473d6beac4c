"""The cap of a run: every call is reserved in full before it is sent, then settled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from codeclm.chat import Reply, Request
from codeclm.errors import BudgetSpent
from codeclm.records import Usage
from codeclm.settings import Price, RunSettings


@dataclass(frozen=True, slots=True)
class Amount:
    """Some calls, tokens and US dollars."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.calls + other.calls, self.tokens + other.tokens, self.usd + other.usd)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.calls - other.calls, self.tokens - other.tokens, self.usd - other.usd)


def most(request: Request, price: Price | None) -> Amount:
    """The most a call can come to: a tokenizer never gives more tokens than there are bytes."""
    prompt = sum(len(message.content.encode()) for message in request.messages)
    usd = price.of(prompt, request.max_tokens) if price else 0.0
    return Amount(1, prompt + request.max_tokens, usd)


def is_unbilled(reply: Reply) -> bool:
    """Whether the server did not say how many tokens a reply took."""
    return reply.prompt_tokens is None or reply.completion_tokens is None


def paid(reply: Reply, reserved: Amount, price: Price | None) -> Amount:
    """What a call came to; all that was reserved when the server gave no token counts."""
    if reply.prompt_tokens is None or reply.completion_tokens is None:
        return reserved
    usd = price.of(reply.prompt_tokens, reply.completion_tokens) if price else 0.0
    return Amount(1, reply.prompt_tokens + reply.completion_tokens, usd)


class Budget:
    """What a run has spent and reserved against its caps; None caps nothing."""

    def __init__(self, settings: RunSettings, spent: Usage) -> None:
        self._caps = (settings.budget_calls, settings.budget_tokens, settings.budget_usd)
        tokens = spent.prompt_tokens + spent.completion_tokens + spent.unbilled_tokens
        usd = (spent.cost_usd or 0.0) + spent.unbilled_usd
        self._spent = Amount(spent.calls + spent.unbilled_calls, tokens, usd)
        self._reserved = Amount()
        self._in_flight = 0
        self._changed = asyncio.Condition()

    async def reserve(self, amount: Amount) -> Amount:
        """Set ``amount`` aside, waiting while calls in flight may still turn out cheaper.

        Raises ``BudgetSpent`` when it does not fit and nothing is in flight.
        """
        async with self._changed:
            while not self._fits(amount):
                if not self._in_flight:
                    raise BudgetSpent(
                        "The budget of this run does not cover its next call.",
                        "Raise the cap, then resume: nothing that was paid for is asked again.",
                    )
                await self._changed.wait()
            self._reserved += amount
            self._in_flight += 1
        return amount

    async def settle(self, reserved: Amount, paid: Amount) -> None:
        """Replace a reservation by what the call really came to."""
        async with self._changed:
            self._reserved -= reserved
            self._spent += paid
            self._in_flight -= 1
            self._changed.notify_all()

    def _fits(self, amount: Amount) -> bool:
        total = self._spent + self._reserved + amount
        return all(
            cap is None or value <= cap
            for cap, value in zip(self._caps, (total.calls, total.tokens, total.usd), strict=True)
        )
