"""A project's own reasons for a reject."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database


def listed(db: Database, project: int) -> list[str]:
    """The reasons in their order; empty while a project has none of its own."""
    found = db.conn.execute(
        "select reason from reasons where project_id = ? order by position", (project,)
    )
    return [row[0] for row in found]


def save(db: Database, project: int, given: Sequence[str]) -> None:
    """Keep these reasons in the place of those before."""
    db.conn.execute("delete from reasons where project_id = ?", (project,))
    db.conn.executemany(
        "insert into reasons (project_id, position, reason) values (?, ?, ?)",
        [(project, position, reason) for position, reason in enumerate(given)],
    )
