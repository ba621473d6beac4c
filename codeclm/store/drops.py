"""What the rules of the compared methods have dropped, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from codeclm.records import Drop, Likeness

#: The text of a neighbour ``n``, a seed or an accepted instruction of the run ``:run``.
TEXT = "coalesce(seeds.text, i.text, '')"
WHOSE = (
    "left join run_seeds as s on s.run_id = :run and s.position = n.seed"
    " left join seeds on seeds.id = s.seed_id"
    " left join instructions as i on i.run_id = :run and i.entry = 0 and i.slot = n.slot"
    " and i.iteration = 1"
)


def add(db: Database, run: int, drop: Drop) -> None:
    """Record what a rule has dropped, with the texts it was most like, best first."""
    entry, slot = drop.chain or (None, None)
    number = db.conn.execute(
        "insert into drops (run_id, step, item, entry, slot, rule, text, score, explanation,"
        " call_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run,
            drop.step,
            drop.item,
            entry,
            slot,
            drop.rule,
            drop.text,
            drop.score,
            drop.explanation,
            drop.call,
        ),
    ).lastrowid
    db.conn.executemany(
        "insert into neighbours (drop_id, rank, score, seed, slot) values (?, ?, ?, ?, ?)",
        (
            (number, rank, like.score, like.seed, like.slot)
            for rank, like in enumerate(drop.neighbours, start=1)
        ),
    )


def by_rule(db: Database, run: int) -> dict[str, int]:
    """How many texts of a run each rule has dropped, the busiest rule first."""
    found = db.conn.execute(
        "select rule, count(*) from drops where run_id = ? group by rule"
        " order by count(*) desc, rule",
        (run,),
    )
    return dict(found.fetchall())


def listed(
    db: Database, run: int, limit: int, offset: int = 0, *, rule: str | None = None
) -> list[Drop]:
    """Some texts that were dropped, by one rule or by all, in the order they were."""
    found = list(
        db.query(
            "select * from drops where run_id = ? and (? is null or rule = ?)"
            " order by id limit ? offset ?",
            (run, rule, rule, limit, offset),
        )
    )
    return _with_neighbours(db, found)


def of_chain(db: Database, run: int, entry: int, slot: int) -> list[Drop]:
    """What was dropped of one chain, in the order it was."""
    found = db.query(
        "select * from drops where run_id = ? and entry = ? and slot = ? order by id",
        (run, entry, slot),
    )
    return [_drop(row, ()) for row in found]


def _with_neighbours(db: Database, rows: Iterable[dict[str, Any]]) -> list[Drop]:
    return [_drop(row, _neighbours(db, row["id"], row["run_id"])) for row in rows]


def _neighbours(db: Database, drop: int, run: int) -> tuple[Likeness, ...]:
    found = db.conn.execute(
        f"select n.score, n.seed, n.slot, {TEXT} from neighbours as n {WHOSE}"  # noqa: S608
        " where n.drop_id = :drop order by n.rank",
        {"run": run, "drop": drop},
    )
    return tuple(Likeness(*row) for row in found)


def _drop(row: dict[str, Any], neighbours: tuple[Likeness, ...]) -> Drop:
    return Drop(
        step=row["step"],
        item=row["item"],
        rule=row["rule"],
        text=row["text"],
        score=row["score"],
        explanation=row["explanation"],
        neighbours=neighbours,
        chain=None if row["entry"] is None else (row["entry"], row["slot"]),
        call=row["call_id"],
        run=row["run_id"],
        id=row["id"],
    )
