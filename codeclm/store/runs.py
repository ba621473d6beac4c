"""Runs, the seeds they read and the metadata entries they are planned over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from codeclm.records import Metadata, RunState
from codeclm.settings import RunSettings
from codeclm.store import rows
from codeclm.store.rows import as_json, now, number, one

Source = Literal["seeds", "metadata", "import"]
UNFINISHED = tuple(state for state in RunState if state is not RunState.FINISHED)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as stored. ``source`` says whether it starts from seeds, entries or imported pairs.

    ``version`` is that of its verdicts: every θ that was applied has one.
    """

    id: int
    project: int
    settings: RunSettings
    source: Source
    state: RunState
    message: str
    seconds: float
    created_at: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A metadata entry of a run's plan: its place, its rubric set if any, its share."""

    entry: int
    metadata: Metadata
    rubric_set: int | None
    share: int


@dataclass(frozen=True, slots=True)
class RunSeed:
    """A seed of a run's plan, with the metadata a call gave it, None before that."""

    position: int
    text: str
    metadata: Metadata | None


def create(db: Database, project: int, settings: RunSettings, source: Source) -> int:
    return int(
        db.conn.execute(
            "insert into runs (project_id, settings, source, state, created_at)"
            " values (?, ?, ?, ?, ?)",
            (project, as_json(settings.to_dict()), source, RunState.QUEUED, now()),
        ).lastrowid
        or 0
    )


def get(db: Database, run: int) -> RunRow | None:
    row = one(db, "select * from runs where id = ?", (run,))
    return _run(row) if row else None


def listed(db: Database, project: int | None = None) -> list[RunRow]:
    """Runs, newest first, of one project or of all."""
    found = db.query(
        "select * from runs where ? is null or project_id = ? order by id desc", (project, project)
    )
    return [_run(row) for row in found]


def newest_unfinished(db: Database) -> int | None:
    marks = ",".join("?" * len(UNFINISHED))
    row = one(
        db,
        f"select id from runs where state in ({marks})"  # noqa: S608
        " and json_extract(settings, '$.goal') not in ('preview', 'trial')"
        " order by id desc limit 1",
        UNFINISHED,
    )
    return row["id"] if row else None


def next_generation(db: Database) -> int:
    """A generation no run of this database has used: everything is asked anew."""
    return 1 + number(db, "select max(json_extract(settings, '$.generation')) from runs")


def set_state(db: Database, run: int, state: RunState, message: str = "") -> None:
    ended = None if state in (RunState.QUEUED, RunState.RUNNING) else now()
    db.conn.execute(
        "update runs set state = ?, message = ?, ended_at = ? where id = ?",
        (state, message, ended, run),
    )


def set_message(db: Database, run: int, message: str) -> None:
    """Say what a run that goes on waits for; empty for nothing."""
    db.conn.execute("update runs set message = ? where id = ?", (message, run))


def set_estimate(db: Database, run: int, estimate: Mapping[str, Any]) -> None:
    """Keep what a run was expected to take, to be shown beside what it took."""
    db.conn.execute("update runs set estimate = ? where id = ?", (as_json(estimate), run))


def estimate(db: Database, run: int) -> dict[str, Any] | None:
    """What a run was expected to take when it was planned; None if nobody asked then."""
    row = one(db, "select estimate from runs where id = ? and estimate is not null", (run,))
    return json.loads(row["estimate"]) if row else None


def set_settings(db: Database, run: int, settings: RunSettings) -> None:
    db.conn.execute("update runs set settings = ? where id = ?", (as_json(settings.to_dict()), run))


def add_seconds(db: Database, run: int, seconds: float) -> None:
    db.conn.execute("update runs set seconds = seconds + ? where id = ?", (seconds, run))


def add_replayed(db: Database, run: int) -> None:
    db.conn.execute("update runs set replayed = replayed + 1 where id = ?", (run,))


def plan_seeds(db: Database, run: int, seeds: Sequence[int]) -> None:
    db.conn.executemany(
        "insert into run_seeds (run_id, position, seed_id) values (?, ?, ?)",
        ((run, position, seed) for position, seed in enumerate(seeds)),
    )


def seeds(db: Database, run: int) -> list[RunSeed]:
    """The seeds of a run's plan in plan order."""
    found = db.query(
        "select run_seeds.position, seeds.text, run_seeds.use_case, run_seeds.skills"
        " from run_seeds join seeds on seeds.id = run_seeds.seed_id"
        " where run_id = ? order by run_seeds.position",
        (run,),
    )
    return [
        RunSeed(
            row["position"],
            row["text"],
            Metadata(row["use_case"], tuple(json.loads(row["skills"])), origin="seed")
            if row["use_case"]
            else None,
        )
        for row in found
    ]


def seed_ids(db: Database, run: int) -> list[int]:
    """The seeds of a run's plan by their ids, in plan order."""
    found = db.conn.execute(
        "select seed_id from run_seeds where run_id = ? order by position", (run,)
    )
    return [row[0] for row in found]


def set_encoded(db: Database, run: int, position: int, entry: Metadata, call: int) -> None:
    db.conn.execute(
        "update run_seeds set use_case = ?, skills = ?, call_id = ?"
        " where run_id = ? and position = ?",
        (entry.use_case, as_json(list(entry.skills)), call, run, position),
    )


def plan_entries(db: Database, run: int, entries: Sequence[tuple[int, int | None]]) -> None:
    """Settle which entries a run is over: (metadata id, rubric set id or None) of each."""
    db.conn.execute("delete from run_metadata where run_id = ?", (run,))
    db.conn.executemany(
        "insert into run_metadata (run_id, entry, metadata_id, rubric_set_id, share)"
        " values (?, ?, ?, ?, 0)",
        ((run, position, *entry) for position, entry in enumerate(entries)),
    )


def add_stage(db: Database, run: int, size: int, shares: Sequence[int]) -> None:
    """Let a run have ``size`` basic instructions, ``shares`` of them for each entry."""
    db.conn.execute(
        "insert into run_sizes (run_id, stage, size)"
        " select ?, coalesce(max(stage), 0) + 1, ? from run_sizes where run_id = ?",
        (run, size, run),
    )
    db.conn.executemany(
        "update run_metadata set share = ? where run_id = ? and entry = ?",
        ((share, run, entry) for entry, share in enumerate(shares)),
    )


def sizes(db: Database, run: int) -> list[int]:
    """How many basic instructions a run was planned to have, stage by stage; the last counts."""
    found = db.conn.execute("select size from run_sizes where run_id = ? order by stage", (run,))
    return [row[0] for row in found]


def bind_rubrics(db: Database, run: int, entry: int, rubric_set: int) -> None:
    db.conn.execute(
        "update run_metadata set rubric_set_id = ? where run_id = ? and entry = ?",
        (rubric_set, run, entry),
    )


def entries(db: Database, run: int) -> list[Entry]:
    """The metadata entries of a run's plan, in plan order; empty before the plan is settled."""
    found = db.query(
        "select run_metadata.entry, run_metadata.rubric_set_id, run_metadata.share, metadata.*"
        " from run_metadata join metadata on metadata.id = run_metadata.metadata_id"
        " where run_id = ? order by run_metadata.entry",
        (run,),
    )
    return [
        Entry(row["entry"], rows.metadata(row), row["rubric_set_id"], row["share"]) for row in found
    ]


def _run(row: dict) -> RunRow:
    return RunRow(
        row["id"],
        row["project_id"],
        RunSettings.from_dict(json.loads(row["settings"])),
        row["source"],
        RunState(row["state"]),
        row["message"],
        row["seconds"],
        row["created_at"],
        row["version"],
    )
