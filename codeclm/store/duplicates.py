"""Groups of pairs that are alike, each around the one that is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from codeclm.records import DuplicateGroup
from codeclm.store.selection import STANDS


def groups(db: Database, project: int, look: int) -> list[DuplicateGroup]:
    """The groups of a look, those in which something is pending and the largest first.

    Without those whose kept pair was rejected since: what yielded to it stays as it is.
    """
    found = db.conn.execute(
        "select f.like_pair as kept, count(*) as duplicates,"  # noqa: S608 - our own words
        " sum(p.status = 'pending') as pending"
        " from findings as f join pairs as p on p.id = f.pair_id"
        f" where f.look_id = :look and f.kind = 'duplicate' and {STANDS} group by f.like_pair"
        " order by pending > 0 desc, duplicates desc, kept",
        {"project": project, "look": look},
    )
    return [DuplicateGroup(*row) for row in found]


def of_kept(db: Database, look: int, kept: int) -> list[int]:
    """The duplicates of a pair that is kept."""
    found = db.conn.execute(
        "select pair_id from findings where look_id = ? and kind = 'duplicate' and like_pair = ?",
        (look, kept),
    )
    return [row[0] for row in found]


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
