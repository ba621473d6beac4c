"""Files a project is about to import, one for each purpose, kept until imported or put away.

A purpose is the page that a file was brought to: ``source``, or ``benchmark`` for a set.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from sqlite_utils import Database

from codeclm.records import Upload
from codeclm.store.rows import now, one

Purpose = Literal["source", "benchmark"]


def keep(db: Database, project: int, name: str, data: bytes, purpose: Purpose = "source") -> None:
    """Keep a file, in the place of one that was kept before."""
    db.conn.execute(
        "insert into uploads (project_id, purpose, name, sha256, created_at, data)"
        " values (?, ?, ?, ?, ?, ?)"
        " on conflict do update set name = excluded.name, sha256 = excluded.sha256,"
        " created_at = excluded.created_at, data = excluded.data",
        (project, purpose, name, hashlib.sha256(data).hexdigest(), now(), data),
    )


def kept(db: Database, project: int, purpose: Purpose = "source") -> Upload | None:
    """What is kept, without its bytes."""
    row = one(
        db,
        "select name, sha256, length(data) as size, created_at from uploads"
        " where project_id = ? and purpose = ?",
        (project, purpose),
    )
    return Upload(**row) if row else None


def data(db: Database, project: int, sha256: str, purpose: Purpose = "source") -> bytes | None:
    """The bytes of the kept file, None when it is another one by now."""
    row = one(
        db,
        "select data from uploads where project_id = ? and purpose = ? and sha256 = ?",
        (project, purpose, sha256),
    )
    return row["data"] if row else None


def forget(
    db: Database, project: int, sha256: str | None = None, purpose: Purpose = "source"
) -> None:
    """Put the kept file away, or only if it is still the one with this digest."""
    db.conn.execute(
        "delete from uploads where project_id = :project and purpose = :purpose"
        " and coalesce(:sha256, sha256) = sha256",
        {"project": project, "purpose": purpose, "sha256": sha256},
    )
