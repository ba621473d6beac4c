"""Opening the database, borrowing connections to read, and the one way to write."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from codeclm.errors import StoreError
from codeclm.store.migrations import migrate

#: Seconds a writer waits for another one's transaction; none of ours is held across a model call.
PATIENCE = 30.0
#: Long texts on SQLite's default 4 kB pages double the file.
PAGE_SIZE = 16384
#: KiB of pages that each connection may hold; a run has two of them, a server one a thread.
CACHE_KIB = 16384


class Store:
    """One database file. Safe to share between threads; close it when done.

    ``patience`` is in seconds. Raises ``StoreError`` when the file cannot be opened, is no database
    of ours, or was written by a newer version.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience
        self._idle: list[Database] = []
        self._guard = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"The folder {path.parent} cannot be made: {error.strerror}.",
                "Name another file with --db or CODECLM_DB.",
            ) from error
        with explained(path):
            first = self._connect()
            try:
                migrate(first)
            except BaseException:
                first.conn.close()
                raise
            self._idle.append(first)

    @property
    def files(self) -> tuple[Path, ...]:
        """The database and what lies beside it; nothing else may be written there."""
        names = ("", "-wal", "-shm", ".lock", ".worker.log")
        return tuple(Path(f"{self.path}{name}") for name in names)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Borrow a connection. Nothing is written through it."""
        db = self._borrow()
        try:
            with explained(self.path):
                yield db
        finally:
            self._return(db)

    @contextmanager
    def snapshot(self) -> Iterator[Database]:
        """As ``reading``, but everything is seen as it was at the first look."""
        with self.reading() as db:
            db.conn.execute("begin")
            try:
                yield db
            finally:
                db.conn.execute("rollback")

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction that begins IMMEDIATE, commits at the end and rolls back on any error."""
        db = self._borrow()
        try:
            with explained(self.path), _transaction(db):
                yield db
        finally:
            self._return(db)

    @contextmanager
    def rewriting(self) -> Iterator[Database]:
        """As ``writing``, but foreign keys are checked once, before the commit, and do nothing.

        For what touches so many rows that looking after every one of them takes hours. Raises
        ``StoreError`` and changes nothing when a row would point to one that is not there.
        """
        with explained(self.path):
            db = self._connect()
            try:
                # No pragma of foreign keys works inside a transaction.
                db.conn.execute("PRAGMA foreign_keys = OFF")
                with _transaction(db):
                    yield db
                    if loose := db.conn.execute("PRAGMA foreign_key_check").fetchone():
                        raise StoreError(
                            f"Nothing was changed: rows of {loose[0]} would lose their {loose[2]}.",
                            "'codeclm doctor' says whether the database is sound.",
                        )
            finally:
                db.conn.close()

    def shrink(self) -> None:
        """Give the space of deleted rows back to the file system. Others must not be writing."""
        with self.reading() as db:
            db.conn.execute("VACUUM")
            db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every idle connection."""
        with self._guard:
            idle, self._idle = self._idle, []
        for db in idle:
            db.conn.close()

    def _borrow(self) -> Database:
        with self._guard:
            if self._idle:
                return self._idle.pop()
        with explained(self.path):
            return self._connect()

    def _return(self, db: Database) -> None:
        with self._guard:
            self._idle.append(db)

    def _connect(self) -> Database:
        conn = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )
        try:
            conn.execute(f"PRAGMA page_size = {PAGE_SIZE}")
            _into_wal(conn, self._patience)
            conn.execute("PRAGMA synchronous = FULL")
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        except sqlite3.Error:
            conn.close()
            raise
        return Database(conn, strict=True)


@contextmanager
def _transaction(db: Database) -> Iterator[None]:
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def _into_wal(conn: sqlite3.Connection, patience: float) -> None:
    """Switch to write-ahead logging, for which SQLite does not wait by itself."""
    until = time.monotonic() + patience
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into a ``StoreError`` that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        for words, hint in _HINTS:
            if words in text:
                raise StoreError(f"The database {path} {hint[0]}.", hint[1]) from error
        raise


_HINTS = (
    ("locked", ("is locked by another program", "Close that program, then try again.")),
    (
        "readonly",
        ("can only be read", "Give yourself write permission to the file and its folder."),
    ),
    (
        "full",
        (
            "could not grow: the disk is full",
            "Free some space, then resume. Only what was in flight is asked again.",
        ),
    ),
    (
        "unable to open",
        ("cannot be opened", "Check that the folder exists and that you may write to it."),
    ),
    (
        "not a database",
        ("is not an SQLite database", "Name another file with --db or CODECLM_DB."),
    ),
    (
        "image is malformed",
        ("is damaged", "Run 'codeclm doctor', and restore a backup if you have one."),
    ),
    (
        "disk I/O",
        ("could not be written", "Check that the disk is well and has space, then resume."),
    ),
)
