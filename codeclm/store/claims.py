"""Who has which pair on screen: for a while nobody else is given it."""

from __future__ import annotations

import time

from sqlite_utils import Database

from codeclm.records import PairFilter
from codeclm.store.selection import selected

#: Seconds for which a pair stays somebody's; every look at it begins them anew.
HELD = 300.0
_OTHERS = "select pair_id from claims where reviewer <> :reviewer and until > :moment"


def next_free(
    db: Database, wanted: PairFilter, reviewer: str, place: int, count: int = 1
) -> list[int]:
    """The ids of a queue's pairs from ``place`` on that nobody else has on screen."""
    found = selected(wanted)
    sql = (
        found.sql("pairs.id")
        + f" and pairs.id not in ({_OTHERS}) order by {found.order} limit :count offset :place"
    )
    values = {
        **found.values,
        "reviewer": reviewer,
        "moment": time.time(),
        "count": count,
        "place": place,
    }
    return [row[0] for row in db.conn.execute(sql, values)]


def take(db: Database, pair: int, reviewer: str) -> bool:
    """Claim a pair; the reviewer's other claims end. Returns whether nobody else has it."""
    moment = time.time()
    db.conn.execute("delete from claims where reviewer = ? or until <= ?", (reviewer, moment))
    return bool(
        db.conn.execute(
            "insert into claims (pair_id, reviewer, until) values (?, ?, ?) on conflict do nothing",
            (pair, reviewer, moment + HELD),
        ).rowcount
    )


def of_others(db: Database, project: int, reviewer: str) -> list[tuple[str, int]]:
    """(reviewer, pair) of the project's claims of others that hold."""
    found = db.conn.execute(
        "select claims.reviewer, pair_id from claims join pairs on pairs.id = pair_id"
        " where project_id = ? and claims.reviewer <> ? and until > ?",
        (project, reviewer, time.time()),
    )
    return found.fetchall()
