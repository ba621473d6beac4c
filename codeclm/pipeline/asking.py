"""Asking one hop to its end: replay or send, commit before use, record or failure."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codeclm import prompts
from codeclm.chat import Reply, Role, Step
from codeclm.errors import CodeclmError, ProviderError, ReplyError
from codeclm.method.hop import Ask, Hop, Kept
from codeclm.pipeline.budget import Budget
from codeclm.pipeline.journal import GENERATION, Journal, call_key
from codeclm.pipeline.lines import Line, Lines
from codeclm.pipeline.sending import Answer, Sender, Stopped
from codeclm.records import Failure
from codeclm.store import calls, failures, runs
from codeclm.store.calls import Call
from codeclm.store.runs import RunRow

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One hop of a run.

    ``record`` writes the hop's rows in the transaction of its last reply and is told the calls of
    its usable replies in their order, ``give_up`` what else there is to write when it fails for
    good. A failure is charged to the chain at ``place`` (entry, slot), if any, and ends ``lost``
    planned instructions; one that may pass also holds up ``waiting`` more until the run is resumed.
    """

    step: Step
    role: Role
    item: str
    hop: Hop[Any]
    record: Callable[[Database, Any, Sequence[int]], Any]
    give_up: Callable[[Database], Any] | None = None
    place: tuple[int, int] | None = None
    lost: int = 0
    waiting: int = 0


