"""When a call to one model may be sent: slots, caps, what its server tells and what it refuses.

One ``Limits`` a line. Whoever wants to send waits in order of arrival; the first goes as soon as a
slot is free and neither the pace nor a bucket holds it back.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from codeclm.chat import Allowance, Reply, Request
from codeclm.errors import RateLimited, ServerBusy, TimedOut
from codeclm.pipeline.limits.allowance import Bucket
from codeclm.pipeline.limits.late import LONGEST_WAIT, comes_back_late
from codeclm.pipeline.limits.pace import Pace
from codeclm.pipeline.limits.told import ToldLimit
from codeclm.pipeline.limits.width import Width
from codeclm.pipeline.limits.window import Answer

#: Tokens a reply is expected to take before any reply of its step has come; and bytes a token.
FIRST_GUESS, BYTES_A_TOKEN = 512.0, 4


@dataclass(slots=True)
class Ticket:
    """A call that may be sent: the tokens it is expected to take, and where the line then stood."""

    step: str
    tokens: float
    number: int = 0
    sent_at: float = 0.0
    tokens_sent: float = 0.0
    in_flight: int = 0


class Limits:
    """The limits of one (endpoint, model), whose ``name`` is for messages.

    ``rpm`` and ``tpm`` are a person's caps, if any.
    """

    def __init__(
        self,
        concurrency: int,
        rpm: int | None = None,
        tpm: int | None = None,
        *,
        name: str = "The model",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._clock = clock
        self._width = Width(concurrency)
        self._pace = Pace()
        self._cap_requests = Bucket.of_cap(rpm) if rpm else None
        self._cap_tokens = Bucket.of_cap(tpm) if tpm else None
        self._told_requests: ToldLimit | None = None
        self._told_tokens: ToldLimit | None = None
        self._tokens_sent = 0.0
        self._reply_tokens: dict[str, float] = {}
        self._waiting: deque[tuple[asyncio.Future[None], Ticket]] = deque()
        self._in_flight = 0
        self._timer: asyncio.TimerHandle | None = None
        self._released = False

    @property
    def in_flight(self) -> int:
        return self._in_flight

    @property
    def width(self) -> int:
        """How many calls may be in flight at present."""
        return self._width.now

    @property
    def rate(self) -> float | None:
        """The requests a second that the server was found to take; None while none is known."""
        return self._pace.rate

    @property
    def wait(self) -> float:
        """Seconds that the first who waits for a turn has still to wait, its slot apart."""
        if not self._waiting:
            return 0.0
        try:
            return self._delay(self._waiting[0][1], self._clock())
        except RateLimited:
            return LONGEST_WAIT

    @asynccontextmanager
    async def slot(self, request: Request) -> AsyncIterator[Ticket]:
        """Wait for a turn and hold a slot until the block ends.

        Raises ``RateLimited`` with ``stops_run`` when the server would have it wait for hours.
        """
        ticket = Ticket(request.step, self._expected(request))
        await self._turn(ticket)
        try:
            yield ticket
        finally:
            self._in_flight -= 1
            self._pump()

    def answered(self, ticket: Ticket, reply: Reply, latency: float) -> None:
        """Learn from a reply: how long it took (seconds), what it used, what its headers say."""
        now = self._clock()
        busy = bool(self._waiting) and self._in_flight >= self._width.now
        work = float(max(1, reply.completion_tokens or 1))
        answer = Answer(ticket.step, latency, ticket.in_flight, work)
        self._width.answered(answer, now, busy=busy)
        self._width.outlasted(ticket.sent_at, now)
        if reply.completion_tokens is not None:
            mean = self._reply_tokens.get(ticket.step, float(reply.completion_tokens))
            self._reply_tokens[ticket.step] = mean + 0.1 * (reply.completion_tokens - mean)
            used = (reply.prompt_tokens or 0) + reply.completion_tokens
            self._take_tokens(used - ticket.tokens, now)
        for limit, told, taken, _ in self._told(ticket, reply.requests_left, reply.tokens_left):
            limit.learn(told, now - ticket.sent_at, taken, now)

    def failed(self, ticket: Ticket, error: BaseException) -> None:
        """Learn from a call that got no reply."""
        now = self._clock()
        self._take_tokens(-ticket.tokens, now)
        if isinstance(error, RateLimited):
            self._refused(ticket, error, now)
        elif isinstance(error, ServerBusy):
            self._width.turned_away(ticket.sent_at)
        elif isinstance(error, TimedOut):
            self._width.timed_out(now)

    def release(self) -> None:
        """Let everyone through who waits: nothing will be sent any more."""
        self._released = True
        self._pump()

    # Turns -------------------------------------------------------------------------------------

    async def _turn(self, ticket: Ticket) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, ticket))
        self._pump()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and not turn.exception():
                self._in_flight -= 1
                self._pump()
            raise

    def _pump(self) -> None:
        """Let go whoever may go now, and look again when the next one may.

        What goes wrong is raised where the turn is waited for, and the slot stays free.
        """
        while self._waiting:
            turn, ticket = self._waiting[0]
            try:
                if not turn.done() and not self._may_go(ticket):
                    return
            except Exception as error:
                turn.set_exception(error)
            self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)

    def _may_go(self, ticket: Ticket) -> bool:
        """Whether a call may be sent now, which is then counted; else looks again in time."""
        if self._released:
            return True
        if self._in_flight >= self._width.now:
            return False
        now = self._clock()
        delay = self._delay(ticket, now)
        if delay > 0:
            self._look_again(delay)
            return False
        self._count(ticket, now)
        return True

    def _delay(self, ticket: Ticket, now: float) -> float:
        """Seconds to wait. Raises ``RateLimited`` when a server tells too many of them."""
        requests = self._told_requests.wait(1, now) if self._told_requests else 0.0
        tokens = self._told_tokens.wait(ticket.tokens, now) if self._told_tokens else 0.0
        told = max(requests, tokens)
        if told > LONGEST_WAIT:
            raise comes_back_late(self._name, told)
        capped = self._cap_requests.wait(1, now) if self._cap_requests else 0.0
        if self._cap_tokens:
            capped = max(capped, self._cap_tokens.wait(ticket.tokens, now))
        return max(self._pace.wait(now), told, capped)

    def _count(self, ticket: Ticket, now: float) -> None:
        ticket.sent_at, ticket.number = now, self._pace.sent(now)
        ticket.in_flight = self._in_flight + 1
        self._tokens_sent += ticket.tokens
        ticket.tokens_sent = self._tokens_sent
        for limit in filter(None, (self._cap_requests, self._told_requests)):
            limit.take(1, now)
        self._take_tokens(ticket.tokens, now)

    def _look_again(self, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._pump)

    # What is known -----------------------------------------------------------------------------

    def _expected(self, request: Request) -> float:
        """About how many tokens a call will take; 0 where nobody asks."""
        if self._cap_tokens is None and self._told_tokens is None:
            return 0.0
        prompt = sum(len(message.content.encode()) for message in request.messages)
        reply = self._reply_tokens.get(request.step, min(FIRST_GUESS, request.max_tokens))
        return prompt / BYTES_A_TOKEN + reply

    def _refused(self, ticket: Ticket, error: RateLimited, now: float) -> None:
        """Learn from a refusal; what a window explains says nothing of the pace."""
        ago, wait = now - ticket.sent_at, error.retry_after
        explained = [
            limit.refused(told, ago, taken, now, amount=amount, retry_after=wait)
            for limit, told, taken, amount in self._told(
                ticket, error.requests_left, error.tokens_left
            )
        ]
        if any(explained):
            self._pace.excused()
        else:
            self._pace.refused(ticket.number, ticket.sent_at, now, wait)

    def _told(
        self, ticket: Ticket, requests: Allowance | None, tokens: Allowance | None
    ) -> Iterator[tuple[ToldLimit, Allowance, float, float]]:
        """Each limit that a server told of when it saw this call; what it told; what was sent
        since, and what this call took."""
        # One of a fraction of a request, or of nothing, is no limit.
        if requests and requests.limit > 0:
            self._told_requests = self._told_requests or ToldLimit(requests)
            yield self._told_requests, requests, self._pace.count - ticket.number, 1
        if tokens and tokens.limit > 0:
            self._told_tokens = self._told_tokens or ToldLimit(tokens)
            since = self._tokens_sent - ticket.tokens_sent
            yield self._told_tokens, tokens, since, max(1.0, ticket.tokens)

    def _take_tokens(self, tokens: float, now: float) -> None:
        for limit in filter(None, (self._cap_tokens, self._told_tokens)):
            limit.take(tokens, now)
