"""Trying one action: a basic instruction of an entry, and what the action makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.method import decode, improve
from codeclm.pipeline.asking import Asker, Work
from codeclm.records import Instruction
from codeclm.store import chains
from codeclm.store.chains import Place
from codeclm.store.connection import Store
from codeclm.store.runs import Entry, RunRow
from codeclm.strategies.codeclm import chain_name

if TYPE_CHECKING:
    from sqlite_utils import Database

#: The one chain of a trial.
ENTRY, SLOT, BATCH = 0, 0, 0


async def work(entry: Entry, run: RunRow, store: Store, asker: Asker) -> None:
    """Do what is missing: two calls, of which the first replays for the next action of an entry."""
    place, name = Place(run.id, ENTRY, SLOT), chain_name(ENTRY, SLOT)

    def record_basic(db: Database, parts: list[list[str]], calls: Sequence[int]) -> None:
        chains.add_batch(db, run.id, ENTRY, BATCH, SLOT, 1, [(parts[0][0], calls[0])])

    def record_improved(db: Database, text: str, calls: Sequence[int]) -> None:
        row = Instruction(name, 2, text, run.settings.action)
        chains.add_instruction(db, place, row, calls[-1])

    with store.reading() as db:
        written = chains.instructions(db, place)
    if not written:
        hop = decode.hop(entry.metadata, 1, (), BATCH, run.settings)
        parts = await asker.try_to_settle(
            Work(step="decode", role="strong", item="m1.b1", hop=hop, record=record_basic)
        )
        if parts is None:
            return
        written = [parts[0][0]]
    if len(written) == 1:
        again = improve.hop(written[0], run.settings.action, run.settings)
        await asker.try_to_settle(
            Work(step="improve", role="strong", item=f"{name}.2", hop=again, record=record_improved)
        )
