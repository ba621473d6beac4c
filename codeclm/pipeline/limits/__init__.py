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
from codeclm.errors import RateLimited, TimedOut
from codeclm.pipeline.limits.allowance import Bucket
from codeclm.pipeline.limits.pace import Pace
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
    """The limits of one (endpoint, model). ``rpm`` and ``tpm`` are a person's caps, if any."""

    def __init__(
        self,
        concurrency: int,
        rpm: int | None = None,
        tpm: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._width = Width(concurrency)
        self._pace = Pace()
        self._cap_requests = Bucket.of_cap(rpm) if rpm else None
        self._cap_tokens = Bucket.of_cap(tpm) if tpm else None
        self._told_requests: Bucket | None = None
        self._told_tokens: Bucket | None = None
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
        return self._delay(self._waiting[0][1]) if self._waiting else 0.0

    @asynccontextmanager
    async def slot(self, request: Request) -> AsyncIterator[Ticket]:
        """Wait for a turn and hold a slot until the block ends."""
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
        if reply.completion_tokens is not None:
            mean = self._reply_tokens.get(ticket.step, float(reply.completion_tokens))
            self._reply_tokens[ticket.step] = mean + 0.1 * (reply.completion_tokens - mean)
            used = (reply.prompt_tokens or 0) + reply.completion_tokens
            for bucket in self._token_buckets():
                bucket.take(used - ticket.tokens, now)
        self._believe(ticket, reply.requests_left, reply.tokens_left, now)

    def failed(self, ticket: Ticket, error: BaseException) -> None:
        """Learn from a call that got no reply."""
        now = self._clock()
        for bucket in self._token_buckets():
            bucket.take(-ticket.tokens, now)
        if isinstance(error, RateLimited):
            self._pace.refused(ticket.number, ticket.sent_at, now, error.retry_after)
            self._believe(ticket, error.requests_left, error.tokens_left, now)
        elif isinstance(error, TimedOut):
            self._width.timed_out(now)

    def release(self) -> None:
        """Let everyone through who waits: nothing will be sent any more."""
        self._released = True
        self._pump()

    # Turns -------------------------------------------------------------------------------------

    async def _turn(self, ticket: Ticket) -> None:
        if not self._waiting and self._in_flight < self._width.now and not self._delay(ticket):
            self._let_go(ticket)
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, ticket))
        self._pump()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._in_flight -= 1
                self._pump()
            raise

    def _pump(self) -> None:
        """Let go whoever may go now, and look again when the next one may."""
        while self._waiting:
            turn, ticket = self._waiting[0]
            if turn.done():
                self._waiting.popleft()
                continue
            if not self._released:
                if self._in_flight >= self._width.now:
                    return
                delay = self._delay(ticket)
                if delay > 0:
                    self._look_again(delay)
                    return
            self._waiting.popleft()
            self._let_go(ticket)
            turn.set_result(None)

    def _delay(self, ticket: Ticket) -> float:
        now = self._clock()
        delay = self._pace.wait(now)
        for bucket in self._request_buckets():
            delay = max(delay, bucket.wait(1, now))
        for bucket in self._token_buckets():
            delay = max(delay, bucket.wait(ticket.tokens, now))
        return delay

    def _let_go(self, ticket: Ticket) -> None:
        now = self._clock()
        self._in_flight += 1
        ticket.in_flight = self._in_flight
        ticket.sent_at, ticket.number = now, self._pace.sent(now)
        self._tokens_sent += ticket.tokens
        ticket.tokens_sent = self._tokens_sent
        for bucket in self._request_buckets():
            bucket.take(1, now)
        for bucket in self._token_buckets():
            bucket.take(ticket.tokens, now)

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

    def _believe(
        self, ticket: Ticket, requests: Allowance | None, tokens: Allowance | None, now: float
    ) -> None:
        """Take over what the server told when it saw this call."""
        if requests:
            self._told_requests = self._told_requests or Bucket.of_told(requests)
            since = self._pace.count - ticket.number
            self._told_requests.learn(requests, now - ticket.sent_at, since, now)
        if tokens:
            self._told_tokens = self._told_tokens or Bucket.of_told(tokens)
            since = self._tokens_sent - ticket.tokens_sent
            self._told_tokens.learn(tokens, now - ticket.sent_at, since, now)

    def _request_buckets(self) -> Iterator[Bucket]:
        return filter(None, (self._cap_requests, self._told_requests))

    def _token_buckets(self) -> Iterator[Bucket]:
        return filter(None, (self._cap_tokens, self._told_tokens))
