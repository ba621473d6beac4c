"""A run in the foreground: in this process, with its progress told, stopped by Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

from codeclm.pipeline.ownership import owned
from codeclm.pipeline.runner import Runner
from codeclm.pipeline.session import bring as bring_further
from codeclm.records import Counts, Progress, RunState, Usage
from codeclm.store.connection import Store

#: Seconds between two looks at the progress.
TICK = 0.5

#: How a run stands: its counts, its usage, what it waits for.
Moment = tuple[Counts, Usage, str]
OnProgress = Callable[[Progress], None]


def bring(
    store: Store, run: int, moment: Callable[[], Moment], on_progress: OnProgress | None
) -> RunState:
    """Bring a run further and return the state it ends in.

    Ctrl+C once finishes what is in flight, twice ends at once. ``moment`` is asked in a thread.
    Raises ``WorkTaken`` when another process is at work on the database.
    """
    with owned(store):
        return asyncio.run(_bring(store, run, moment, on_progress))


async def _bring(
    store: Store, run: int, moment: Callable[[], Moment], on_progress: OnProgress | None
) -> RunState:
    work = asyncio.create_task(
        bring_further(store, run, lambda runner: _listen(runner, lambda: work.cancel()))
    )
    watch = asyncio.create_task(_watch(moment, on_progress)) if on_progress else None
    try:
        return await work
    except asyncio.CancelledError:
        return RunState.STOPPED
    finally:
        if watch:
            watch.cancel()
            await asyncio.wait([watch])


def _listen(runner: Runner, abort: Callable[[], object]) -> None:
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked:
            abort()
        asked = True
        runner.stop()

    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(wanted, stop)
        except (NotImplementedError, RuntimeError, ValueError):
            # Windows, or not the main thread: the default handling stays.
            return


async def _watch(moment: Callable[[], Moment], on_progress: OnProgress) -> None:
    began = time.monotonic()
    _, usage, _ = await asyncio.to_thread(moment)
    before = usage.calls
    while True:
        counts, usage, waits = await asyncio.to_thread(moment)
        seconds = time.monotonic() - began
        rate = (usage.calls - before) / seconds if seconds else 0.0
        on_progress(Progress(counts=counts, usage=usage, seconds=seconds, rate=rate, waits=waits))
        await asyncio.sleep(TICK)
