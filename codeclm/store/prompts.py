"""What prompts say: a project's own wording, and the one behind every digest in the journal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from codeclm.store.rows import now


def edited(db: Database, project: int) -> dict[str, str]:
    """The prompts that a project has in words of its own: name to text."""
    found = db.conn.execute(
        "select name, text from project_prompts where project_id = ?", (project,)
    )
    return dict(found.fetchall())


def edit(db: Database, project: int, name: str, text: str) -> None:
    """Give a project its own wording of a prompt."""
    db.conn.execute(
        "insert into project_prompts (project_id, name, text, changed_at) values (?, ?, ?, ?)"
        " on conflict do update set text = excluded.text, changed_at = excluded.changed_at",
        (project, name, text, now()),
    )


def reset(db: Database, project: int, name: str) -> None:
    """Let a project have a prompt as it ships."""
    db.conn.execute(
        "delete from project_prompts where project_id = ? and name = ?", (project, name)
    )


def record(db: Database, project: int, wordings: Iterable[tuple[str, str, str]]) -> None:
    """Keep what each (digest, name, text) stands for in a project's calls."""
    db.conn.executemany(
        "insert into prompts (project_id, digest, name, text) values (?, ?, ?, ?)"
        " on conflict do nothing",
        ((project, *wording) for wording in wordings),
    )


def text_of(db: Database, project: int, digest: str) -> str | None:
    """The wording behind a digest; None if no call of the project used it."""
    row = db.conn.execute(
        "select text from prompts where project_id = ? and digest = ?", (project, digest)
    ).fetchone()
    return row[0] if row else None
