"""Pairs that are judged again, and what was said of them: second opinions beside the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from codeclm.records import ORDERS, Judgement, Opinion, Order
from codeclm.store.rows import as_json, number, one


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What the first judge saw of a pair: the machine's instruction and both its responses."""

    instruction: str
    strong: str
    target: str


#: Of pairs: those of which a judge has compared two responses.
_COMPARED = """
pairs.gap is not null and (select count(*) from responses as r where r.run_id = pairs.run_id
    and r.entry = pairs.entry and r.slot = pairs.slot and r.iteration = pairs.iteration) = 2
"""
#: Of ``run_pairs as p``: the mean gap over the samples of which both orders are there.
MEAN_GAP = """
(select avg(gap) from (select avg(strong) - avg(target) as gap from opinions as o
    where o.run_id = p.run_id and o.pair_id = p.pair_id group by o.sample having count(*) = 2))
"""


def compared(db: Database, pairs: Sequence[int]) -> set[int]:
    """Those of some pairs that a first judge has compared."""
    found = db.conn.execute(
        "select id from pairs where id in (select value from json_each(?))"  # noqa: S608
        f" and {_COMPARED}",
        (as_json(list(pairs)),),
    )
    return {row[0] for row in found}


def plan(db: Database, run: int, pairs: Sequence[int]) -> None:
    """Settle which pairs a run judges again, in this order."""
    db.conn.executemany(
        "insert into run_pairs (run_id, position, pair_id) values (?, ?, ?)",
        ((run, position, pair) for position, pair in enumerate(pairs)),
    )


def planned(db: Database, run: int, after: int, limit: int) -> list[tuple[int, int]]:
    """(position, pair) of the next pairs behind a position."""
    found = db.conn.execute(
        "select position, pair_id from run_pairs where run_id = ? and position > ?"
        " order by position limit ?",
        (run, after, limit),
    )
    return [(row[0], row[1]) for row in found]


def missing(db: Database, run: int, pair: int, samples: int) -> Iterator[tuple[int, list[Order]]]:
    """(sample, orders that are still to be asked) of a pair; samples count from 1."""
    found = db.conn.execute(
        "select sample, position from opinions where run_id = ? and pair_id = ?", (run, pair)
    )
    there = set(found.fetchall())
    for sample in range(1, samples + 1):
        orders: list[Order] = [order for order in ORDERS if (sample, order) not in there]
        if orders:
            yield sample, orders


def exhibit(db: Database, pair: int) -> Exhibit | None:
    """What there is to judge of a pair; None when it is gone."""
    row = one(
        db,
        "select i.text as instruction, s.text as strong, t.text as target from pairs as p"
        " join instructions as i on i.run_id = p.run_id and i.entry = p.entry and i.slot = p.slot"
        "  and i.iteration = p.iteration"
        " join responses as s on s.run_id = p.run_id and s.entry = p.entry and s.slot = p.slot"
        "  and s.iteration = p.iteration and s.side = 'strong'"
        " join responses as t on t.run_id = p.run_id and t.entry = p.entry and t.slot = p.slot"
        "  and t.iteration = p.iteration and t.side = 'target'"
        " where p.id = ?",
        (pair,),
    )
    return Exhibit(**row) if row else None


def add(db: Database, run: int, pair: int, sample: int, row: Judgement, call: int) -> None:
    """Record one order of one sample, unless the pair has gone meanwhile, and the mean gap."""
    db.conn.execute(
        "insert into opinions (run_id, pair_id, sample, position, strong, target, call_id)"
        " select ?, id, ?, ?, ?, ?, ? from pairs where id = ? on conflict do nothing",
        (run, sample, row.order, row.strong, row.target, call, pair),
    )
    db.conn.execute(
        f"update run_pairs as p set gap = {MEAN_GAP} where run_id = ? and pair_id = ?",  # noqa: S608
        (run, pair),
    )


def size(db: Database, run: int) -> int:
    """How many pairs a run judges again."""
    return number(db, "select count(*) from run_pairs where run_id = ?", (run,))


def judged(db: Database, run: int) -> int:
    """How many judgements a run has so far: one for each order of each sample of each pair."""
    return number(db, "select count(*) from opinions where run_id = ?", (run,))


def open_samples(db: Database, run: int) -> int:
    """How many samples of a run's pairs have neither both orders nor a failure."""
    return number(
        db,
        "select (select count(*) from run_pairs where run_id = :run)"
        " * json_extract(settings, '$.samples')"
        " - (select count(*) from (select 1 from opinions where run_id = :run"
        "  group by pair_id, sample having count(*) = 2))"
        " - (select count(*) from failures where run_id = :run and step = 'judge')"
        " from runs where id = :run",
        {"run": run},
    )


def of_pair(db: Database, project: int, pair: int) -> list[Opinion]:
    """Everything that was said of a pair when it was judged again, in the order of the runs."""
    found = db.query(
        "select o.run_id as run, json_extract(runs.settings, '$.judge') as judge,"
        " coalesce(json_extract(runs.settings, '$.judge_temperature'), 0.0) as temperature,"
        " o.sample, o.position as 'order', o.strong, o.target from opinions as o"
        " join runs on runs.id = o.run_id where o.pair_id = ? and runs.project_id = ?"
        " order by o.run_id, o.sample, o.position",
        (pair, project),
    )
    return [Opinion(**row) for row in found]


def typical_length(db: Database, pairs: Sequence[int]) -> float:
    """Mean characters of an instruction and both its responses over some pairs; 0 over none."""
    found = db.conn.execute(
        "select avg(length(i.text) + (select sum(length(r.text)) from responses as r"
        "  where r.run_id = p.run_id and r.entry = p.entry and r.slot = p.slot"
        "  and r.iteration = p.iteration)) from pairs as p"
        " join instructions as i on i.run_id = p.run_id and i.entry = p.entry and i.slot = p.slot"
        "  and i.iteration = p.iteration where p.id in (select value from json_each(?))",
        (as_json(list(pairs)),),
    ).fetchone()
    return float(found[0] or 0.0)
