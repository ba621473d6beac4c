"""How many pairs of each use case or skill a project wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlite_utils import Database

Field = Literal["use case", "skill"]

#: (name, count or None, share of all or None)
Wanted = tuple[str, int | None, float | None]


def listed(db: Database, project: int, field: Field) -> list[Wanted]:
    """What is wanted of one field, by name."""
    return db.conn.execute(
        "select name, count, share from targets where project_id = ? and field = ? order by name",
        (project, field),
    ).fetchall()


def save(db: Database, project: int, field: Field, wanted: Sequence[Wanted]) -> None:
    """Put these in the place of what was wanted of a field."""
    db.conn.execute("delete from targets where project_id = ? and field = ?", (project, field))
    db.conn.executemany(
        "insert into targets (project_id, field, name, count, share) values (?, ?, ?, ?, ?)",
        ((project, field, *one) for one in wanted),
    )
