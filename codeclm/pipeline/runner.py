"""Running a run: encode, settle the plan, then every entry's rubrics, batches and chains.

The same code starts, resumes and continues: it looks at the rows there are and does what is
missing. Work streams through a bounded window, so memory does not grow with the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, TypeVar

from sqlite_utils import Database

from codeclm.errors import (
    BudgetSpent,
    CodeclmError,
    ProviderError,
    ReplyError,
    SettingsError,
)
from codeclm.method import decode, encode
from codeclm.method import rubrics as rubrics_hop
from codeclm.method.shares import batches
from codeclm.method.verdict import verdict
from codeclm.pipeline import plan
from codeclm.pipeline.asking import Asker, Stopped, Work
from codeclm.pipeline.budget import Budget
from codeclm.pipeline.journal import Journal
from codeclm.pipeline.lines import Lines
from codeclm.records import (
    Failure,
    Instruction,
    Judgement,
    Metadata,
    Outcome,
    Response,
    Rubric,
    RunState,
    Verdict,
)
from codeclm.store import calls, chains, failures, metadata, pairs, rubrics, runs
from codeclm.store.chains import Place
from codeclm.store.connection import Store
from codeclm.store.runs import Entry, RunRow, RunSeed
from codeclm.strategies.codeclm import Chain, Need, Row, chain_name, next_step

T = TypeVar("T")


class Runner:
    """Brings one run as far as it goes."""

    def __init__(self, store: Store, run: RunRow, lines: Lines, journal: Journal) -> None:
        self._store = store
        self._run = run
        self._settings = run.settings
        self._journal = journal
        with store.reading() as db:
            spent = calls.usage(db, run.id)
        self._asker = Asker(
            run.project,
            run.id,
            run.settings.generation,
            lines,
            journal,
            Budget(run.settings, spent),
        )
        # Twice the concurrency keeps every slot busy while chains wait for their own next step.
        self._width = 2 * run.settings.concurrency
        self._window = asyncio.Semaphore(self._width)
        self._halted: CodeclmError | None = None

    def stop(self) -> None:
        """Finish what is in flight and ask nothing new."""
        self._asker.stopping.set()

    async def run(self) -> tuple[RunState, str]:
        """Do what is missing. Returns the state the run ends in and a message for a person."""
        with self._store.writing() as db:
            failures.forget_passing(db, self._run.id)
        entries = await self._planned()
        # With more entries than instructions, those without a share need no rubrics either.
        needed = [entry for entry in entries if entry.share or self._settings.goal == "rubrics"]
        if self._settings.goal != "metadata":
            await self._each(needed, self._entry)
        match self._halted:
            case None if self._stopping:
                return RunState.STOPPED, "Stopped. Resume goes on from here."
            case None:
                return self._finished()
            case BudgetSpent() as error:
                return RunState.PAUSED, str(error)
            case error:
                return RunState.FAILED, str(error)

    def _finished(self) -> tuple[RunState, str]:
        with self._store.reading() as db:
            waiting = failures.count_passing(db, self._run.id)
        if not waiting:
            return RunState.FINISHED, ""
        return (
            RunState.STOPPED,
            f"{waiting} items got no answer from their server. Resume asks them again.",
        )

    @property
    def _stopping(self) -> bool:
        return self._asker.stopping.is_set()

    def _halt(self, error: CodeclmError) -> None:
        self._halted = self._halted or error
        self.stop()

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
                if self._stopping:
                    break
                group.create_task(one(item))

    async def _settled(self, work: Work) -> Any:
        """The record of a hop, None when it failed (which is on disk) or the run is stopping."""
        try:
            return await self._asker.settle(work)
        except (ReplyError, Stopped):
            return None
        except ProviderError as error:
            if error.stops_run:
                self._halt(error)
            return None
        except CodeclmError as error:
            self._halt(error)
            return None

    # Encode, and settle the plan ---------------------------------------------------------------

    async def _planned(self) -> list[Entry]:
        with self._store.reading() as db:
            entries = runs.entries(db, self._run.id)
            if entries:
                return entries
            seeds = runs.seeds(db, self._run.id)
            failed = failures.items(db, self._run.id, "encode")
        open_ = [seed for seed in seeds if not seed.metadata and _seed_name(seed) not in failed]
        await self._each(open_, self._encode)
        if self._stopping:
            return []
        with self._store.writing() as db:
            found = plan.settle(db, self._run)
        if not found:
            self._halt(
                SettingsError(
                    "No seed could be encoded, so there is nothing to synthesize from.",
                    "Look at the failures: the strong model's replies had the wrong shape.",
                )
            )
            return []
        with self._store.reading() as db:
            return runs.entries(db, self._run.id)

    async def _encode(self, seed: RunSeed) -> None:
        def record(db: Database, entry: Metadata, call: int) -> None:
            runs.set_encoded(db, self._run.id, seed.position, entry, call)
            if self._settings.goal == "metadata":
                # Shown as it appears; the weights are counted when the plan is settled.
                known = metadata.current(db, self._run.project, entry)
                if known is None:
                    metadata.save(db, self._run.project, entry)

        hop = encode.hop(seed.text, self._settings)
        await self._settled(
            Work(step="encode", role="strong", item=_seed_name(seed), hop=hop, record=record)
        )

    # One metadata entry: its rubrics, its batches, its chains ----------------------------------

    async def _entry(self, entry: Entry) -> None:
        async with asyncio.TaskGroup() as group:
            actions = group.create_task(self._actions(entry))

            async def start(chain: Chain) -> None:
                await self._window.acquire()
                group.create_task(self._in_window(chain, actions))

            for chain in self._open_chains(entry):
                await start(chain)
            async for first_slot, texts in self._batches(entry):
                for offset, text in enumerate(texts):
                    slot = first_slot + offset
                    basic = Instruction(chain_name(entry.entry, slot), 1, text)
                    await start(Chain(entry.entry, slot, entry.metadata, basic))

    async def _actions(self, entry: Entry) -> list[str] | None:
        """The enabled actions of an entry; None when its rubrics could not be written."""
        if not self._settings.use_rubrics:
            return []
        if entry.rubric_set is not None:
            with self._store.reading() as db:
                return _enabled(rubrics.read(db, entry.rubric_set))
        item = f"m{entry.entry + 1}"
        with self._store.reading() as db:
            if item in failures.items(db, self._run.id, "rubrics"):
                return None

        def record(db: Database, written: list[Rubric], call: int) -> None:
            saved = rubrics.save(db, entry.metadata.id, written, "call", call)
            runs.bind_rubrics(db, self._run.id, entry.entry, saved)

        hop = rubrics_hop.hop(entry.metadata, self._settings)
        written = await self._settled(
            Work(step="rubrics", role="strong", item=item, hop=hop, record=record)
        )
        return None if written is None else _enabled(written)

    async def _batches(self, entry: Entry) -> AsyncIterator[tuple[int, list[str]]]:
        """Yield (first slot, texts) of each batch that is still to be decoded, in plan order."""
        sizes = batches(entry.share, self._settings.batch)
        with self._store.reading() as db:
            done = chains.batches_done(db, self._run.id, entry.entry)
        for batch in range(done, len(sizes)):
            texts = await self._batch(entry, batch, sizes)
            if texts is None:
                return
            yield sum(sizes[:batch]), texts

    async def _batch(self, entry: Entry, batch: int, sizes: list[int]) -> list[str] | None:
        """One batch's instructions, none when its replies were bad; None: not asked to the end."""
        first_slot, count = sum(sizes[:batch]), sizes[batch]
        at = (self._run.id, entry.entry, batch, first_slot, count)
        with self._store.reading() as db:
            earlier = chains.texts(db, self._run.id, entry.entry, decode.AVOID_AT_MOST)
        item = f"m{entry.entry + 1}.b{batch + 1}"

        def record(db: Database, texts: list[str], call: int) -> None:
            chains.add_batch(db, *at, texts, call)
            if len(texts) < count:
                missing = count - len(texts)
                message = f"{missing} of {count} instructions were not written"
                short = Failure("decode", item, "short", message, run=self._run.id)
                failures.add(db, self._run.project, short, lost=missing)

        # Later batches are told what this one wrote. Bad replies end it, and they go on without;
        # a fault of the server leaves it open, and they wait with it for the resume.
        work = Work(
            step="decode",
            role="strong",
            item=item,
            hop=decode.hop(entry.metadata, count, earlier, batch, self._settings),
            record=record,
            give_up=lambda db: chains.add_batch(db, *at, [], None),
            lost=count,
            waiting=sum(sizes[batch + 1 :]),
        )
        texts = await self._settled(work)
        if texts is None:
            with self._store.reading() as db:
                over = chains.batches_done(db, self._run.id, entry.entry) > batch
            return [] if over else None
        return texts

    def _open_chains(self, entry: Entry) -> Iterable[Chain]:
        """The chains of earlier sessions that have no end yet, as far as their rows go."""
        with self._store.reading() as db:
            slots = chains.open_slots(db, self._run.id, entry.entry)
        for slot in slots:
            name = chain_name(entry.entry, slot)
            with self._store.reading() as db:
                rows = chains.load(db, Place(self._run.id, entry.entry, slot), name)
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
            await self._chain(chain, await actions)
        except CodeclmError as error:
            self._halt(error)
        finally:
            self._window.release()

    async def _chain(self, chain: Chain, actions: list[str] | None) -> None:
        while not self._stopping:
            step = next_step(chain, actions or (), self._settings)
            if isinstance(step, Verdict):
                await self._journal.commit(lambda db, c=chain, v=step: self._end(db, c, v))
                return
            rows = await asyncio.gather(*(self._settled(self._work(chain, need)) for need in step))
            if None in rows:
                return
            chain = chain.plus(rows)

    def _work(self, chain: Chain, need: Need) -> Work:
        place = Place(self._run.id, chain.entry, chain.slot)
        iteration = chain.instruction.iteration

        def record(db: Database, row: Row, call: int) -> None:
            match row:
                case Response():
                    chains.add_response(db, place, iteration, row, call)
                case Judgement():
                    chains.add_judgement(db, place, iteration, row, call)
                case Instruction():
                    if chain.judgements:
                        found = verdict(chain.judgements, self._settings.theta, last=False)
                        chains.add_verdict(db, place, iteration, found)
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
        chains.add_verdict(db, place, chain.instruction.iteration, found)
        if found.side:
            entry = chain.metadata.id
            pairs.add(db, self._run.project, place, chain.instruction.iteration, entry, found)
        elif found.outcome is Outcome.IMPROVE:
            rubrics_of = f"m{chain.entry + 1}"
            failure = Failure(
                "improve",
                chain.item,
                "no action",
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


def _enabled(written: Iterable[Rubric]) -> list[str]:
    return [rubric.action for rubric in written if rubric.enabled]


def _seed_name(seed: RunSeed) -> str:
    return f"s{seed.position + 1}"
