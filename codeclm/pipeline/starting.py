"""A run whose chains begin with seeds: WizardLM and Tree-Instruct."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from codeclm.pipeline.asking import Asker
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.versions import VersionWork
from codeclm.store import chains, evolutions, runs
from codeclm.store.connection import Store
from codeclm.store.runs import Entry, RunRow
from codeclm.strategies.compared import starting

if TYPE_CHECKING:
    from sqlite_utils import Database

#: All that such a run starts from is one batch, to which a larger size adds.
BATCH = 0


class SeedWork:
    """What such a run does; ``entry`` is the one entry of its plan."""

    def __init__(
        self, store: Store, run: RunRow, asker: Asker, journal: Journal, window: int
    ) -> None:
        self._run = run
        self._asker = asker
        self._journal = journal
        self._versions = VersionWork(store, run, asker, journal, asyncio.Semaphore(window))

    async def work(self, entry: Entry) -> None:
        """Bring a chain for each drawn seed to its end."""
        async with asyncio.TaskGroup() as group:
            with self._asker.guarded():
                await self._journal.commit(lambda db: self._begin(db, entry))
                for slot in self._versions.open_slots(entry):
                    if self._asker.is_stopping:
                        return
                    await self._versions.start(group, entry, slot)

    def _begin(self, db: Database, entry: Entry) -> None:
        """Write the first iterations that are not there yet."""
        run = self._run.id
        seeds, sizes = runs.seeds(db, run), runs.sizes(db, run)
        written = chains.batches(db, run, entry.entry).get(BATCH, 0)
        missing = starting(len(seeds), sizes, self._run.settings.seed)[written:]
        if missing:
            texts = [(seeds[position].text, None) for position in missing]
            chains.add_batch(db, run, entry.entry, BATCH, 0, entry.share, texts)
            evolutions.start(db, run, entry.entry, written, missing)
