"""Sending one request until there is a reply: set aside, in turn, tried again by kind, settled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeclm.chat import Reply, Request, Role
from codeclm.errors import BodyBroken, BudgetSpent, ConnectionLost, ProviderError, TimedOut
from codeclm.pipeline import budget as budgets
from codeclm.pipeline.budget import Budget
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.limits import Ticket
from codeclm.pipeline.lines import Line
from codeclm.pipeline.retries import Attempts
from codeclm.records import Amount
from codeclm.store import bills

if TYPE_CHECKING:
    from sqlite_utils import Database


class Stopped(Exception):
    """The run is stopping: nothing new is asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and what it took to get it. ``latency`` is in seconds, ``cost_usd`` None if unknown.

    ``reserved`` is what is set aside for it until it is recorded.
    """

    reply: Reply
    role: Role
    cost_usd: float | None
    latency: float
    attempt: int
    reserved: Amount


@asynccontextmanager
async def answered(
    line: Line,
    request: Request,
    *,
    turn: Callable[[], AbstractAsyncContextManager[Ticket]],
    failed: Callable[[BaseException], Awaitable[None]],
    rest: Callable[[float], Awaitable[None]],
) -> AsyncIterator[tuple[Reply, float, int]]:
    """The reply to a request, its latency in seconds and the number of its attempt.

    ``turn`` is a slot of the line's, held until the block ends, ``failed`` hears of each attempt
    without a reply, and ``rest`` waits for so many seconds before the next one. Raises
    ``ProviderError`` when there is no use in asking again.
    """
    attempts = Attempts(line)
    while True:
        async with turn() as ticket:
            try:
                reply, latency = await line.ask(request)
            except BaseException as error:
                line.limits.failed(ticket, error)
                await failed(error)
                if not isinstance(error, ProviderError):
                    raise
                pause = attempts.pause_after(error)
            else:
                line.succeeded(time.monotonic())
                line.limits.answered(ticket, reply, latency)
                yield reply, latency, attempts.number
                return
        await rest(pause)


async def rest(seconds: float, stopping: asyncio.Event) -> None:
    """Wait before the next attempt, holding no slot. Raises ``Stopped`` when that ends the wait."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
    raise Stopped


class Sender:
    """Sends the requests of one run, within its budget and its servers' limits."""

    def __init__(self, run: int, journal: Journal, budget: Budget) -> None:
        self._run = run
        self._journal = journal
        self._budget = budget
        self._stopping = asyncio.Event()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """Send nothing new; whoever waits for a turn has to be released besides."""
        self._stopping.set()

    def refuse_if_stopping(self) -> None:
        """Raise ``Stopped`` once nothing new is to be sent."""
        if self.is_stopping:
            raise Stopped

    @asynccontextmanager
    async def answer(self, line: Line, role: Role, request: Request) -> AsyncIterator[Answer]:
        """The answer to a request; its slot is held until the block, which records it, ends.

        Raises ``ProviderError`` when there is no use in asking again, ``BudgetSpent`` when it does
        not fit under a cap, ``Stopped``.
        """
        most = budgets.most(request, line.price)
        async with answered(
            line,
            request,
            turn=lambda: self._turn(line, role, request, most),
            failed=lambda error: self._forgo(role, most, is_billed=_may_be_billed(error)),
            rest=self._rest,
        ) as (reply, latency, attempt):
            self._budget.settle(role, most, budgets.paid(reply, most, line.price))
            yield Answer(reply, role, line.cost(reply), latency, attempt, most)

    def settle(self, db: Database, answer: Answer) -> None:
        """Take back what was set aside for an answer, where it is recorded."""
        bills.settle(db, self._run, answer.role, answer.reserved)
        if budgets.is_unbilled(answer.reply):
            more = answer.reserved - Amount(calls=1)
            bills.add_unbilled(db, self._run, answer.role, more)

    @asynccontextmanager
    async def _turn(
        self, line: Line, role: Role, request: Request, most: Amount
    ) -> AsyncIterator[Ticket]:
        """A slot, with the most that the call can come to set aside.

        Setting aside comes first: a commit between the turn and the send would make sends come in
        bursts, which the pace is there to prevent.
        """
        async with AsyncExitStack() as stack:
            async with line.ahead:
                await self._reserve(role, most)
                try:
                    ticket = await stack.enter_async_context(line.limits.slot(request))
                    self.refuse_if_stopping()
                except BaseException:
                    await self._forgo(role, most, is_billed=False)
                    raise
            yield ticket

    async def _reserve(self, role: Role, most: Amount) -> None:
        """Set aside the most a call can come to, on disk as well, where a kill leaves it."""
        try:
            await self._budget.reserve(role, most)
        except BudgetSpent:
            self.refuse_if_stopping()
            raise

        def write(db: Database) -> None:
            bills.reserve(db, self._run, role, most)

        if not self._budget.is_capped:
            # Only what is told after a kill rests on it: no call needs to wait for the disk.
            self._journal.note(write)
            return
        try:
            await self._journal.commit(write)
        except asyncio.CancelledError:
            # It was written all the same, and will not be sent.
            await self._forgo(role, most, is_billed=False)
            raise

    async def _forgo(self, role: Role, reserved: Amount, *, is_billed: bool) -> None:
        """Settle a call that gave no reply; all of it counts where it may have been billed."""
        self._budget.settle(role, reserved, reserved if is_billed else Amount())

        def write(db: Database) -> None:
            bills.settle(db, self._run, role, reserved)
            if is_billed:
                bills.add_unbilled(db, self._run, role, reserved)

        await self._journal.commit(write)

    async def _rest(self, seconds: float) -> None:
        await rest(seconds, self._stopping)


def _may_be_billed(error: BaseException) -> bool:
    """Whether a call that gave no reply may cost something: it was sent, and not refused."""
    return not isinstance(error, ProviderError) or isinstance(
        error, BodyBroken | ConnectionLost | TimedOut
    )
