"""The schema, as migrations that are only ever added to; their statements are in ``schema/``."""

from __future__ import annotations

import re
from pathlib import Path

from sqlite_utils import Database, Migrations

from codeclm.errors import StoreError

#: One file a migration; what is in one is never changed once it has landed.
SCHEMA = Path(__file__).parent / "schema"

migrations = Migrations("codeclm")


def migrate(db: Database) -> None:
    """Bring the database up to date under a write lock; two processes at once do it once.

    Raises ``StoreError`` when a newer version of codeclm or another program has written it.
    """
    if not _missing(db):
        return
    # Another process may be at it: what counts is what is there once the lock is ours.
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        if _missing(db):
            is_new = not db["workers"].exists()
            migrations.apply(db)
            if not is_new:
                # A worker of an older version does not know what it finds here from now on.
                db.conn.execute("update workers set leave = 1")
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def _missing(db: Database) -> bool:
    """Whether migrations are still to be applied, in a database that is ours or empty."""
    # Names before rows: a database another process makes meanwhile then looks empty, not foreign.
    names = db.table_names()
    applied = {migration.name for migration in migrations.applied(db)}
    if names and not applied:
        raise StoreError(
            "This database belongs to another program.",
            "Name another file with --db or CODECLM_DB.",
        )
    if applied - known():
        raise StoreError(
            "This database was written by a newer version of codeclm.",
            "Update codeclm (pip install --upgrade codeclm), or name another file with --db.",
        )
    return bool(known() - applied)


def known() -> set[str]:
    """The names of all migrations of this version."""
    nothing_applied = Database(memory=True)
    try:
        return {migration.name for migration in migrations.pending(nothing_applied)}
    finally:
        nothing_applied.close()


@migrations()
def first_schema(db: Database) -> None:
    _run(db, "first")


@migrations()
def engine(db: Database) -> None:
    _run(db, "engine")


@migrations()
def care(db: Database) -> None:
    _run(db, "care")


@migrations()
def estimate(db: Database) -> None:
    _run(db, "estimate")


@migrations()
def reserved(db: Database) -> None:
    _run(db, "reserved")


@migrations()
def wording(db: Database) -> None:
    _run(db, "wording")


@migrations()
def merging(db: Database) -> None:
    _run(db, "merging")


@migrations()
def library(db: Database) -> None:
    _run(db, "library")


@migrations()
def uploads(db: Database) -> None:
    _run(db, "uploads")


@migrations()
def briefed(db: Database) -> None:
    _run(db, "briefed")


@migrations()
def answers(db: Database) -> None:
    _run(db, "answers")


@migrations()
def curation(db: Database) -> None:
    _run(db, "curation")


@migrations()
def imported(db: Database) -> None:
    _run(db, "imported")


@migrations()
def rejudged(db: Database) -> None:
    _run(db, "rejudged")


@migrations()
def exports(db: Database) -> None:
    _run(db, "exports")


@migrations()
def archived(db: Database) -> None:
    _run(db, "archived")


@migrations()
def strategies(db: Database) -> None:
    _run(db, "strategies")


@migrations()
def evaluated(db: Database) -> None:
    _run(db, "evaluated")


@migrations()
def alike(db: Database) -> None:
    _run(db, "alike")


@migrations()
def looks(db: Database) -> None:
    _run(db, "looks")


@migrations()
def embedded(db: Database) -> None:
    _run(db, "embedded")


def _run(db: Database, name: str) -> None:
    """Do the statements of one file, inside the transaction that is open."""
    text = (SCHEMA / f"{name}.sql").read_text(encoding="utf-8")
    statements = re.sub(r"^--.*$", "", text, flags=re.MULTILINE).split(";")
    for statement in filter(None, map(str.strip, statements)):
        db.conn.execute(statement)
