"""Keeping a database: deleting projects, backups, pruning raw replies, giving space back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from codeclm.errors import ExportError, StoreError, WorkTaken
from codeclm.export.writing import whole
from codeclm.pipeline.ownership import owned
from codeclm.records import Holdings, Size
from codeclm.store import copying, projects, removal
from codeclm.store import upkeep as store_upkeep
from codeclm.store.connection import Store
from codeclm.store.upkeep import Choice, Emptied

#: The folder beside a database for backups that were given no name.
BACKUPS = "backups"
#: Seconds after which half a backup is nobody's any more.
STALE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What went with a project. ``unshrunk`` says why the file is not smaller, if it is not."""

    went: Holdings
    before: Size
    after: Size
    unshrunk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many raw replies were emptied, and the bytes of their text."""

    replies: int
    bytes: int
    before: Size
    after: Size
    unshrunk: str


def size(store: Store) -> Size:
    with store.reading() as db:
        return store_upkeep.size(db, store.path)


def delete(store: Store, project: int, *, busy: str | None = None) -> Deleted:
    """Delete a project with everything in it, and give its space back.

    ``busy`` is what else goes on, as far as a caller knows that owns the database's work. Calls
    that other projects have replayed stay, as their origin. Raises ``WorkTaken`` while a run of
    the project goes on, and ``StoreError`` when there is no such project.
    """
    before = size(store)
    with _undisturbed(store) if busy is None else nullcontext(busy) as busy:
        with store.rewriting() as db:
            if not projects.by_id(db, project):
                raise StoreError("This project does not exist any more.")
            if busy and removal.is_at_work(db, project):
                raise WorkTaken(
                    "Something of this project is at work.",
                    "Stop it first, or wait for it, then delete the project.",
                )
            went = removal.holdings(db, project)
            removal.delete(db, project, alone=not busy)
        unshrunk = busy or _shrunk(store)
    return Deleted(went=went, before=before, after=size(store), unshrunk=unshrunk)


def back_up(store: Store, path: Path | None, *, force: bool) -> Path:
    """Copy the database to ``path``, whole or not at all; see ``Studio.backup``."""
    if path is None:
        _remove_halves(store)
    to = (
        path or store.path.parent / BACKUPS / f"{store.path.stem}-{datetime.now():%Y%m%d-%H%M%S}.db"
    )
    with whole(to, spare=store.files) as beside:
        if to.exists() and not force:
            raise ExportError(f"{to} is there already.", "Choose another name, or use --force.")
        if path is None:
            beside.parent.mkdir(exist_ok=True)
        copying.copy(store, beside)
    return to


def _remove_halves(store: Store) -> None:
    """Remove what backups left that were killed. Nobody writes to them any more after an hour."""
    for half in (store.path.parent / BACKUPS).glob(f".{store.path.stem}-*.part"):
        with suppress(OSError):
            if time.time() - half.stat().st_mtime > STALE:
                half.unlink()


def prune(
    store: Store,
    project: int | None,
    *,
    older_than: float | None,
    failures: bool,
    dry_run: bool,
) -> Pruned:
    """Empty raw replies of finished runs; see ``Studio.prune``."""
    choice = Choice(project=project, older_than=older_than, failures=failures)
    before = size(store)
    if dry_run:
        with store.reading() as db:
            found = store_upkeep.prunable(db, choice)
        return Pruned(
            replies=found.replies, bytes=found.bytes, before=before, after=before, unshrunk=""
        )
    found = _emptied(store, choice)
    with _undisturbed(store) as busy:
        if not busy:
            _sweep(store)
        unshrunk = busy or _shrunk(store)
    return Pruned(
        replies=found.replies,
        bytes=found.bytes,
        before=before,
        after=size(store),
        unshrunk=unshrunk,
    )


def _emptied(store: Store, choice: Choice) -> Emptied:
    replies = last = 0
    with store.writing() as db:
        bytes_ = store_upkeep.prune_failures(db, choice)
    while True:
        with store.writing() as db:
            found = store_upkeep.prune_some(db, choice, last)
        if not found.replies:
            return Emptied(replies, bytes_, last)
        replies, bytes_, last = replies + found.replies, bytes_ + found.bytes, found.last


def _sweep(store: Store) -> None:
    """Delete the calls that a project left behind because somebody was at work."""
    with store.reading() as db:
        left = removal.leftovers(db)
    if left:
        with store.rewriting() as db:
            removal.sweep(db)


@contextmanager
def _undisturbed(store: Store) -> Iterator[str]:
    """Own the database's work if nobody is at it; yields why not, empty when it is owned."""
    with ExitStack() as stack:
        busy = ""
        try:
            stack.enter_context(owned(store))
        except WorkTaken as error:
            busy = error.message
        yield busy


def _shrunk(store: Store) -> str:
    """Make the file smaller; returns why that did not work, empty when it did."""
    try:
        store.shrink()
    except StoreError as error:
        return error.message
    return ""
