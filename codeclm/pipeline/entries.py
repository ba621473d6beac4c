"""One metadata entry of a run: its rubrics, its decode batches, its chains."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING

from codeclm.method import decode
from codeclm.method import rubrics as rubrics_hop
from codeclm.method.verdict import verdict
from codeclm.pipeline.asking import Asker, Work
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.versions import VersionWork
from codeclm.records import (
    Failure,
    Instruction,
    Judgement,
    Outcome,
    Response,
    Rubric,
    Verdict,
)
from codeclm.store import chains, failures, pairs, rubrics, runs, verdicts
from codeclm.store.chains import Place
from codeclm.store.connection import Store
from codeclm.store.runs import Entry, RunRow
from codeclm.strategies.codeclm import Chain, Need, Row, chain_name, last_iteration, next_step

if TYPE_CHECKING:
    from sqlite_utils import Database


class EntryWork:
    """What a run does for each of its metadata entries.

    All entries share the window of chains at work, so that memory does not grow with the run.
    """

    def __init__(
        self, store: Store, run: RunRow, asker: Asker, journal: Journal, window: int
    ) -> None:
        self._store = store
        self._run = run
        self._settings = run.settings
        self._asker = asker
        self._journal = journal
        self._window = asyncio.Semaphore(window)
        self._versions = VersionWork(store, run, asker, journal, self._window)
        self._schedule: Sequence[Sequence[int]] = ()

    def plan(self, schedule: Sequence[Sequence[int]]) -> None:
        """Know the sizes of each entry's decode batches, those already decoded included."""
        self._schedule = schedule

    async def work(self, entry: Entry) -> None:
        """Do what is missing of one entry; returns when all its chains have ended."""
        async with asyncio.TaskGroup() as group:
            actions = group.create_task(self._actions(entry))

            async def start(chain: Chain) -> None:
                await self._window.acquire()
                group.create_task(self._in_window(chain, actions))

            with self._asker.guarded():
                for chain in self._open_chains(entry):
                    await start(chain)
                async for first_slot, texts in self._batches(entry):
                    for offset, text in enumerate(texts):
                        slot = first_slot + offset
                        basic = Instruction(chain_name(entry.entry, slot), 1, text)
                        await start(Chain(entry.entry, slot, entry.metadata, basic))

    async def _actions(self, entry: Entry) -> list[str] | None:
        """The enabled actions of an entry; None when its rubrics could not be written."""
        with self._asker.guarded():
            return await self._written_actions(entry)
        return None

    async def _written_actions(self, entry: Entry) -> list[str] | None:
        if not self._settings.improves:
            return []
        if entry.rubric_set is not None:
            with self._store.reading() as db:
                return _enabled(rubrics.read(db, entry.rubric_set))
        item = f"m{entry.entry + 1}"
        with self._store.reading() as db:
            if item in failures.items(db, self._run.id, "rubrics"):
                return None

        def record(db: Database, written: list[Rubric], calls: Sequence[int]) -> None:
            saved = rubrics.save(db, entry.metadata.id, written, "call", calls[-1])
            runs.bind_rubrics(db, self._run.id, entry.entry, saved)

        hop = rubrics_hop.hop(entry.metadata, self._settings)
        written = await self._asker.try_to_settle(
            Work(step="rubrics", role="strong", item=item, hop=hop, record=record)
        )
        return None if written is None else _enabled(written)

    async def _batches(self, entry: Entry) -> AsyncIterator[tuple[int, list[str]]]:
        """Yield (first slot, texts) of what is still to be decoded, in plan order."""
        sizes = self._schedule[entry.entry] if self._schedule else ()
        with self._store.reading() as db:
            written = chains.batches(db, self._run.id, entry.entry)
            missing = [
                0
                if failures.has(db, self._run.id, "decode", _batch_name(entry, batch))
                else size - written.get(batch, 0)
                for batch, size in enumerate(sizes)
            ]
        for batch, count in enumerate(missing):
            if not count:
                continue
            first_slot = sum(sizes[:batch]) + written.get(batch, 0)
            work = self._decode(entry, batch, sizes, count, waiting=sum(missing[batch + 1 :]))
            parts = await self._asker.try_to_settle(work)
            if parts is not None:
                yield first_slot, [text for part in parts for text in part]
            elif not self._has_failed_for_good(work):
                return

    def _has_failed_for_good(self, work: Work) -> bool:
        with self._store.reading() as db:
            return failures.has(db, self._run.id, work.step, work.item) and not (
                failures.is_passing(db, self._run.id, work.step, work.item)
            )

    def _decode(
        self, entry: Entry, batch: int, sizes: Sequence[int], count: int, waiting: int
    ) -> Work:
        """Ask for ``count`` instructions of one batch; ``waiting`` more come after it.

        Later batches are told what this one wrote. Bad replies end it, and they go on without;
        a fault of the server leaves it open, and they wait with it for the resume.
        """
        at = (self._run.id, entry.entry, batch, sum(sizes[:batch]), sizes[batch])
        with self._store.reading() as db:
            earlier = chains.texts(db, self._run.id, entry.entry, decode.AVOID_AT_MOST)
        item = _batch_name(entry, batch)

        def record(db: Database, parts: list[list[str]], calls: Sequence[int]) -> None:
            texts = [(text, call) for part, call in zip(parts, calls, strict=True) for text in part]
            chains.add_batch(db, *at, texts)
            if len(texts) < count:
                missing = count - len(texts)
                message = f"{missing} of {count} instructions were not written"
                short = Failure("decode", item, "short", message, run=self._run.id)
                failures.add(db, self._run.project, short, lost=missing)

        return Work(
            step="decode",
            role="strong",
            item=item,
            hop=decode.hop(entry.metadata, count, earlier, batch, self._settings),
            record=record,
            give_up=lambda db: chains.add_batch(db, *at, []),
            lost=count,
            waiting=waiting,
        )

    def _open_chains(self, entry: Entry) -> Iterable[Chain]:
        """The chains of earlier sessions that have no end yet, as far as their rows go."""
        with self._store.reading() as db:
            slots = chains.open_slots(db, self._run.id, entry.entry)
        for slot in slots:
            name = chain_name(entry.entry, slot)
            with self._store.reading() as db:
                place = Place(self._run.id, entry.entry, slot)
                rows = chains.load(db, place, name, last_iteration(self._settings))
            *earlier, current = rows.instructions
            yield Chain(
                entry.entry,
                slot,
                entry.metadata,
                current,
                tuple(earlier),
                rows.responses,
                rows.judgements,
            )

    # One chain ---------------------------------------------------------------------------------

    async def _in_window(self, chain: Chain, actions: asyncio.Task[list[str] | None]) -> None:
        try:
            with self._asker.guarded():
                if self._settings.strategy == "codeclm":
                    await self._chain(chain, await actions)
                else:
                    await self._versions.bring(chain.metadata, chain.entry, chain.slot)
        finally:
            self._window.release()

    async def _chain(self, chain: Chain, actions: list[str] | None) -> None:
        while not self._asker.is_stopping:
            step = next_step(chain, actions or (), self._settings)
            if isinstance(step, Verdict):
                await self._journal.commit(lambda db, c=chain, v=step: self._end(db, c, v))
                return
            rows = await asyncio.gather(
                *(self._asker.try_to_settle(self._work(chain, need)) for need in step)
            )
            if None in rows:
                return
            chain = chain.plus(rows)

    def _work(self, chain: Chain, need: Need) -> Work:
        place = Place(self._run.id, chain.entry, chain.slot)
        iteration = chain.instruction.iteration

        def record(db: Database, row: Row, calls: Sequence[int]) -> None:
            call = calls[-1]
            match row:
                case Response():
                    chains.add_response(db, place, iteration, row, call)
                case Judgement():
                    chains.add_judgement(db, place, iteration, row, call)
                case Instruction():
                    if chain.judgements:
                        found = verdict(chain.judgements, self._settings.theta, last=False)
                        verdicts.add(db, place, iteration, found, self._run.version)
                    chains.add_instruction(db, place, row, call)

        return Work(
            step=need.step,
            role=need.role,
            item=need.item,
            hop=need.hop,
            record=record,
            place=(chain.entry, chain.slot),
            lost=1,
        )

    def _end(self, db: Database, chain: Chain, found: Verdict) -> None:
        place = Place(self._run.id, chain.entry, chain.slot)
        verdicts.add(db, place, chain.instruction.iteration, found, self._run.version)
        if found.side:
            if self._settings.goal == "pairs":
                entry = chain.metadata.id
                pairs.add(db, self._run.project, place, chain.instruction.iteration, entry, found)
        elif found.outcome is Outcome.IMPROVE:
            rubrics_of = f"m{chain.entry + 1}"
            failure = Failure(
                "improve",
                chain.item,
                failures.NO_ACTION,
                "its metadata entry has no action to improve it with",
                run=self._run.id,
            )
            failures.add(
                db,
                self._run.project,
                failure,
                place=(chain.entry, chain.slot),
                lost=1,
                passing=failures.is_passing(db, self._run.id, "rubrics", rubrics_of),
            )


def _batch_name(entry: Entry, batch: int) -> str:
    return f"m{entry.entry + 1}.b{batch + 1}"


def _enabled(written: Iterable[Rubric]) -> list[str]:
    return [rubric.action for rubric in written if rubric.enabled]
