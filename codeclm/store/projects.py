"""Projects, and the endpoints that all of them share."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from codeclm.settings import Endpoint
from codeclm.store.rows import as_json, now, one

_EDITABLE = (
    "name",
    "brief",
    "system_prompt",
    "system_prompt_is_brief",
    "strong",
    "target",
    "judge",
)


def create(db: Database, name: str) -> int:
    """Add a project and return its id, which none has had before; the name must be free."""
    return int(
        db.conn.execute(
            "insert into projects (id, name, created_at) values ((select 1 + max(id) from"
            " (select 0 as id union all select id from projects"
            "  union all select id from deleted_projects)), ?, ?)",
            (name, now()),
        ).lastrowid
        or 0
    )


def by_name(db: Database, name: str) -> dict[str, Any] | None:
    return one(db, "select * from projects where name = ?", (name,))


def by_id(db: Database, project: int) -> dict[str, Any] | None:
    return one(db, "select * from projects where id = ?", (project,))


def change(db: Database, project: int, **columns: str | bool) -> None:
    """Set some of the columns that a person may edit."""
    for column, value in columns.items():
        if column not in _EDITABLE:
            raise ValueError(f"projects have no editable column {column!r}")
        db.conn.execute(
            f"update projects set {column} = ? where id = ?",  # noqa: S608 - from a fixed list
            (value, project),
        )


def endpoints(db: Database) -> dict[str, Endpoint]:
    """Every endpoint a person has defined, by name."""
    return {
        row["name"]: Endpoint(**json.loads(row["settings"]))
        for row in db.query("select name, settings from endpoints order by name")
    }


def save_endpoint(db: Database, endpoint: Endpoint) -> None:
    """Add an endpoint, or replace the one of the same name. It holds no key, only its variable."""
    db.conn.execute(
        "insert into endpoints (name, settings) values (?, ?)"
        " on conflict (name) do update set settings = excluded.settings",
        (endpoint.name, as_json(asdict(endpoint))),
    )


def delete_endpoint(db: Database, name: str) -> None:
    db.conn.execute("delete from endpoints where name = ?", (name,))
