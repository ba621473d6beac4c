"""One chain of a compared method: its rounds, the response to what stands, rating and verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.pipeline.asking import Asker, Work
from codeclm.pipeline.journal import Journal
from codeclm.records import Drop, Evolution, Judgement, Metadata, Response, Verdict
from codeclm.store import chains, drops, evolutions, pairs, verdicts
from codeclm.store.chains import Place
from codeclm.store.connection import Store
from codeclm.store.runs import Entry, RunRow
from codeclm.strategies.alpagasus import Rating
from codeclm.strategies.codeclm import Chain, Need, chain_name
from codeclm.strategies.compared import Fate, Row, Version, next_step, rounds_of

if TYPE_CHECKING:
    from sqlite_utils import Database

#: The rule that drops what Alpagasus does not keep.
RATED_TOO_LOW = "rated too low"


class VersionWork:
    """What a run of a compared method does for each of its chains."""

    def __init__(
        self, store: Store, run: RunRow, asker: Asker, journal: Journal, window: asyncio.Semaphore
    ) -> None:
        self._store = store
        self._run = run
        self._settings = run.settings
        self._asker = asker
        self._journal = journal
        self._window = window

    def open_slots(self, entry: Entry) -> list[int]:
        """The slots of the chains that have no end yet, in plan order."""
        with self._store.reading() as db:
            return chains.open_slots(db, self._run.id, entry.entry)

    async def start(self, group: asyncio.TaskGroup, entry: Entry, slot: int) -> None:
        """Begin with a chain once there is room in the window, in a task of ``group``."""
        await self._window.acquire()
        group.create_task(self._in_window(entry, slot))

    async def _in_window(self, entry: Entry, slot: int) -> None:
        try:
            with self._asker.guarded():
                await self.bring(entry.metadata, entry.entry, slot)
        finally:
            self._window.release()

    async def bring(self, metadata: Metadata, entry: int, slot: int) -> None:
        """Bring one chain to its end, from wherever its rows are."""
        place = Place(self._run.id, entry, slot)
        version = self._loaded(place, metadata)
        while not self._asker.is_stopping:
            step = next_step(version, self._settings)
            if isinstance(step, Verdict):
                await self._journal.commit(lambda db, v=version, s=step: self._end(db, place, v, s))
                return
            if isinstance(step, Fate):
                await self._journal.commit(lambda db, s=step: self._decide(db, place, s))
                version = version.after(step)
                continue
            rows = await asyncio.gather(
                *(self._asker.try_to_settle(self._work(place, version, need)) for need in step)
            )
            if None in rows:
                return
            version = version.plus(rows)

    def _loaded(self, place: Place, metadata: Metadata) -> Version:
        name = chain_name(place.entry, place.slot)
        with self._store.reading() as db:
            rows = chains.load(db, place, name, 1 + rounds_of(self._settings))
            *earlier, current = rows.instructions
            made = evolutions.of(db, place)
            rated = evolutions.rating(db, place, current.iteration)
        chain = Chain(
            place.entry,
            place.slot,
            metadata,
            current,
            tuple(earlier),
            rows.responses,
            rows.judgements,
        )
        over = [one for one in made if one.rule is not None]
        return Version(
            chain,
            rounds=len(over),
            open=made[-1] if len(made) > len(over) else None,
            rating=Rating(rated[0], rated[1]) if rated else None,
        )

    def _work(self, place: Place, version: Version, need: Need) -> Work:
        iteration = version.chain.instruction.iteration
        # What is answered is the round under way, if there is one.
        number = version.open.round if version.open else None

        def record(db: Database, row: Row, calls: Sequence[int]) -> None:
            call = calls[-1]
            match row:
                case Evolution():
                    evolutions.add(db, place, row, call)
                case bool() if number:
                    evolutions.set_gain(db, place, number, row, call)
                case Response() if number:
                    evolutions.set_response(db, place, number, row, call)
                case Response():
                    chains.add_response(db, place, iteration, row, call)
                case Rating():
                    told = self._settings.dimension, (row.score, row.explanation)
                    evolutions.add_rating(db, place, iteration, *told, call)
                case Judgement():
                    chains.add_judgement(db, place, iteration, row, call)

        return Work(
            step=need.step,
            role=need.role,
            item=need.item,
            hop=need.hop,
            record=record,
            place=(place.entry, place.slot),
            lost=1,
        )

    def _decide(self, db: Database, place: Place, fate: Fate) -> None:
        """End a round: what it made becomes an iteration, or is dropped."""
        made, survivor = fate.evolution, fate.survivor
        text_call, response_call = evolutions.set_rule(db, place, made.round, fate.rule)
        if fate.rule:
            dropped = Drop(
                step="grow" if self._settings.strategy == "tree-instruct" else "evolve",
                item=f"{survivor.chain}.r{made.round}",
                rule=fate.rule,
                text=made.text,
                explanation=made.action,
                chain=(place.entry, place.slot),
                call=text_call,
            )
            drops.add(db, place.run, dropped)
            return
        chains.add_instruction(db, place, survivor, text_call)
        if fate.response:
            chains.add_response(db, place, survivor.iteration, fate.response, response_call)

    def _end(self, db: Database, place: Place, version: Version, found: Verdict) -> None:
        chain = version.chain
        iteration = chain.instruction.iteration
        verdicts.add(db, place, iteration, found, self._run.version)
        if found.side and self._settings.goal == "pairs":
            pairs.add(db, self._run.project, place, iteration, chain.metadata.id, found)
        if version.rating and not version.rating.is_kept:
            rated = evolutions.rating(db, place, iteration)
            dropped = Drop(
                step="rate",
                item=chain.item,
                rule=RATED_TOO_LOW,
                text=chain.instruction.text,
                score=version.rating.score,
                explanation=version.rating.explanation,
                chain=(place.entry, place.slot),
                call=rated[2] if rated else None,
            )
            drops.add(db, place.run, dropped)
