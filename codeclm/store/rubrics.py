"""Sets of rubrics and actions: every change is a new version of its entry's set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlite_utils import Database

from codeclm.records import Rubric
from codeclm.store.rows import now, one

Origin = Literal["call", "hand", "sample"]


def current(db: Database, metadata: int, origin: Origin | None = None) -> int | None:
    """The id of the newest set of an entry (None: it has none, or not of this origin)."""
    row = one(
        db,
        "select id, origin from rubric_sets where metadata_id = ? order by version desc limit 1",
        (metadata,),
    )
    return row["id"] if row and origin in (None, row["origin"]) else None


def written(db: Database, project: int) -> set[int]:
    """The metadata entries of a project that have a set."""
    found = db.conn.execute(
        "select distinct metadata_id from rubric_sets join metadata on metadata.id = metadata_id"
        " where project_id = ?",
        (project,),
    )
    return {row[0] for row in found}


def read(db: Database, rubric_set: int) -> list[Rubric]:
    """The rubrics of one set, in their order."""
    found = db.query(
        "select rubric, action, enabled from rubrics where set_id = ? order by position",
        (rubric_set,),
    )
    return [Rubric(row["rubric"], row["action"], bool(row["enabled"])) for row in found]


def save(
    db: Database,
    metadata: int,
    rubrics: Sequence[Rubric],
    origin: Origin,
    call: int | None = None,
) -> int:
    """Add the next version of an entry's set and return its id.

    A set that the same call made before is that set, not a new version.
    """
    known = (
        one(
            db,
            "select id from rubric_sets where metadata_id = ? and call_id = ?",
            (metadata, call),
        )
        if call
        else None
    )
    if known:
        return known["id"]
    rubric_set = db.conn.execute(
        "insert into rubric_sets (metadata_id, version, origin, call_id, created_at)"
        " select ?, coalesce(max(version), 0) + 1, ?, ?, ? from rubric_sets where metadata_id = ?",
        (metadata, origin, call, now(), metadata),
    ).lastrowid
    db.conn.executemany(
        "insert into rubrics (set_id, position, rubric, action, enabled) values (?, ?, ?, ?, ?)",
        (
            (rubric_set, position, rubric.rubric, rubric.action, int(rubric.enabled))
            for position, rubric in enumerate(rubrics)
        ),
    )
    return int(rubric_set or 0)


def versions(db: Database, metadata: int) -> list[dict[str, object]]:
    """The history of an entry's set, newest first: id, version, origin, created_at."""
    return list(
        db.query(
            "select id, version, origin, created_at from rubric_sets where metadata_id = ?"
            " order by version desc",
            (metadata,),
        )
    )
