"""What a run's chains are made of: batches, instructions, responses, judgements.

A chain is addressed by its place in the plan: run, entry and slot, both counted from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from codeclm.records import Instruction, Judgement, Response


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chain stands in the plan."""

    run: int
    entry: int
    slot: int


@dataclass(frozen=True, slots=True)
class OpenChain:
    """The rows of a chain that has no verdict and no failure yet."""

    slot: int
    instructions: tuple[Instruction, ...]
    responses: tuple[Response, ...]
    judgements: tuple[Judgement, ...]


def add_batch(
    db: Database,
    run: int,
    entry: int,
    batch: int,
    first_slot: int,
    asked: int,
    texts: Sequence[tuple[str, int | None]],
) -> None:
    """Record what a decode batch gave: the first iterations of its chains, each with its call.

    What an import brings for an entry is one batch without calls.

    A batch that was asked for what it lacked has more than before.
    """
    written = batches(db, run, entry).get(batch, 0)
    db.conn.execute(
        "insert into batches (run_id, entry, batch, first_slot, asked, written)"
        " values (?, ?, ?, ?, ?, ?)"
        " on conflict do update set written = written + excluded.written",
        (run, entry, batch, first_slot, asked, len(texts)),
    )
    for offset, (text, call) in enumerate(texts, first_slot + written):
        add_instruction(db, Place(run, entry, offset), Instruction("", 1, text), call)


def batches(db: Database, run: int, entry: int) -> dict[int, int]:
    """How many instructions each batch of an entry has given, of those that were asked."""
    found = db.conn.execute(
        "select batch, written from batches where run_id = ? and entry = ?", (run, entry)
    )
    return dict(found.fetchall())


def texts(db: Database, run: int, entry: int, latest: int) -> list[str]:
    """The latest basic instructions of an entry, in plan order."""
    found = db.conn.execute(
        "select text from instructions where run_id = ? and entry = ? and iteration = 1"
        " order by slot desc limit ?",
        (run, entry, latest),
    )
    return [row[0] for row in found][::-1]


def add_instruction(db: Database, place: Place, row: Instruction, call: int | None) -> None:
    db.conn.execute(
        "insert into instructions (run_id, entry, slot, iteration, text, action, call_id)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (place.run, place.entry, place.slot, row.iteration, row.text, row.action, call),
    )


def add_response(
    db: Database, place: Place, iteration: int, row: Response, call: int | None
) -> None:
    db.conn.execute(
        "insert into responses (run_id, entry, slot, iteration, side, text, cut, call_id)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (place.run, place.entry, place.slot, iteration, row.side, row.text, int(row.cut), call),
    )


def add_judgement(
    db: Database, place: Place, iteration: int, row: Judgement, call: int | None
) -> None:
    db.conn.execute(
        "insert into judgements (run_id, entry, slot, iteration, position, strong, target, call_id)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        (place.run, place.entry, place.slot, iteration, row.order, row.strong, row.target, call),
    )


def instructions(db: Database, place: Place) -> list[str]:
    """A chain's instructions, from its first iteration on."""
    found = db.conn.execute(
        "select text from instructions where run_id = ? and entry = ? and slot = ?"
        " order by iteration",
        (place.run, place.entry, place.slot),
    )
    return [row[0] for row in found]


def open_slots(db: Database, run: int, entry: int) -> list[int]:
    """The slots of an entry's chains that have neither a verdict nor a failure, in plan order."""
    found = db.conn.execute(
        "select slot from instructions as i where run_id = ? and entry = ? and iteration = 1"
        " and not exists (select 1 from verdicts as v where v.run_id = i.run_id"
        "  and v.entry = i.entry and v.slot = i.slot and v.outcome <> 'improve'"
        "  and v.version = (select version from runs where id = i.run_id))"
        " and not exists (select 1 from failures as f where f.run_id = i.run_id"
        "  and f.entry = i.entry and f.slot = i.slot) order by slot",
        (run, entry),
    )
    return [row[0] for row in found]


def load(db: Database, place: Place, name: str, last: int) -> OpenChain:
    """A chain's instructions up to iteration ``last``, and what the latest of them has got."""
    at = (place.run, place.entry, place.slot)
    where = "run_id = ? and entry = ? and slot = ?"
    instructions = tuple(
        Instruction(name, row["iteration"], row["text"], row["action"])
        for row in db.query(
            f"select * from instructions where {where} and iteration <= ? order by iteration",  # noqa: S608
            (*at, last),
        )
    )
    latest = (*at, instructions[-1].iteration)
    responses = tuple(
        Response(row["side"], row["text"], bool(row["cut"]))
        for row in db.query(f"select * from responses where {where} and iteration = ?", latest)  # noqa: S608
    )
    judgements = tuple(
        Judgement(row["position"], row["strong"], row["target"])
        for row in db.query(
            f"select * from judgements where {where} and iteration = ? order by position",  # noqa: S608
            latest,
        )
    )
    return OpenChain(place.slot, instructions, responses, judgements)
