"""The file a project is about to import, one a project, kept until it is imported or put away."""

from __future__ import annotations

import hashlib

from sqlite_utils import Database

from codeclm.records import Upload
from codeclm.store.rows import now, one


def keep(db: Database, project: int, name: str, data: bytes) -> None:
    """Keep a file, in the place of one that was kept before."""
    db.conn.execute(
        "insert into uploads (project_id, name, sha256, created_at, data) values (?, ?, ?, ?, ?)"
        " on conflict do update set name = excluded.name, sha256 = excluded.sha256,"
        " created_at = excluded.created_at, data = excluded.data",
        (project, name, hashlib.sha256(data).hexdigest(), now(), data),
    )


def kept(db: Database, project: int) -> Upload | None:
    """What is kept, without its bytes."""
    row = one(
        db,
        "select name, sha256, length(data) as size, created_at from uploads where project_id = ?",
        (project,),
    )
    return Upload(**row) if row else None


def data(db: Database, project: int, sha256: str) -> bytes | None:
    """The bytes of the kept file, None when it is another one by now."""
    row = one(db, "select data from uploads where project_id = ? and sha256 = ?", (project, sha256))
    return row["data"] if row else None


def forget(db: Database, project: int, sha256: str | None = None) -> None:
    """Put the kept file away, or only if it is still the one with this digest."""
    db.conn.execute(
        "delete from uploads where project_id = :project and coalesce(:sha256, sha256) = sha256",
        {"project": project, "sha256": sha256},
    )
