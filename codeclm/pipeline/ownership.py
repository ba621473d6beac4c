"""Who does a database's work: the process that holds a lock on a file beside it.

The kernel lets go of the lock the moment its process dies, so whoever comes next can go on at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from codeclm.errors import StoreError, WorkTaken
from codeclm.store import jobs
from codeclm.store.connection import Store

#: Seconds an idle worker gets to notice that it is asked to leave.
MANNERS = 5.0


def lock_of(database: Path) -> FileLock:
    """The lock on a database's work, not yet held."""
    return FileLock(f"{database}.lock", thread_local=False)


def is_taken(database: Path) -> bool:
    """Whether a live process owns the work right now."""
    lock = lock_of(database)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def process_lives(number: int) -> bool:
    """Whether there is a process of this number; False where nobody can tell."""
    if os.name != "posix":
        return False
    try:
        os.kill(number, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def owned(store: Store) -> Iterator[None]:
    """Own the database's work. An idle worker of the app is asked to leave first.

    Raises ``WorkTaken`` when another live process is at work.
    """
    lock = lock_of(store.path)
    try:
        _acquire(lock, store)
    except Timeout as error:
        raise _taken(store) from error
    except OSError as error:
        raise StoreError(
            f"{lock.lock_file} cannot be locked: {error.strerror or error}.",
            "Check what lies there and that you may write to it.",
        ) from error
    try:
        with store.writing() as db:
            jobs.interrupt_all(db)
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, store: Store) -> None:
    try:
        # Somebody may hold it for an instant, only to see whether it is free.
        lock.acquire(timeout=0.5, poll_interval=0.05)
        return
    except Timeout:
        with store.reading() as db:
            worker = jobs.worker(db)
        if not worker or worker["busy"]:
            raise
    with store.writing() as db:
        jobs.ask_to_leave(db, leave=True)
    try:
        lock.acquire(timeout=MANNERS, poll_interval=0.05)
    finally:
        with store.writing() as db:
            jobs.ask_to_leave(db, leave=False)


def _taken(store: Store) -> WorkTaken:
    with store.reading() as db:
        worker = jobs.worker(db)
    who = f" (the app's worker, process {worker['pid']})" if worker and worker["busy"] else ""
    return WorkTaken(
        f"Another process is at work on {store.path}{who}.",
        "Wait for it or stop it, then try again; reviewing and exporting go on meanwhile.",
    )
