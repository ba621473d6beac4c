"""A run as people hold it: its settings, its counts, its cost, and bringing it further."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline import served
from codeclm.pipeline.ownership import is_taken, owned
from codeclm.pipeline.runner import Runner
from codeclm.pipeline.session import bring
from codeclm.records import Counts, Failure, Progress, RunState, Usage
from codeclm.settings import RunSettings
from codeclm.store import calls, chains, failures, runs, views
from codeclm.store.connection import Store
from codeclm.store.views import StepCount

#: What may differ from one session of a run to the next.
CHANGEABLE = {"budget_calls", "budget_tokens", "budget_usd", "concurrency", "timeout"}
#: Seconds between two looks at the progress.
TICK = 0.5


class Run:
    """One run. Everything it tells is read from the store at that moment."""

    def __init__(self, store: Store, number: int) -> None:
        self._store = store
        self.id = number

    @property
    def row(self) -> runs.RunRow:
        """The run as stored. Raises ``StoreError`` when there is none of this number."""
        with self._store.reading() as db:
            row = runs.get(db, self.id)
        if row is None:
            raise StoreError(f"There is no run {self.id}.", "'codeclm runs' lists them.")
        return row

    @property
    def settings(self) -> RunSettings:
        return self.row.settings

    @property
    def state(self) -> RunState:
        """Where the run stands; a running one that nobody works on is ``interrupted``."""
        state = self.row.state
        if state is RunState.RUNNING and not is_taken(self._store.path):
            return RunState.INTERRUPTED
        return state

    def change(self, **settings: Any) -> None:
        """Change what does not change the run's result: caps, concurrency, time-out.

        Raises ``SettingsError`` when a value makes no sense.
        """
        if not settings.keys() <= CHANGEABLE:
            raise SettingsError(
                f"Of a planned run only {', '.join(sorted(CHANGEABLE))} can change.",
                "Plan another run: what is the same in it is replayed.",
            )
        changed = replace(self.settings, **settings)
        with self._store.writing() as db:
            runs.set_settings(db, self.id, changed)

    def counts(self) -> Counts:
        settings = self.settings
        planned = settings.size if settings.goal == "pairs" else 0
        with self._store.reading() as db:
            return chains.counts(db, self.id, planned)

    def usage(self) -> Usage:
        with self._store.reading() as db:
            return calls.usage(db, self.id)

    def warnings(self) -> list[str]:
        """What may make the run's replies differ from each other; names in it are servers'."""
        settings = self.settings
        with self._store.reading() as db:
            return served.changes(calls.served(db, self.id), settings)

    def steps(self) -> list[StepCount]:
        """Items done and known of each step, in the order of the steps."""
        with self._store.reading() as db:
            return views.step_counts(db, self.id)

    def failures(self, limit: int = 200) -> list[Failure]:
        row = self.row
        with self._store.reading() as db:
            return failures.listed(db, row.project, self.id, limit)

    def encoded(self, limit: int) -> list[tuple[str, str]]:
        """(use case, skills) of the seeds that are encoded so far."""
        with self._store.reading() as db:
            return views.encoded(db, self.id, limit)

    def newest_pair(self) -> tuple[str, float | None] | None:
        """The instruction and gap of the pair kept last."""
        with self._store.reading() as db:
            return views.newest_pair(db, self.id)

    def summary(self) -> dict[str, Any]:
        """The run's sums as one flat object; ``instructions = kept + exhausted + failed``."""
        counts, usage = self.counts(), self.usage()
        return {
            "run": self.id,
            "instructions": counts.instructions,
            "kept": counts.kept,
            "kept_strong": counts.kept_strong,
            "kept_target": counts.kept_target,
            "exhausted": counts.exhausted,
            "failed": counts.failed,
            "by_iteration": list(counts.by_iteration),
            "calls": usage.calls,
            "replayed": usage.replayed,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost_usd": None if usage.cost_usd is None else round(usage.cost_usd, 6),
            "seconds": round(self.row.seconds, 3),
        }

    def bring(self, on_progress: Callable[[Progress], None] | None = None) -> RunState:
        """Start or resume the run in this process, and return the state it ends in.

        Ctrl+C once finishes what is in flight, twice ends at once. Raises ``WorkTaken`` when
        another process is at work on the database.
        """
        with owned(self._store):
            return asyncio.run(self._in_foreground(on_progress))

    async def _in_foreground(self, on_progress: Callable[[Progress], None] | None) -> RunState:
        work = asyncio.create_task(
            bring(self._store, self.id, lambda runner: self._listen(runner, lambda: work.cancel()))
        )
        watch = asyncio.create_task(self._watch(on_progress)) if on_progress else None
        try:
            return await work
        except asyncio.CancelledError:
            return RunState.STOPPED
        finally:
            if watch:
                watch.cancel()
                await asyncio.wait([watch])

    @staticmethod
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

    async def _watch(self, on_progress: Callable[[Progress], None]) -> None:
        began, before = time.monotonic(), self.usage().calls
        while True:
            counts, usage = await asyncio.to_thread(lambda: (self.counts(), self.usage()))
            seconds = time.monotonic() - began
            rate = (usage.calls - before) / seconds if seconds else 0.0
            on_progress(Progress(counts=counts, usage=usage, seconds=seconds, rate=rate))
            await asyncio.sleep(TICK)
