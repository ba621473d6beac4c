"""Running a run: encode, settle the plan, then every entry's rubrics, batches and chains.

The same code starts, resumes and continues: it looks at the rows there are and does what is
missing. Work streams through a bounded window, so memory does not grow with the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from codeclm.errors import BudgetSpent, SettingsError
from codeclm.method import encode
from codeclm.pipeline import evaluating, plan, rejudging, trial
from codeclm.pipeline.asking import Asker, Work
from codeclm.pipeline.budget import Budget
from codeclm.pipeline.entries import EntryWork
from codeclm.pipeline.growing import PoolWork
from codeclm.pipeline.growth import next_size, standing, tally
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.lines import Lines
from codeclm.pipeline.starting import SeedWork
from codeclm.records import Metadata, RunState
from codeclm.store import calls, failures, runs
from codeclm.store.connection import Store
from codeclm.store.runs import Entry, RunRow, RunSeed

if TYPE_CHECKING:
    from sqlite_utils import Database

T = TypeVar("T")


class Runner:
    """Brings one run as far as it goes."""

    def __init__(self, store: Store, run: RunRow, lines: Lines, journal: Journal) -> None:
        self._store = store
        self._run = run
        self._settings = run.settings
        with store.reading() as db:
            spent = calls.usage_by_role(db, run.id)
        self._asker = Asker(run, lines, journal, Budget(run.settings, spent))
        # Twice the concurrency keeps every slot busy while chains wait for their own next step.
        self._width = 2 * run.settings.concurrency
        self._entries = EntryWork(store, run, self._asker, journal, self._width)
        compared = PoolWork if run.settings.pools else SeedWork
        self._compared = compared(store, run, self._asker, journal, self._width)

    def stop(self) -> None:
        """Finish what is in flight and ask nothing new."""
        self._asker.stop()

    async def run(self) -> tuple[RunState, str]:
        """Do what is missing. Returns the state the run ends in and a message for a person."""
        with self._store.writing() as db:
            failures.forget_passing(db, self._run.id)
        entries = [] if self._settings.goal in ("rejudge", "evaluate") else await self._planned()
        if self._settings.goal == "rejudge":
            await self._each(rejudging.missing(self._store, self._run), self._judge_again)
        if self._settings.goal == "evaluate":
            await self._each(evaluating.missing(self._store, self._run), self._compare)
        while entries:
            await self._stage(entries)
            entries = [] if self._asker.is_stopping or self._waiting() else self._grown()
        if self._asker.bug:
            raise self._asker.bug
        match self._asker.halted:
            case None if self._asker.is_stopping:
                return RunState.STOPPED, "Resume goes on from here."
            case None:
                with self._store.reading() as db:
                    return standing(db, self._run)
            case BudgetSpent() as error:
                return RunState.PAUSED, str(error)
            case error:
                return RunState.FAILED, str(error)

    async def _stage(self, entries: Sequence[Entry]) -> None:
        """Do what is missing of every entry."""
        if self._settings.goal == "metadata":
            return
        if self._settings.goal == "trial":
            await trial.work(entries[0], self._run, self._store, self._asker)
            return
        if not self._settings.decodes:
            await self._compared.work(entries[0])
            return
        if not self._settings.imported:
            with self._store.reading() as db:
                sizes = runs.sizes(db, self._run.id)
            self._entries.plan(plan.schedule(len(entries), sizes, self._settings))
        # With more entries than instructions, those without a share need no rubrics either.
        needed = [entry for entry in entries if entry.share or self._settings.goal == "rubrics"]
        await self._each(needed, self._entries.work)

    def _grown(self) -> list[Entry]:
        """The entries with their shares in the next stage; none when the run has enough."""
        if not self._settings.has_chains:
            return []
        with self._store.writing() as db:
            # A pool that gives nothing new gives none to a larger plan either.
            if failures.message(db, self._run.id, failures.BARREN):
                return []
            sizes = runs.sizes(db, self._run.id)
            wanted = next_size(self._settings, sizes[-1], tally(db, self._run.id))
            if wanted <= sizes[-1]:
                return []
            entries = len(runs.entries(db, self._run.id))
            plan.grow(db, self._run.id, entries, wanted, self._settings)
            return runs.entries(db, self._run.id)

    def _waiting(self) -> int:
        with self._store.reading() as db:
            return failures.count_passing(db, self._run.id)

    async def _each(self, items: Iterable[T], work: Callable[[T], Awaitable[Any]]) -> None:
        """Do ``work`` for every item, a window of them at a time, until the run stops."""
        gate = asyncio.Semaphore(self._width)

        async def one(item: T) -> None:
            try:
                await work(item)
            finally:
                gate.release()

        async with asyncio.TaskGroup() as group:
            for item in items:
                await gate.acquire()
                if self._asker.is_stopping:
                    break
                group.create_task(one(item))

    async def _judge_again(self, sample: rejudging.Sample) -> None:
        await rejudging.work(sample, self._run, self._store, self._asker)

    async def _compare(self, item: evaluating.Open) -> None:
        await evaluating.work(item, self._run, self._asker)

    # Encode, and settle the plan ---------------------------------------------------------------

    async def _planned(self) -> list[Entry]:
        with self._store.reading() as db:
            entries = runs.entries(db, self._run.id)
            # Metadata that is all a run is for can be settled again with seeds that are retried.
            if entries and self._settings.goal != "metadata":
                return entries
            seeds = runs.seeds(db, self._run.id)
            failed = failures.items(db, self._run.id, "encode")
        open_ = [seed for seed in seeds if not seed.metadata and _seed_name(seed) not in failed]
        if entries and not open_:
            return entries
        await self._each(open_, self._encode)
        # A plan settled without the seeds whose server hiccuped would depend on the hiccup.
        if self._asker.is_stopping or self._waiting():
            return []
        with self._store.writing() as db:
            encoded, found = plan.settle(db, self._run)
        if not found:
            self._asker.halt(_nothing_to_synthesize(encoded))
            return []
        with self._store.reading() as db:
            return runs.entries(db, self._run.id)

    async def _encode(self, seed: RunSeed) -> None:
        def record(db: Database, entry: Metadata, calls: Sequence[int]) -> None:
            # The project's entries are written when the plan is settled, in its order.
            runs.set_encoded(db, self._run.id, seed.position, entry, calls[-1])

        hop = encode.hop(seed.text, self._settings)
        await self._asker.try_to_settle(
            Work(step="encode", role="strong", item=_seed_name(seed), hop=hop, record=record)
        )


def _nothing_to_synthesize(encoded: int) -> SettingsError:
    if encoded:
        return SettingsError(
            "Every metadata entry of this run was rejected in its project.",
            "Approve some on the Metadata page.",
        )
    return SettingsError(
        "No seed could be encoded, so there is nothing to synthesize from.",
        "Look at the failures: the strong model's replies had the wrong shape.",
    )


def _seed_name(seed: RunSeed) -> str:
    return f"s{seed.position + 1}"