@dataclass(slots=True)
class _Talk:
    """A hop on its way: what it asks now, and the calls whose replies it could use so far."""

    work: Work
    ask: Ask
    usable: list[int]


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where a hop stands after a reply: the next ask, the record, or the error it ends with."""

    ask: Ask | None = None
    result: Any = None
    error: ReplyError | None = None
    bug: Exception | None = None
    #: Why the reply that led here cannot be used; empty when it can.
    complaint: str = ""


class Asker:
    """Settles the hops of one run."""

    def __init__(self, run: RunRow, lines: Lines, journal: Journal, budget: Budget) -> None:
        self._project = run.project
        self._run = run.id
        self._generation = run.settings.generation
        self._digests = {
            name: prompts.chosen(name, run.settings.prompts).digest for name in prompts.PURPOSES
        }
        self._lines = lines
        self._journal = journal
        self._sender = Sender(run.id, journal, budget)
        self._asking: dict[str, asyncio.Future[None]] = {}
        #: Why the run cannot go on, if it cannot.
        self.halted: CodeclmError | None = None
        self.bug: Exception | None = None

    @property
    def is_stopping(self) -> bool:
        return self._sender.is_stopping

    def stop(self) -> None:
        """Finish what is in flight and ask nothing new."""
        self._sender.stop()
        self._lines.release()

    def halt(self, error: CodeclmError) -> None:
        """Stop, because of ``error``; the first one is the one a person is told."""
        self.halted = self.halted or error
        self.stop()

    async def try_to_settle(self, work: Work) -> Any:
        """The record of a hop; None when it failed (which is on disk) or the run is stopping."""
        with self.guarded():
            try:
                return await self.settle(work)
            except (ReplyError, Stopped):
                return None
            except ProviderError as error:
                if error.stops_run:
                    raise
        return None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let an error stop the run without cancelling what is in flight, which is paid for."""
        try:
            yield
        except CodeclmError as error:
            self.halt(error)
        except Exception as error:
            self.bug = self.bug or error
            self.stop()

    async def settle(self, work: Work) -> Any:
        """Drive a hop to its record, which is on disk when this returns.

        Raises ``ReplyError`` or ``ProviderError`` after recording the failure, ``Stopped`` when the
        run stops first, ``BudgetSpent`` when the next call does not fit under the cap.
        """
        talk = _Talk(work, next(work.hop), [])
        while True:
            try:
                turn = await self._turn(talk)
            except ProviderError as error:
                if not error.stops_run:
                    await self._journal.commit(lambda db, error=error: self._fail(db, work, error))
                raise
            if turn.error:
                raise turn.error
            if turn.ask is None:
                return turn.result
            talk.ask = turn.ask

    async def _turn(self, talk: _Talk) -> _Turn:
        """Replay or call, one reply further."""
        line = self._lines[talk.work.role]
        call = self._described(talk, line)
        # The same question may be on its way already: then both take its one reply.
        while call.key in self._asking:
            await asyncio.wait([self._asking[call.key]])
        known = self._journal.find(call.key, self._run)
        if known:
            return await self._replay(talk, *known)
        asking = self._asking[call.key] = asyncio.get_running_loop().create_future()
        try:
            async with self._sender.answer(line, talk.work.role, talk.ask.request) as answer:
                return await self._keep(talk, call, answer)
        finally:
            del self._asking[call.key]
            asking.set_result(None)

    async def _replay(self, talk: _Talk, number: int, reply: Reply) -> _Turn:
        self._sender.refuse_if_stopping()
        turn = _advance(talk.work.hop, reply)

        def write(db: Database) -> int:
            runs.add_replayed(db, self._run)
            self._conclude(db, talk, turn, number)
            return number

        return await self._commit(talk, turn, write)

    async def _keep(self, talk: _Talk, call: Call, answer: Answer) -> _Turn:
        turn = _advance(talk.work.hop, answer.reply)

        def write(db: Database) -> int:
            number = calls.add(
                db,
                call,
                answer.reply,
                error=turn.complaint,
                cost_usd=answer.cost_usd,
                latency=answer.latency,
                attempts=answer.attempt,
            )
            self._sender.settle(db, answer)
            self._conclude(db, talk, turn, number)
            return number

        return await self._commit(talk, turn, write)

    async def _commit(self, talk: _Talk, turn: _Turn, write: Callable[[Database], int]) -> _Turn:
        """Put a reply and what follows from it on disk; only then it counts as used."""
        number = await self._journal.commit(write)
        if turn.bug:
            raise turn.bug
        if not turn.complaint:
            talk.usable.append(number)
        return turn

    def _conclude(self, db: Database, talk: _Talk, turn: _Turn, number: int) -> None:
        if turn.error:
            self._fail(db, talk.work, turn.error)
        elif turn.ask is None and turn.bug is None:
            usable = talk.usable if turn.complaint else [*talk.usable, number]
            talk.work.record(db, turn.result, usable)

    def _fail(self, db: Database, work: Work, error: ReplyError | ProviderError) -> None:
        passing = isinstance(error, ProviderError) and error.retryable
        failure = Failure(
            work.step,
            work.item,
            type(error).__name__,
            error.message,
            error.raw if isinstance(error, ReplyError) else "",
            self._run,
        )
        failures.add(
            db,
            self._project,
            failure,
            place=work.place,
            lost=work.lost + work.waiting if passing else work.lost,
            passing=passing,
        )
        if work.give_up and not passing:
            work.give_up(db)

    def _described(self, talk: _Talk, line: Line) -> Call:
        work, ask = talk.work, talk.ask
        replicate = self._generation * GENERATION + ask.replicate
        return Call(
            key=call_key(line.endpoint, line.model, ask.request, replicate),
            project=self._project,
            run=self._run,
            step=work.step,
            role=work.role,
            item=work.item,
            provider=line.endpoint.provider,
            endpoint=line.endpoint.address,
            model=line.model,
            replicate=replicate,
            prompt=self._digests.get(work.step, ""),
        )


def _advance(hop: Hop[Any], reply: Reply) -> _Turn:
    try:
        ask = hop.send(reply)
        return _Turn(ask=ask, complaint=ask.because)
    except StopIteration as end:
        if isinstance(end.value, Kept):
            return _Turn(result=end.value.record, complaint=end.value.because)
        return _Turn(result=end.value)
    except ReplyError as error:
        return _Turn(error=error, complaint=error.message)
    except Exception as error:
        # A bug of ours, not the reply's fault: it was paid for and is stored before this is told.
        return _Turn(bug=error, complaint=f"this is a bug of ours: {error!r}")
