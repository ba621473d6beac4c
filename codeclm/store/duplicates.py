"""Groups of pairs that are alike, each around the one that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from codeclm.records import DuplicateGroup
from codeclm.store.rows import number


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


def members(db: Database, look: int, pair: int) -> list[int]:
    """A pair's group: the one that is kept, and its duplicates. Empty where it has none."""
    found = db.conn.execute(
        "with kept(id) as (select like_pair from findings where look_id = :look"
        "  and kind = 'duplicate' and :pair in (pair_id, like_pair))"
        " select id from kept union select pair_id from findings where look_id = :look"
        " and kind = 'duplicate' and like_pair in (select id from kept)",
        {"look": look, "pair": pair},
    )
    return [row[0] for row in found]


def standing(db: Database, pairs: Iterable[int]) -> dict[int, tuple[str, float | None, int]]:
    """(status, gap, length) of some pairs, by their ids."""
    found = db.conn.execute(
        "select id, status, gap, length from pairs where id in (select value from json_each(?))",
        (json.dumps(list(pairs)),),
    )
    return {row[0]: (row[1], row[2], row[3]) for row in found}
