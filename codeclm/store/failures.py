"""Planned items that ended without a result, with the reply as it came."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from codeclm.records import Failure, FailureFilter, FailureGroup
from codeclm.store.rows import now, number, one

#: The kind of failure of a chain whose entry has no action to improve it with.
NO_ACTION = "no action"
#: That of a pool whose prompts give nothing new any more.
BARREN = "barren"

#: Of failures ``f``: a chain that failed at an iteration which the present θ does not ask for has
#: not failed.
STANDS = """
not exists (select 1 from verdicts as v where v.run_id = f.run_id and v.entry = f.entry
    and v.slot = f.slot and v.outcome <> 'improve'
    and v.version = (select version from runs where id = f.run_id))
"""


def add(
    db: Database,
    project: int,
    failure: Failure,
    *,
    place: tuple[int, int] | None = None,
    lost: int = 0,
    passing: bool = False,
) -> None:
    """Record a failure of a run.

    ``place`` is the chain's (entry, slot), ``lost`` how many planned instructions end here.
    ``passing`` marks a fault of the connection or the server, which a resume asks again.
    """
    entry, slot = place or (None, None)
    db.conn.execute(
        "insert into failures (project_id, run_id, step, item, entry, slot, kind, message, raw,"
        " lost, passing, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (run_id, step, item) do update set kind = excluded.kind,"
        " message = excluded.message, raw = excluded.raw, lost = excluded.lost, dismissed = 0,"
        " passing = excluded.passing, created_at = excluded.created_at",
        (
            project,
            failure.run,
            failure.step,
            failure.item,
            entry,
            slot,
            failure.kind,
            failure.message,
            failure.raw,
            lost,
            int(passing),
            now(),
        ),
    )


def forget_passing(db: Database, run: int) -> None:
    """Drop the failures that say nothing about the item itself, so that they are asked again."""
    db.conn.execute("delete from failures where run_id = ? and passing = 1", (run,))


def forget_beyond(db: Database, run: int, last: int) -> None:
    """Drop the failures of iterations after ``last``, which a run does not ask for any more.

    Should it ask for them again, the bad replies are replayed and say the same.
    """
    db.conn.execute(
        "delete from failures where run_id = ? and slot is not null and (kind = ?) + cast(substr("
        "item, length('m' || (entry + 1) || '.i' || (slot + 1) || '.') + 1) as integer) > ?",
        (run, NO_ACTION, last),
    )


def has(db: Database, run: int, step: str, item: str) -> bool:
    """Whether an item failed, for good or for now."""
    sql = "select 1 from failures where run_id = ? and step = ? and item = ?"
    return bool(number(db, sql, (run, step, item)))


def items(db: Database, run: int, step: str) -> set[str]:
    """The items of one step that failed, for good or for now."""
    found = db.conn.execute("select item from failures where run_id = ? and step = ?", (run, step))
    return {row[0] for row in found}


def settled(db: Database, run: int, step: str) -> set[str]:
    """The items of one step that failed for good."""
    found = db.conn.execute(
        "select item from failures where run_id = ? and step = ? and passing = 0", (run, step)
    )
    return {row[0] for row in found}


def message(db: Database, run: int, kind: str) -> str:
    """What the newest failure of a kind says; empty when there is none."""
    row = one(
        db,
        "select message from failures where run_id = ? and kind = ? order by id desc limit 1",
        (run, kind),
    )
    return row["message"] if row else ""


def ids(
    db: Database,
    run: int,
    step: str | None = None,
    kind: str | None = None,
    only: Sequence[int] | None = None,
) -> list[int]:
    """The failures of a run, of one step or kind, ``only`` some of them, or all."""
    found = db.conn.execute(
        "select id from failures as f where run_id = ? and (? is null or step = ?)"  # noqa: S608
        " and (? is null or kind = ?) and (? is null or id in (select value from json_each(?)))"
        f" and {STANDS} order by id",
        (run, step, step, kind, kind, *[None if only is None else json.dumps(list(only))] * 2),
    )
    return [row[0] for row in found]


def reopen(db: Database, run: int, chosen: Sequence[int]) -> None:
    """Take failures back, so that their items are asked again, with no bad reply replayed.

    What had failed only because an entry had no rubrics goes on with them.
    """
    which = {"run": run, "ids": json.dumps(list(chosen)), "no_action": NO_ACTION}
    db.conn.execute(
        "update calls set discarded = 1 where run_id = :run and usable = 0 and (step, item) in"
        " (select step, item from failures where run_id = :run"
        "  and id in (select value from json_each(:ids)))",
        which,
    )
    db.conn.execute(
        "delete from failures where run_id = :run and kind = :no_action and 'm' || (entry + 1) in"
        " (select item from failures where step = 'rubrics' and run_id = :run"
        "  and id in (select value from json_each(:ids)))",
        which,
    )
    db.conn.execute(
        "delete from failures where run_id = :run and id in (select value from json_each(:ids))",
        which,
    )


def is_passing(db: Database, run: int, step: str, item: str) -> bool:
    """Whether an item failed for a reason that a resume may not meet again."""
    at = (run, step, item)
    sql = "select passing from failures where run_id = ? and step = ? and item = ?"
    return bool(number(db, sql, at))


def count_passing(db: Database, run: int) -> int:
    """The failures that a resume asks again."""
    sql = f"select count(*) from failures as f where run_id = ? and passing = 1 and {STANDS}"  # noqa: S608
    return number(db, sql, (run,))


def listed(
    db: Database, run: int, limit: int, step: str | None = None, kind: str | None = None
) -> list[Failure]:
    """The newest failures of a run, of one step or kind or of all."""
    found = db.query(
        "select * from failures where run_id = ? and (? is null or step = ?)"
        " and (? is null or kind = ?) order by id desc limit ?",
        (run, step, step, kind, kind, limit),
    )
    return [_failure(row) for row in found]


def groups(db: Database, project: int, wanted: FailureFilter) -> list[FailureGroup]:
    """The failures of a filter by run, step and kind, the newest run first."""
    found = db.conn.execute(
        "select run_id, step, kind, count(*), sum(lost) from failures as f"  # noqa: S608
        f" where {_WANTED} group by run_id, step, kind order by run_id desc, count(*) desc",
        _values(project, wanted),
    )
    return [FailureGroup(*row) for row in found]


def page(
    db: Database, project: int, wanted: FailureFilter, limit: int, offset: int = 0
) -> list[Failure]:
    """Some failures of a filter, the newest first."""
    found = db.query(
        f"select * from failures as f where {_WANTED} order by id desc"  # noqa: S608
        " limit :limit offset :offset",
        {**_values(project, wanted), "limit": limit, "offset": offset},
    )
    return [_failure(row) for row in found]


def dismiss(
    db: Database,
    project: int,
    wanted: FailureFilter,
    only: Sequence[int] | None = None,
    *,
    on: bool = True,
) -> int:
    """Dismiss the failures of a filter, or ``only`` some of them, or show them again.

    Returns how many it changed.
    """
    return db.conn.execute(
        f"update failures as f set dismissed = :on where {_WANTED} and dismissed <> :on"  # noqa: S608
        " and (:only is null or id in (select value from json_each(:only)))",
        {
            **_values(project, wanted),
            "on": int(on),
            "only": None if only is None else json.dumps(list(only)),
        },
    ).rowcount


_WANTED = (
    "f.project_id = :project and (:run is null or f.run_id = :run)"
    " and (:step is null or f.step = :step) and (:kind is null or f.kind = :kind)"
    f" and (:dismissed or f.dismissed = 0) and {STANDS}"
)


def _values(project: int, wanted: FailureFilter) -> dict[str, object]:
    return {"project": project, **{name: getattr(wanted, name) for name in wanted.__slots__}}


def _failure(row: dict[str, Any]) -> Failure:
    return Failure(
        row["step"],
        row["item"],
        row["kind"],
        row["message"],
        row["raw"],
        row["run_id"],
        row["id"],
        bool(row["dismissed"]),
    )
