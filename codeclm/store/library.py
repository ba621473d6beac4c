"""Sets of rubrics and actions that a person keeps under a name, for the entries of any project."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlite_utils import Database

from codeclm.records import Rubric
from codeclm.store.rows import as_json, now


def saved(db: Database) -> dict[str, list[Rubric]]:
    """Every set by its name, in the order of the names."""
    found = db.conn.execute("select name, rubrics from rubric_library order by name collate nocase")
    return {name: [Rubric(**row) for row in json.loads(rows)] for name, rows in found}


def save(db: Database, name: str, rubrics: Sequence[Rubric]) -> None:
    """Keep a set under a name; one that was kept under it before is replaced."""
    rows = as_json([asdict(rubric) for rubric in rubrics])
    db.conn.execute(
        "insert into rubric_library (name, rubrics, saved_at) values (?, ?, ?)"
        " on conflict do update set rubrics = excluded.rubrics, saved_at = excluded.saved_at",
        (name, rows, now()),
    )


def remove(db: Database, name: str) -> None:
    db.conn.execute("delete from rubric_library where name = ?", (name,))
