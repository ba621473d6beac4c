"""The journal: what was asked before is replayed, what is answered now is committed before use."""

from __future__ import annotations

import asyncio
import hashlib
import json
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from codeclm.chat import Reply, Request
from codeclm.errors import StoreError
from codeclm.settings import Endpoint
from codeclm.store import calls
from codeclm.store.connection import Store

if TYPE_CHECKING:
    from sqlite_utils import Database

Write = Callable[["Database"], Any]
#: A write, and who waits for it.
_Entry = tuple[Write, "asyncio.Future[Any] | None"]

#: Replicates of one generation; a run that asks everything anew starts at the next multiple.
GENERATION = 1_000
#: Seconds after which what was noted is committed though nothing else is.
SOON = 0.05


def call_key(endpoint: Endpoint, model: str, request: Request, replicate: int) -> str:
    """What makes two questions the same question, as 64 hex digits.

    Neither keys, time-outs and concurrency are in it, nor the endpoint's name and limits: none of
    them changes the answer.
    """
    asked = {
        "provider": endpoint.provider,
        "endpoint": endpoint.address,
        "model": model,
        "messages": [[message.role, message.content] for message in request.messages],
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "schema": request.schema,
        "body": endpoint.sent_body,
        "replicate": replicate,
    }
    if endpoint.template:
        # Only where there is one: the keys of all that was ever asked in chat stay what they were.
        asked["template"] = endpoint.template
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Journal:
    """Finds replies to replay, and commits new ones from a writer thread of its own.

    Commits follow each other without a timer; each takes everything that arrived during the one
    before it, so one slow disk write serves all calls that are waiting for it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._arrived: queue.SimpleQueue[list[_Entry] | None] = queue.SimpleQueue()
        self._noted: list[_Entry] = []
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    def find(self, key: str, run: int | None) -> tuple[int, Reply] | None:
        """The reply to replay and its call's id, or None."""
        with self._store.reading() as db:
            return calls.find(db, key, run)

    async def commit(self, write: Write) -> Any:
        """Have ``write`` done in the next transaction; returns its value once that is on disk.

        Not interrupted by cancellation: what was handed over is awaited to its end.
        """
        done: asyncio.Future[Any] = self._loop.create_future()
        self._hand_over((write, done))
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            await asyncio.wait([done])
            raise

    def note(self, write: Write) -> None:
        """Have ``write`` done with the next commit, or in ``SOON`` seconds, without waiting for it.

        A commit of its own for each would be as many again.
        """
        if not self._noted:
            self._loop.call_later(SOON, self._hand_over)
        self._noted.append((write, None))

    def _hand_over(self, *entries: _Entry) -> None:
        """Put ``entries`` into the next transaction, after all that was noted before them."""
        noted, self._noted = self._noted, []
        if noted or entries:
            self._arrived.put([*noted, *entries])

    async def close(self) -> None:
        """Commit what is left and end the writer."""
        self._hand_over()
        self._arrived.put(None)
        await asyncio.to_thread(self._writer.join)

    def _write(self) -> None:
        open_ = True
        while open_:
            entries = self._arrived.get()
            batch: list[_Entry] = []
            while entries is not None:
                batch.extend(entries)
                try:
                    entries = self._arrived.get_nowait()
                except queue.Empty:
                    break
            open_ = entries is not None
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Entry]) -> None:
        values: list[Any] = []
        error: Exception | None = None
        try:
            with self._store.writing() as db:
                values.extend(write(db) for write, _ in batch)
        except Exception as caught:
            if len(batch) > 1 and not isinstance(caught, StoreError):
                # One entry that cannot be stored must not take its neighbours' paid replies along.
                for entry in batch:
                    self._commit([entry])
                return
            error = caught
            if isinstance(caught, StoreError):
                # What nobody waits for is tried again with the next commit.
                notes = [entry for entry in batch if entry[1] is None]
                self._loop.call_soon_threadsafe(self._noted.extend, notes)
        self._loop.call_soon_threadsafe(_resolve, batch, values, error)


def _resolve(batch: list[_Entry], values: list[Any], error: Exception | None) -> None:
    for number, (_, done) in enumerate(batch):
        if done is None or done.done():
            continue
        if error is None:
            done.set_result(values[number])
        elif isinstance(error, StoreError):
            # One object raised in many tasks would collect all their tracebacks.
            done.set_exception(StoreError(error.message, error.hint))
        else:
            done.set_exception(error)
