"""Asking an embedding model for many texts, a few calls at once.

Every answer is committed before it is used and before its slot is free, so that what is stopped or
killed pays for nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from codeclm.chat import Embedded, Message, Request
from codeclm.errors import ReplyError
from codeclm.pipeline import waits
from codeclm.pipeline.limits import Ticket
from codeclm.pipeline.lines import Line
from codeclm.pipeline.looks.reading import Told
from codeclm.pipeline.sending import Stopped, answered, rest
from codeclm.store import embeddings
from codeclm.store.connection import Store

#: Texts of one call, characters of all of them, and calls at once.
TEXTS, CHARACTERS, AT_ONCE = 64, 100_000, 4
#: Seconds between two times that it is told how far it is.
TICK = 1.0


T = TypeVar("T", int, float)


class Paying:
    """Has the vectors of texts, given by their marks, kept under ``source``.

    ``texts`` counts those that were paid, ``tokens`` and ``usd`` what they took: None where the
    server or the price did not say.
    """

    def __init__(
        self, store: Store, line: Line, source: str, wanted: Mapping[bytes, str], told: Told
    ) -> None:
        self._store = store
        self._line = line
        self._source = source
        self._wanted = len(wanted)
        self._batches = _batches(wanted)
        self._told = told
        self._telling = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._wrong: BaseException | None = None
        self._length = 0
        self.texts = 0
        self.tokens: int | None = 0
        self.usd: float | None = 0.0

    async def ask_all(self) -> None:
        """Ask until all are there. Raises what went wrong first, once nothing is in flight."""
        with self._store.reading() as db:
            before = embeddings.length(db, self._source)
        watching = asyncio.create_task(self._watch())
        asking = [asyncio.create_task(self._ask(before)) for _ in range(AT_ONCE)]
        try:
            await asyncio.wait(asking)
        except asyncio.CancelledError:
            # Ctrl+C: what is in flight is paid for, and kept.
            self._stop()
            await asyncio.wait(asking)
            raise
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            await self._line.provider.close()
        if self._wrong:
            raise self._wrong

    def _stop(self, because: BaseException | None = None) -> None:
        """Ask nothing new; the first reason is the one that is told."""
        self._wrong = self._wrong or because
        self._stopping.set()
        self._line.limits.release()

    async def _ask(self, before: int) -> None:
        for batch in self._batches:
            try:
                await self._pay(batch, before)
            except Stopped:
                return
            except Exception as error:
                self._stop(error)
            await self._tell()
            if self._stopping.is_set():
                return

    async def _pay(self, batch: Mapping[bytes, str], before: int) -> None:
        messages = tuple(Message("user", text) for text in batch.values())
        request = Request(step="embed", messages=messages, temperature=0.0, max_tokens=0)
        async with answered(
            self._line,
            request,
            turn=lambda: self._turn(request),
            failed=_unsettled,
            rest=lambda seconds: rest(seconds, self._stopping),
        ) as (reply, _, _):
            assert isinstance(reply, Embedded)
            self._check(len(reply.vectors[0]) // 4, before)
            found = dict(zip(batch, reply.vectors, strict=True))
            await asyncio.to_thread(self._keep, found)
        cost = self._line.cost(reply)
        self.texts += len(batch)
        self.tokens = _sum(self.tokens, reply.prompt_tokens)
        self.usd = _sum(self.usd, cost)

    def _check(self, length: int, before: int) -> None:
        """End with ``ReplyError`` where vectors are not as long as those they are to stand beside.

        It is raised for those that are not to be kept.
        """
        if length == (self._length or before or length):
            self._length = length
            return
        model = self._line.name
        if self._length:
            raise ReplyError(
                f"{model} gives vectors of {length} numbers after some of {self._length}:"
                " they cannot be compared. Look again when its server is sound."
            )
        # It is another model now, and what the old one gave is of no use beside it.
        with self._store.writing() as db:
            embeddings.forget(db, self._source)
        self._length = length
        self._stop(
            ReplyError(
                f"{model} gives vectors of {length} numbers now, and gave {before} before: it is"
                " not the same model. The old ones are forgotten; look again to ask for the rest."
            )
        )

    def _keep(self, found: Mapping[bytes, bytes]) -> None:
        with self._store.writing() as db:
            embeddings.add_all(db, self._source, found)

    @asynccontextmanager
    async def _turn(self, request: Request) -> AsyncIterator[Ticket]:
        async with self._line.limits.slot(request) as ticket:
            if self._stopping.is_set():
                raise Stopped
            yield ticket

    # Telling -----------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            await self._tell()

    async def _tell(self) -> None:
        """Say how far it is; whoever hears it may have it end by raising."""
        waiting = waits.sentence(self._line)
        words = waiting or f"asking for vectors: {self.texts} of {self._wanted} texts"
        try:
            async with self._telling:
                await asyncio.to_thread(self._told, words)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._stop(error)


def _batches(wanted: Mapping[bytes, str]) -> Iterator[dict[bytes, str]]:
    batch: dict[bytes, str] = {}
    size = 0
    for mark, text in wanted.items():
        if batch and (len(batch) == TEXTS or size + len(text) > CHARACTERS):
            yield batch
            batch, size = {}, 0
        batch[mark] = text
        size += len(text)
    if batch:
        yield batch


async def _unsettled(error: BaseException) -> None:
    """Nothing was set aside for a call that failed."""


def _sum(one: T | None, other: T | None) -> T | None:
    return None if one is None or other is None else one + other
