"""How large the database is, and emptying the raw replies that nothing needs any more."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from codeclm.records import Size
from codeclm.store.rows import number

#: Calls looked at to say what all replies take; with fewer, each is.
SAMPLE = 4096
#: Calls emptied in one transaction. A run at work waits a second for each; smaller ones write the
#: index of keys, where neighbours lie far apart, so often that all of it takes minutes.
BATCH = 40_000

_BYTES = "length(cast(reply as blob)) + length(cast(thinking as blob))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which raw replies to empty: of one project or of all, more than some days old or all.

    Only finished runs have any to give, and with ``failures`` also what failed items left.
    """

    project: int | None = None
    older_than: float | None = None
    failures: bool = False


@dataclass(frozen=True, slots=True)
class Emptied:
    """So many raw replies, so many bytes of text, down to the call of this number."""

    replies: int
    bytes: int
    last: int


def size(db: Database, path: Path) -> Size:
    """The size of the database at ``path``."""
    log = Path(f"{path}-wal")
    page = number(db, "pragma page_size")
    return Size(
        file=path.stat().st_size,
        log=log.stat().st_size if log.exists() else 0,
        free=page * number(db, "pragma freelist_count"),
        replies=_reply_bytes(db),
    )


def _reply_bytes(db: Database) -> int:
    """The bytes of all raw replies: a page that says so cannot read them all."""
    last = number(db, "select max(id) from calls")
    if last <= SAMPLE:
        return number(db, f"select sum({_BYTES}) from calls")  # noqa: S608
    chosen = random.Random(0).sample(range(1, last + 1), SAMPLE)
    marks = ",".join(map(str, chosen))
    found = number(db, f"select sum({_BYTES}) from calls where id in ({marks})")  # noqa: S608
    return found * last // SAMPLE


def prunable(db: Database, choice: Choice) -> Emptied:
    """What emptying would come to."""
    found = db.conn.execute(
        f"select count(*), coalesce(sum({_BYTES}), 0) from calls where {_CALLS}",  # noqa: S608
        _values(choice, after=0),
    ).fetchone()
    return Emptied(found[0], found[1] + _failure_bytes(db, choice), 0)


def prune_some(db: Database, choice: Choice, after: int) -> Emptied:
    """Empty the next raw replies behind the call ``after``; those of none end it.

    What a call cost stays. It is not replayed any more, so the same question may get a new reply.
    """
    found = db.conn.execute(
        f"select id, {_BYTES} from calls where {_CALLS} order by id limit {BATCH}",  # noqa: S608
        _values(choice, after),
    ).fetchall()
    db.conn.executemany(
        "update calls set reply = '', thinking = '', usable = 0, pruned = 1 where id = ?",
        ((row[0],) for row in found),
    )
    return Emptied(len(found), sum(row[1] for row in found), found[-1][0] if found else after)


def prune_failures(db: Database, choice: Choice) -> int:
    """Empty the raw text of failed items, if that is chosen. Returns its bytes."""
    found = _failure_bytes(db, choice)
    db.conn.execute(
        f"update failures set raw = '' where {_FAILURES}",  # noqa: S608
        _values(choice, after=0),
    )
    return found


# A run that is not finished replays what it paid for. Calls of deleted projects have no run. The
# plus keeps SQLite from gathering every call of those runs before it takes the first in order.
_RUN = "(+run_id is null or +run_id in (select id from runs where state = 'finished'))"
_COMMON = (
    f"{_RUN} and (:project is null or project_id = :project)"
    " and (:days is null or created_at <"
    "  strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || :days || ' days'))"
)
_CALLS = f"id > :after and pruned = 0 and (usable = 1 or :failures) and {_COMMON}"
_FAILURES = f":failures and raw <> '' and id > :after and {_COMMON}"


def _values(choice: Choice, after: int) -> dict[str, float | None]:
    return {
        "project": choice.project,
        "days": choice.older_than,
        "failures": choice.failures,
        "after": after,
    }


def _failure_bytes(db: Database, choice: Choice) -> int:
    return number(
        db,
        f"select sum(length(cast(raw as blob))) from failures where {_FAILURES}",  # noqa: S608
        _values(choice, after=0),
    )
