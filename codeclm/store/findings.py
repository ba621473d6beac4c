"""What looks have found of pairs, with the texts that show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from codeclm.errors import StoreError
from codeclm.records import Evidence, Finding, Pair
from codeclm.store import pairs
from codeclm.store.rows import number
from codeclm.store.selection import STANDS

_FOUND = """
select f.*, coalesce(seeds.text, items.instruction, '') as theirs,
    coalesce('pair ' || f.like_pair, seed_files.name || ':' || seeds.line,
        set_files.name || ':' || items.line, '') as source,
    exists (select 1 from reviews as e where e.pair_id in (f.pair_id, f.like_pair)
        and e.undone = 0 and e.decision in ('edit', 'swap')
        and e.id > json_extract(looks.mark, '$.texts[2]')) as changed
from findings as f
join looks on looks.id = f.look_id
join pairs as p on p.id = f.pair_id
left join seeds on seeds.id = f.like_seed
left join imports as seed_files on seed_files.id = seeds.import_id
left join benchmark_items as items on items.benchmark_id = f.benchmark_id
    and items.position = f.position
left join benchmarks on benchmarks.id = f.benchmark_id
left join imports as set_files on set_files.id = benchmarks.import_id
"""


def add_all(db: Database, look: int, found: Iterable[Finding]) -> None:
    """Keep what a look has found."""
    db.conn.executemany(
        "insert into findings (look_id, pair_id, kind, part, begins, ends, why, similarity,"
        " like_pair, like_seed, benchmark_id, position)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                look,
                one.pair,
                one.kind,
                one.part,
                one.start,
                one.end,
                one.why,
                one.similarity,
                one.like_pair,
                one.like_seed,
                one.benchmark,
                one.position,
            )
            for one in found
        ),
    )


def forget(db: Database, look: int, kind: str, pairs: Iterable[int]) -> None:
    """Take out what a look has found of this kind of some pairs."""
    db.conn.executemany(
        "delete from findings where look_id = ? and kind = ? and pair_id = ?",
        ((look, kind, pair) for pair in pairs),
    )


def of_pair(db: Database, project: int, pair: int) -> list[Evidence]:
    """Everything that is found of a pair, in the order it was, with what it is like."""
    found = db.query(f"{_FOUND} where f.pair_id = ? order by f.id", (pair,))
    return _evidence(db, project, found)


def page(
    db: Database,
    project: int,
    kind: str,
    limit: int,
    offset: int = 0,
    *,
    like_pair: int | None = None,
    with_rejected: bool = True,
) -> list[Evidence]:
    """Some findings of a kind, the most alike first, each with its texts."""
    where, values = _where(project, kind, like_pair, with_rejected)
    found = db.query(
        f"{_FOUND} where {where} order by f.similarity desc, f.id limit :limit offset :offset",
        {**values, "limit": limit, "offset": offset},
    )
    return _evidence(db, project, found)


def count(db: Database, project: int, kind: str, *, with_rejected: bool = True) -> int:
    """How many findings of a kind there are."""
    where, values = _where(project, kind, None, with_rejected)
    sql = "select count(*) from findings as f join looks on looks.id = f.look_id"
    return number(db, f"{sql} join pairs as p on p.id = f.pair_id where {where}", values)


def _where(
    project: int, kind: str, like_pair: int | None, with_rejected: bool
) -> tuple[str, dict[str, Any]]:
    tests = ["looks.project_id = :project", "f.kind = :kind"]
    if like_pair is not None:
        tests.append("f.like_pair = :like_pair")
    if not with_rejected:
        tests += ["p.status <> 'rejected'", STANDS]
    return " and ".join(tests), {"project": project, "kind": kind, "like_pair": like_pair}


def _finding(row: dict[str, Any]) -> Finding:
    return Finding(
        pair=row["pair_id"],
        kind=row["kind"],
        part=row["part"],
        start=row["begins"],
        end=row["ends"],
        why=row["why"],
        similarity=row["similarity"],
        like_pair=row["like_pair"],
        like_seed=row["like_seed"],
        benchmark=row["benchmark_id"],
        position=row["position"],
        id=row["id"],
    )


def _evidence(db: Database, project: int, rows: Iterable[dict[str, Any]]) -> list[Evidence]:
    known: dict[int, Pair] = {}

    def pair(number: int) -> Pair:
        if number not in known:
            found = pairs.get(db, project, number)
            if found is None:
                raise StoreError(f"There is no pair {number}.", "Look at the page again.")
            known[number] = found
        return known[number]

    return [
        Evidence(
            finding=_finding(row),
            pair=pair(row["pair_id"]),
            theirs=pair(row["like_pair"]).instruction if row["like_pair"] else row["theirs"],
            source=row["source"],
            changed=bool(row["changed"]),
        )
        for row in list(rows)
    ]
