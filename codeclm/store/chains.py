"""What a run's chains are made of: batches, instructions, responses, judgements, verdicts.

A chain is addressed by its place in the plan: run, entry and slot, both counted from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from codeclm.records import Counts, Instruction, Judgement, Outcome, Response, Verdict
from codeclm.store.rows import number, one


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
    texts: Sequence[tuple[str, int]],
) -> None:
    """Record what a decode batch gave: the first iterations of its chains, each with its call."""
    db.conn.execute(
        "insert into batches (run_id, entry, batch, first_slot, asked, written)"
        " values (?, ?, ?, ?, ?, ?)",
        (run, entry, batch, first_slot, asked, len(texts)),
    )
    for offset, (text, call) in enumerate(texts):
        place = Place(run, entry, first_slot + offset)
        add_instruction(db, place, Instruction("", 1, text), call)


def batches_done(db: Database, run: int, entry: int) -> int:
    return number(db, "select count(*) from batches where run_id = ? and entry = ?", (run, entry))


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


def add_verdict(
    db: Database, place: Place, iteration: int, verdict: Verdict, version: int = 1
) -> None:
    """Record what filtering said of one iteration, *improve* included.

    The verdict follows from the judgements: one that is there already is this one.
    """
    db.conn.execute(
        "insert into verdicts (run_id, entry, slot, iteration, version, outcome, strong, target,"
        " gap) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        (
            place.run,
            place.entry,
            place.slot,
            iteration,
            version,
            verdict.outcome,
            verdict.strong,
            verdict.target,
            verdict.gap,
        ),
    )


def open_slots(db: Database, run: int, entry: int) -> list[int]:
    """The slots of an entry's chains that have neither a verdict nor a failure, in plan order."""
    found = db.conn.execute(
        "select slot from instructions as i where run_id = ? and entry = ? and iteration = 1"
        " and not exists (select 1 from verdicts as v where v.run_id = i.run_id"
        "  and v.entry = i.entry and v.slot = i.slot and v.outcome <> 'improve')"
        " and not exists (select 1 from failures as f where f.run_id = i.run_id"
        "  and f.entry = i.entry and f.slot = i.slot) order by slot",
        (run, entry),
    )
    return [row[0] for row in found]


def load(db: Database, place: Place, name: str) -> OpenChain:
    """A chain's instructions, and the responses and judgements of its last iteration."""
    at = (place.run, place.entry, place.slot)
    where = "run_id = ? and entry = ? and slot = ?"
    instructions = tuple(
        Instruction(name, row["iteration"], row["text"], row["action"])
        for row in db.query(f"select * from instructions where {where} order by iteration", at)  # noqa: S608
    )
    last = (*at, instructions[-1].iteration)
    responses = tuple(
        Response(row["side"], row["text"], bool(row["cut"]))
        for row in db.query(f"select * from responses where {where} and iteration = ?", last)  # noqa: S608
    )
    judgements = tuple(
        Judgement(row["position"], row["strong"], row["target"])
        for row in db.query(
            f"select * from judgements where {where} and iteration = ? order by position",  # noqa: S608
            last,
        )
    )
    return OpenChain(place.slot, instructions, responses, judgements)


def counts(db: Database, run: int, planned: int) -> Counts:
    """Where a run's instructions stand. ``planned`` is the number it is to have in all."""
    kept: dict[str, int] = {}
    by_iteration: dict[int, int] = {}
    for row in db.query(
        "select outcome, iteration, count(*) as n from verdicts where run_id = ? and version = 1"
        " and outcome <> 'improve' group by outcome, iteration",
        (run,),
    ):
        kept[row["outcome"]] = kept.get(row["outcome"], 0) + row["n"]
        if row["outcome"] != Outcome.EXHAUSTED:
            by_iteration[row["iteration"]] = by_iteration.get(row["iteration"], 0) + row["n"]
    lost = one(db, "select coalesce(sum(lost), 0) as n from failures where run_id = ?", (run,))
    return Counts(
        instructions=planned,
        kept_strong=kept.get(Outcome.KEEP_STRONG, 0),
        kept_target=kept.get(Outcome.KEEP_TARGET, 0),
        exhausted=kept.get(Outcome.EXHAUSTED, 0),
        failed=lost["n"] if lost else 0,
        by_iteration=tuple(
            by_iteration.get(iteration, 0)
            for iteration in range(1, max(by_iteration, default=0) + 1)
        ),
    )
