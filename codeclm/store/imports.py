"""Files that something was imported from, and the row of a file that each imported chain came from.

A chain of an imported run has scores when its row had some, or a judge's in both orders are there.
"""

from __future__ import annotations

from sqlite_utils import Database

from codeclm.store.chains import Place
from codeclm.store.rows import now, number


def add(
    db: Database,
    project: int,
    *,
    name: str,
    sha256: str,
    field: str,
    imported: int,
    skipped: int,
) -> int:
    """Record one import and return its id."""
    return int(
        db.conn.execute(
            "insert into imports (project_id, name, sha256, field, imported, skipped, created_at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (project, name, sha256, field, imported, skipped, now()),
        ).lastrowid
        or 0
    )


def bind(db: Database, place: Place, source: int, line: int) -> None:
    """Say which row of an import a chain came from."""
    db.conn.execute(
        "insert into imported (run_id, entry, slot, import_id, line) values (?, ?, ?, ?, ?)",
        (place.run, place.entry, place.slot, source, line),
    )


def unscored(db: Database, run: int) -> int:
    """How many imported chains of a run have no scores, or not yet in both orders."""
    return number(
        db,
        "select count(*) from imported as i where run_id = ? and (select coalesce(sum(1 +"
        " (position = 2)), 0) from judgements as j where j.run_id = i.run_id"
        " and j.entry = i.entry and j.slot = i.slot) < 2",
        (run,),
    )


def is_judged(db: Database, run: int) -> bool:
    """Whether a judge has scored any chain of a run."""
    return bool(
        number(
            db,
            "select exists (select 1 from judgements where run_id = ? and position < 2)",
            (run,),
        )
    )
