"""Pairs that are alike: the links between them, and the groups that follow from what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from codeclm.records import Alike, DuplicateGroup
from codeclm.store.rows import number, one

#: (a pair, another one, how they are alike, how much: 0..1)
Link = tuple[int, int, Alike, float]


def add_links(db: Database, look: int, links: Iterable[Link]) -> None:
    """Keep which pairs are alike."""
    db.conn.executemany(
        "insert into duplicate_links (look_id, one, other, likeness, similarity)"
        " values (?, ?, ?, ?, ?)",
        ((look, *link) for link in links),
    )


def around(db: Database, look: int, pair: int) -> list[Link]:
    """The links among all pairs that a pair is linked with, directly or by others."""
    found = db.conn.execute(
        "with recursive near(id) as (select :pair union"
        " select case when l.one = near.id then l.other else l.one end from near"
        "  join duplicate_links as l on (l.one = near.id or l.other = near.id)"
        "  and l.look_id = :look)"
        " select one, other, likeness, similarity from duplicate_links"
        " where look_id = :look and one in (select id from near) order by one, other",
        {"look": look, "pair": pair},
    )
    return [(row[0], row[1], row[2], row[3]) for row in found]


def groups(db: Database, look: int, limit: int, offset: int = 0) -> list[DuplicateGroup]:
    """Some groups in which a pair is left that nobody has rejected, the largest first."""
    found = db.conn.execute(
        f"{_GROUPS} order by pending > 0 desc, duplicates desc, kept limit ? offset ?",
        (look, limit, offset),
    )
    return [DuplicateGroup(*row) for row in found]


def count_groups(db: Database, look: int) -> int:
    return number(db, f"select count(*) from ({_GROUPS})", (look,))  # noqa: S608


_GROUPS = (
    "select f.like_pair as kept, count(*) as duplicates, sum(p.status = 'pending') as pending"
    " from findings as f join pairs as p on p.id = f.pair_id"
    " where f.look_id = ? and f.kind = 'duplicate' group by f.like_pair"
)


def kept_of(db: Database, look: int, pair: int) -> int | None:
    """The pair that is kept in the group of a pair; itself where it is the one."""
    row = one(
        db,
        "select like_pair as kept from findings where look_id = ? and kind = 'duplicate'"
        " and (pair_id = ? or like_pair = ?) order by pair_id = ? desc limit 1",
        (look, pair, pair, pair),
    )
    return row["kept"] if row else None


def standing(db: Database, pairs: Iterable[int]) -> dict[int, tuple[str, float | None, int]]:
    """(status, gap, length) of some pairs, by their ids."""
    found = db.conn.execute(
        "select id, status, gap, length from pairs where id in (select value from json_each(?))",
        (json.dumps(list(pairs)),),
    )
    return {row[0]: (row[1], row[2], row[3]) for row in found}
