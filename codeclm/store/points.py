"""Where pairs lie on the map of their project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from sqlite_utils import Database

#: (pair, x, y, region)
Point: TypeAlias = tuple[int, float, float, int]
#: (pair, x, y, region, use case, gap, status)
Placed: TypeAlias = tuple[int, float, float, int, str, float | None, str]


def add_all(db: Database, look: int, points: Iterable[Point]) -> None:
    """Keep where pairs lie."""
    db.conn.executemany(
        "insert into map_points (look_id, pair_id, x, y, region) values (?, ?, ?, ?, ?)",
        ((look, *point) for point in points),
    )


def listed(db: Database, look: int) -> list[Placed]:
    """Every pair on the map that nobody has rejected."""
    return db.conn.execute(
        "select m.pair_id, m.x, m.y, m.region, metadata.use_case, p.gap, p.status"
        " from map_points as m"
        " join pairs as p on p.id = m.pair_id join metadata on metadata.id = p.metadata_id"
        " where m.look_id = ? and p.status <> 'rejected' order by m.pair_id",
        (look,),
    ).fetchall()
