"""Bringing a stored run as far as it goes, in this process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from codeclm.errors import CodeclmError, StoreError
from codeclm.pipeline import waits, wording
from codeclm.pipeline.growth import standing
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.lines import connect
from codeclm.pipeline.runner import Runner
from codeclm.records import RunState
from codeclm.store import bills, runs
from codeclm.store.connection import Store


async def bring(
    store: Store, run_id: int, on_start: Callable[[Runner], None] = lambda _: None
) -> RunState:
    """Start, resume or continue a run; the caller owns the database's work.

    ``on_start`` is handed the runner, whose ``stop()`` finishes what is in flight. Returns the
    state the run ends in, which is stored with a message. Raises ``CodeclmError`` after storing it
    when the run could not even begin.
    """
    with store.reading() as db:
        run = runs.get(db, run_id)
        if run is None:
            raise StoreError(f"There is no run {run_id}.", "'codeclm runs' lists them.")
        # A finished run may have something to do again: reviews have been changed since.
        if run.state is RunState.FINISHED and standing(db, run)[0] is RunState.FINISHED:
            return run.state
    with store.writing() as db:
        bills.book_reserved(db, run_id)
        wording.record(db, run.project, run.settings)
        runs.set_state(db, run_id, RunState.RUNNING)
    began = time.monotonic()
    try:
        state, message = await _run(store, run, on_start)
    except CodeclmError as error:
        _end(store, run_id, RunState.FAILED, str(error), began)
        raise
    except Exception as error:
        _end(store, run_id, RunState.FAILED, f"This is a bug of ours: {error!r}", began)
        raise
    except BaseException:
        _end(store, run_id, RunState.STOPPED, "Interrupted. Resume goes on from here.", began)
        raise
    _end(store, run_id, state, message, began)
    return state


async def _run(
    store: Store, run: runs.RunRow, on_start: Callable[[Runner], None]
) -> tuple[RunState, str]:
    lines = connect(run.settings, store)
    journal = Journal(store)
    try:
        runner = Runner(store, run, lines, journal)
        on_start(runner)

        async def say(words: str) -> None:
            await journal.commit(lambda db: runs.set_message(db, run.id, words))

        waiting = asyncio.create_task(waits.tell(lines, say))
        try:
            return await runner.run()
        finally:
            waiting.cancel()
            await asyncio.wait([waiting])
    finally:
        await asyncio.gather(lines.close(), journal.close())


def _end(store: Store, run: int, state: RunState, message: str, began: float) -> None:
    with store.writing() as db:
        runs.set_state(db, run, state, message)
        runs.add_seconds(db, run, time.monotonic() - began)
