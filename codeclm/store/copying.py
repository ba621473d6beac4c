"""Copying the database into one file while others write to it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from codeclm.errors import StoreError
from codeclm.store.connection import Store


def copy(store: Store, to: Path) -> None:
    """Copy the database as it is at this moment into ``to``, one plain file, and check it.

    In one step: copied in several, it begins anew at every commit of a run and never ends, while
    commits go on beside one that reads. Raises ``OSError`` when the disk is full or may not be
    written, and ``StoreError`` when the copy is not sound.
    """
    to.touch()  # says why it cannot be, which SQLite does not
    with store.reading() as db:
        # A transaction keeps what is counted and what is copied the same moment.
        db.conn.execute("BEGIN")
        try:
            counts = _counts(db.conn)
            with _told(), closing(sqlite3.connect(to, isolation_level=None)) as target:
                # Half a copy is thrown away: nothing need be safe before the end.
                target.execute("PRAGMA synchronous = OFF")
                target.execute("PRAGMA journal_mode = OFF")
                db.conn.backup(target)
                _settle(target)
        finally:
            db.conn.execute("ROLLBACK")
    _check(to, counts)
    with to.open("rb+") as file:
        os.fsync(file.fileno())


def _settle(target: sqlite3.Connection) -> None:
    """Make a copy a file that needs no other beside it, and that starts no work by itself."""
    target.execute("PRAGMA journal_mode = DELETE")
    target.execute("update jobs set state = 'interrupted' where state in ('queued', 'running')")
    target.execute("delete from workers")


def _check(path: Path, counts: dict[str, int]) -> None:
    with _told(), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as copied:
        (said,) = copied.execute("pragma quick_check(1)").fetchone()
        same = _counts(copied) | {"workers": 0} == counts | {"workers": 0}
    if said != "ok" or not same:
        raise StoreError(
            "The copy is not sound, so it was thrown away.",
            "'codeclm doctor' says whether the database is; else check the disk.",
        )


def _counts(conn: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = [row[0] for row in conn.execute("select name from sqlite_master where type = 'table'")]
    return {
        name: conn.execute(f'select count(*) from "{name}"').fetchone()[0]  # noqa: S608
        for name in names
    }


@contextmanager
def _told() -> Iterator[None]:
    """Say of errors at the copy what they are, not that the database had them."""
    try:
        yield
    except sqlite3.Error as error:
        if "full" in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise StoreError(
            f"The copy could not be written: {error}.", "Name another folder or disk."
        ) from error
