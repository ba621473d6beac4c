"""A run whose instructions are sampled from a pool: round by round, and a chain for each accepted.

What a round has accepted is at work while the next one is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeclm.pipeline.asking import Asker, Work
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.versions import VersionWork
from codeclm.records import Drop, Failure
from codeclm.store import chains, drops, failures, generated, runs
from codeclm.store.connection import Store
from codeclm.store.generated import Candidate
from codeclm.store.runs import Entry, RunRow
from codeclm.strategies import self_instruct
from codeclm.strategies.pool import (
    BARREN,
    ROUND,
    Fate,
    Sieve,
    Standing,
    before,
    candidate_name,
    next_step,
    prompt_name,
)

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(slots=True)
class _Pool:
    """A pool in memory: its seeds, where each accepted instruction came from, prompts answered."""

    seeds: Sequence[str]
    sieve: Sieve
    places: list[int]
    answered: set[int]

    @property
    def since(self) -> int:
        """The first prompt of the round under way."""
        return max(self.answered, default=0) // ROUND * ROUND


class PoolWork:
    """What a run of Self-Instruct or Alpagasus does; ``entry`` is the one entry of its plan."""

    def __init__(
        self, store: Store, run: RunRow, asker: Asker, journal: Journal, window: int
    ) -> None:
        self._store = store
        self._run = run
        self._settings = run.settings
        self._asker = asker
        self._journal = journal
        self._versions = VersionWork(store, run, asker, journal, asyncio.Semaphore(window))

    async def work(self, entry: Entry) -> None:
        """Grow the pool to the entry's share; returns when all chains have ended."""
        async with asyncio.TaskGroup() as group:
            with self._asker.guarded():
                for slot in self._versions.open_slots(entry):
                    await self._versions.start(group, entry, slot)
                await self._grow(group, entry)

    async def _grow(self, group: asyncio.TaskGroup, entry: Entry) -> None:
        # An index over many texts takes seconds, in which replies are waited for.
        pool = await asyncio.to_thread(self._loaded)
        while not self._asker.is_stopping:
            waiting = self._waiting(pool)
            match next_step(Standing(pool.places, pool.answered, bool(waiting)), entry.share):
                case "enough":
                    return
                case "barren":
                    await self._give_up(entry, len(pool.places))
                    return
                case "look":
                    for slot in await self._look(pool, entry, waiting):
                        await self._versions.start(group, entry, slot)
                case places:
                    await self._ask(pool, places)
                    if not pool.answered.issuperset(places):
                        return

    def _loaded(self) -> _Pool:
        with self._store.reading() as db:
            seeds = [seed.text for seed in runs.seeds(db, self._run.id)]
            accepted = generated.accepted(db, self._run.id)
            answered = generated.places(db, self._run.id) | self._failed(db)
        sieve = Sieve(seeds, [text for _, text in accepted])
        return _Pool(seeds, sieve, [place for place, _ in accepted], answered)

    def _failed(self, db: Database) -> set[int]:
        items = failures.settled(db, self._run.id, "generate")
        return {int(item[1:]) - 1 for item in items if item[1:].isdigit()}

    def _waiting(self, pool: _Pool) -> list[Candidate]:
        with self._store.reading() as db:
            return generated.waiting(db, self._run.id, pool.since)

    # A round -----------------------------------------------------------------------------------

    async def _ask(self, pool: _Pool, places: Sequence[int]) -> None:
        accepted = pool.sieve.accepted
        known = accepted[: before(pool.places, places[0])]
        await asyncio.gather(
            *(self._asker.try_to_settle(self._work(pool.seeds, known, place)) for place in places)
        )
        with self._store.reading() as db:
            pool.answered |= generated.places(db, self._run.id, places[0]) | self._failed(db)

    def _work(self, seeds: Sequence[str], accepted: Sequence[str], place: int) -> Work:
        item = prompt_name(place)
        shown = self_instruct.examples(seeds, accepted, item, self._settings.seed)

        def record(db: Database, texts: Sequence[str], calls: Sequence[int]) -> None:
            generated.add(db, self._run.id, place, texts, calls[-1])

        return Work(
            step="generate",
            role="strong",
            item=item,
            hop=self_instruct.hop(shown, place, self._settings),
            record=record,
        )

    async def _look(self, pool: _Pool, entry: Entry, waiting: Sequence[Candidate]) -> range:
        """Accept and drop what a round gave, in plan order. Returns the slots that are new."""
        texts, room = [one.text for one in waiting], entry.share - len(pool.places)
        fates = await asyncio.to_thread(lambda: list(pool.sieve.look(texts, room)))
        looked_at = list(zip(waiting, fates, strict=False))
        first = len(pool.places)
        await self._journal.commit(lambda db: self._record(db, entry, first, looked_at))
        pool.places += [one.place for one, fate in looked_at if not fate.rule]
        return range(first, len(pool.places))

    def _record(
        self, db: Database, entry: Entry, first: int, looked_at: Sequence[tuple[Candidate, Fate]]
    ) -> None:
        run, batch = self._run.id, looked_at[0][0].place // ROUND
        accepted = [one for one, fate in looked_at if not fate.rule]
        slots = iter(range(first, first + len(accepted)))
        generated.settle(
            db,
            run,
            [
                (one, None, ()) if fate.rule else (one, next(slots), fate.neighbours)
                for one, fate in looked_at
            ],
        )
        written = chains.batches(db, run, entry.entry).get(batch, 0)
        texts = [(one.text, one.call) for one in accepted]
        asked = ROUND * self_instruct.ASKED
        chains.add_batch(db, run, entry.entry, batch, first - written, asked, texts)
        for one, fate in looked_at:
            if fate.rule:
                drops.add(db, run, _dropped(one, fate))

    async def _give_up(self, entry: Entry, accepted: int) -> None:
        missing = entry.share - accepted
        message = (
            f"The last {BARREN} rounds of {ROUND} prompts gave no instruction that is new:"
            f" {missing} of {entry.share} were never written. More or other seeds give more."
        )
        failure = Failure("generate", "pool", failures.BARREN, message, run=self._run.id)
        await self._journal.commit(
            lambda db: failures.add(db, self._run.project, failure, lost=missing)
        )


def _dropped(one: Candidate, fate: Fate) -> Drop:
    return Drop(
        step="generate",
        item=candidate_name(one.place, one.position),
        rule=fate.rule,
        text=one.text,
        score=fate.score,
        neighbours=fate.neighbours,
        call=one.call,
    )
