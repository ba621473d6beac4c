"""Turning records into columns and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from codeclm.records import Metadata, Status


def now() -> str:
    """This moment in UTC, to the millisecond, as text that sorts."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def one(db: Database, sql: str, values: Any = ()) -> dict[str, Any] | None:
    """The first row of a query, or None."""
    return next(db.query(sql, values), None)


def number(db: Database, sql: str, values: Any = ()) -> int:
    """The one number a query gives, 0 for none."""
    found = db.conn.execute(sql, values).fetchone()
    return int(found[0] or 0) if found else 0


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def key_of(entry: Metadata) -> str:
    """The text under which an entry is the same entry."""
    return as_json(entry.key)


def metadata(row: Mapping[str, Any]) -> Metadata:
    """A metadata entry from its row; one that is not current any more counts as rejected."""
    return Metadata(
        row["use_case"],
        tuple(json.loads(row["skills"])),
        weight=row["weight"],
        origin=row["origin"],
        status=Status(row["status"]) if row["status"] in set(Status) else Status.REJECTED,
        flags=tuple(json.loads(row["flags"])),
        id=row["id"],
    )
