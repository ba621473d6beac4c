"""The caps of a run: every call is reserved in full before it is sent, then settled."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from codeclm.chat import ROLES, Reply, Request, Role
from codeclm.errors import BudgetSpent
from codeclm.records import Amount, Usage
from codeclm.settings import Caps, Price, RunSettings


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


class _Purse:
    """One cap: what is spent and reserved against it. ``of`` names the role it is for, if one."""

    def __init__(self, caps: Caps, spent: Usage, of: Role | None = None) -> None:
        self._caps = caps
        self._of = of
        self._spent = Amount(
            spent.calls + spent.unbilled_calls,
            spent.tokens + spent.unbilled_tokens,
            (spent.cost_usd or 0.0) + spent.unbilled_usd,
        )
        self._reserved = Amount()
        self.in_flight = 0

    def exceeded(self, amount: Amount) -> str:
        """What ``amount`` does not fit under, in our words; empty when it fits."""
        total = self._spent + self._reserved + amount
        caps, spent = self._caps, self._spent
        if caps.calls is not None and total.calls > caps.calls:
            return self._told(f"{caps.calls:,} calls", f"{spent.calls:,}")
        if caps.tokens is not None and total.tokens > caps.tokens:
            needs = f"; the next call may take {amount.tokens:,}"
            return self._told(f"{caps.tokens:,} tokens", f"{spent.tokens:,}") + needs
        if caps.usd is not None and total.usd > caps.usd:
            needs = f"; the next call may cost ${amount.usd:.4f}"
            return self._told(f"${caps.usd:g}", f"${spent.usd:.4f}") + needs
        return ""

    def reserve(self, amount: Amount) -> None:
        self._reserved += amount
        self.in_flight += 1

    def settle(self, reserved: Amount, paid: Amount) -> None:
        self._reserved -= reserved
        self._spent += paid
        self.in_flight -= 1

    def _told(self, cap: str, spent: str) -> str:
        whose = f" for the {self._of} model" if self._of else ""
        return f"{spent} of {cap}{whose} are spent"


class Budget:
    """What a run has spent and reserved against its caps, of each role and of all together."""

    def __init__(self, settings: RunSettings, spent: Mapping[Role, Usage]) -> None:
        total = _Purse(settings.caps(), sum(spent.values(), Usage()))
        self._purses: dict[Role, list[_Purse]] = {role: [total] for role in ROLES}
        for role, purses in self._purses.items():
            if role in settings.role_budgets:
                purses.append(_Purse(settings.caps(role), spent.get(role, Usage()), role))
        self._settled = asyncio.Event()
        #: Whether anything is capped at all.
        self.is_capped = any(
            caps != Caps() for caps in (settings.caps(), *settings.role_budgets.values())
        )

    async def reserve(self, role: Role, amount: Amount) -> Amount:
        """Set ``amount`` aside, waiting while calls in flight may still turn out cheaper.

        Raises ``BudgetSpent`` when it does not fit and nothing is in flight that could make room.
        """
        purses = self._purses[role]
        while short := [purse for purse in purses if purse.exceeded(amount)]:
            for purse in short:
                if not purse.in_flight:
                    raise BudgetSpent(
                        f"Budget: {purse.exceeded(amount)}.",
                        "Raise the cap, then resume: nothing that was paid for is asked again.",
                    )
            await self._settled.wait()
        for purse in purses:
            purse.reserve(amount)
        return amount

    def settle(self, role: Role, reserved: Amount, paid: Amount) -> None:
        """Replace a reservation by what the call really came to."""
        for purse in self._purses[role]:
            purse.settle(reserved, paid)
        # Everyone who waits looks again; whoever comes later waits for the next one.
        self._settled.set()
        self._settled.clear()
