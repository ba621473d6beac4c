"""Jobs the app has asked for, and the one worker that does them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from codeclm.store.rows import as_json, now, one

Kind = Literal[
    "run",
    "test",
    "import",
    "backup",
    "delete",
    "export",
    "check",
    "restore",
    "push",
    "look",
    "pull",
]


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work for the worker. ``result`` is None until it has one.

    ``message`` says how far it is, and in the end what came of it. Times are UTC, empty while it
    has not come to that.
    """

    id: int
    kind: Kind
    project: int | None
    run: int | None
    arguments: dict[str, Any]
    state: str
    message: str
    result: dict[str, Any] | None
    stop_wanted: bool
    created_at: str
    started_at: str
    ended_at: str

    @property
    def is_open(self) -> bool:
        """Whether it waits or is being done."""
        return self.state in ("queued", "running")


def add(
    db: Database,
    kind: Kind,
    arguments: dict[str, Any],
    *,
    project: int | None = None,
    run: int | None = None,
) -> int:
    return int(
        db.conn.execute(
            "insert into jobs (project_id, run_id, kind, arguments, created_at)"
            " values (?, ?, ?, ?, ?)",
            (project, run, kind, as_json(arguments), now()),
        ).lastrowid
        or 0
    )


def get(db: Database, job: int) -> Job | None:
    row = one(db, "select * from jobs where id = ?", (job,))
    return _job(row) if row else None


def listed(db: Database, limit: int) -> list[Job]:
    """The open jobs and the newest others, newest first."""
    found = db.query(
        "select * from jobs where state in ('queued', 'running')"
        " or id in (select id from jobs order by id desc limit ?) order by id desc",
        (limit,),
    )
    return [_job(row) for row in found]


def newest(db: Database, kind: Kind, project: int | None, state: str | None = None) -> Job | None:
    """The newest job of a kind, for a project or for none; in one state, or in any."""
    row = one(
        db,
        "select * from jobs where kind = ? and project_id is ? and coalesce(?, state) = state"
        " order by id desc limit 1",
        (kind, project, state),
    )
    return _job(row) if row else None


def deletions(db: Database) -> list[Job]:
    """The newest deletion of each project that is still there."""
    found = db.query(
        "select * from jobs where id in (select max(jobs.id) from jobs join projects"
        " on projects.id = json_extract(jobs.arguments, '$.project') where kind = 'delete'"
        " group by projects.id)"
    )
    return [_job(row) for row in found]


def of_run(db: Database, run: int) -> Job | None:
    """The newest job of a run."""
    row = one(db, "select * from jobs where run_id = ? order by id desc limit 1", (run,))
    return _job(row) if row else None


def open_of_run(db: Database, run: int) -> list[Job]:
    """The queued and running jobs of a run that nobody has asked to stop."""
    found = db.query(
        "select * from jobs where run_id = ? and state in ('queued', 'running')"
        " and stop_wanted = 0 order by id",
        (run,),
    )
    return [_job(row) for row in found]


def queued(db: Database) -> list[Job]:
    """What waits to be done, in the order it was asked for."""
    return [_job(row) for row in db.query("select * from jobs where state = 'queued' order by id")]


def start(db: Database, job: int) -> bool:
    """Take a job that still waits. Returns whether it did: nothing is done twice."""
    taken = db.conn.execute(
        "update jobs set state = 'running', started_at = ? where id = ? and state = 'queued'",
        (now(), job),
    )
    return taken.rowcount == 1


def end(
    db: Database, job: int, state: str, message: str = "", result: dict[str, Any] | None = None
) -> None:
    db.conn.execute(
        "update jobs set state = ?, message = ?, result = ?, ended_at = ? where id = ?",
        (state, message, None if result is None else as_json(result), now(), job),
    )


def tell(db: Database, job: int, words: str) -> bool:
    """Say how far a job is. Returns whether somebody wants it to stop."""
    db.conn.execute("update jobs set message = ? where id = ?", (words, job))
    row = one(db, "select stop_wanted from jobs where id = ?", (job,))
    return bool(row and row["stop_wanted"])


def want_stop(db: Database, job: int) -> None:
    """Ask the worker to finish what is in flight and stop; a queued job is stopped at once."""
    db.conn.execute("update jobs set stop_wanted = 1 where id = ?", (job,))
    db.conn.execute("update jobs set state = 'stopped' where id = ? and state = 'queued'", (job,))


def interrupt_all(db: Database) -> None:
    """Mark jobs and runs whose process is gone. Only the owner of the work may call this."""
    db.conn.execute("update jobs set state = 'interrupted' where state = 'running'")
    db.conn.execute("update runs set state = 'interrupted' where state = 'running'")


def beat(db: Database, *, busy: bool) -> bool:
    """Say that this process is the worker. Returns whether somebody has asked it to leave."""
    db.conn.execute(
        "insert into workers (id, pid, heartbeat, busy) values (1, ?, ?, ?)"
        " on conflict (id) do update set pid = excluded.pid, heartbeat = excluded.heartbeat,"
        " busy = excluded.busy",
        (os.getpid(), now(), int(busy)),
    )
    row = one(db, "select leave from workers where id = 1")
    return bool(row and row["leave"])


def leave(db: Database) -> None:
    """Say that there is no worker any more."""
    db.conn.execute("delete from workers where id = 1")


def ask_to_leave(db: Database, *, leave: bool) -> None:
    """Ask an idle worker to end, or take that back."""
    db.conn.execute("update workers set leave = ? where id = 1", (int(leave),))


def worker(db: Database) -> dict[str, Any] | None:
    """The last known worker: pid, heartbeat, busy."""
    return one(db, "select * from workers where id = 1")


def _job(row: dict[str, Any]) -> Job:
    return Job(
        row["id"],
        row["kind"],
        row["project_id"],
        row["run_id"],
        json.loads(row["arguments"]),
        row["state"],
        row["message"],
        json.loads(row["result"]) if row["result"] else None,
        bool(row["stop_wanted"]),
        row["created_at"],
        row["started_at"] or "",
        row["ended_at"] or "",
    )
