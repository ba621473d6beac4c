"""Exports that were made, the pairs each of them holds, and what a person says of them all."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from itertools import repeat
from typing import Any

from sqlite_utils import Database

from codeclm.records import (
    Balance,
    Change,
    DataFile,
    Export,
    ExportSettings,
    Layout,
    Member,
    PairFilter,
    Status,
    Terms,
    text_mark,
)
from codeclm.store.rows import as_json, now, number, one
from codeclm.store.selection import selected

_REVIEW = "coalesce((select max(id) from reviews where pair_id = pairs.id and undone = 0), 0)"

#: The basic instruction of a pair's chain, and the pair's own as it is now.
_BASIC = """(select text from instructions as i where i.run_id = pairs.run_id
    and i.entry = pairs.entry and i.slot = pairs.slot and i.iteration = 1)"""
_INSTRUCTION = """coalesce((select instruction from reviews where pair_id = pairs.id
    and pairs.edited = 1 and decision = 'edit' and undone = 0 order by id desc limit 1),
    (select text from instructions as i where i.run_id = pairs.run_id and i.entry = pairs.entry
    and i.slot = pairs.slot and i.iteration = pairs.iteration))"""


def members(db: Database, wanted: PairFilter) -> Iterator[Member]:
    """The pairs of a filter in its order, as splits and balance look at them.

    A chain is known by its basic instruction: a plan that was run again, with another target
    perhaps, has the same ones, and so has one that was decoded twice.
    """
    found = selected(wanted)
    entries = {
        row[0]: (row[1], tuple(json.loads(row[2])))
        for row in db.conn.execute(
            "select id, use_case, skills from metadata where project_id = ?", (wanted.project,)
        )
    }
    sql = found.sql(f"pairs.id, {_BASIC}, {_INSTRUCTION}, pairs.metadata_id")
    sql += f" order by {found.order}"
    for pair, basic, own, about in db.conn.execute(sql, found.values):
        # Of many pairs the texts themselves would be too much to keep.
        yield Member(pair, text_mark(basic).hex(), *entries[about], text_mark(own))


def mark(db: Database, project: int) -> tuple[int, ...]:
    """The newest pair and review, how many there are of each, the runs' verdicts' versions, and
    when which look was, as the flags of pairs are its."""
    row = one(
        db,
        "select (select count(*) from pairs where project_id = :project) as pairs,"
        " (select max(id) from pairs where project_id = :project) as newest,"
        " (select count(*) from reviews where undone = 0) as standing,"
        " (select max(id) from reviews) as newest_review,"
        " (select sum(version) from runs where project_id = :project) as versions,"
        " (select sum(cast(julianday(created_at) * 86400000 as integer) + turns) from (select"
        "  created_at, coalesce(json_extract(mark, '$.turns'), 0) as turns from looks"
        "  where project_id = :project)) as looks",
        {"project": project},
    )
    return tuple(value or 0 for value in (row or {}).values())


def held(db: Database, taken: PairFilter, chosen: PairFilter) -> array[int]:
    """What an export holds, as the history keeps it: the ``chosen`` pairs among the ``taken`` ones.

    Three numbers a pair, in little room: its id, the newest review behind it, whether it is chosen.
    """
    found = array("q")
    for wanted, written in ((chosen, 1), (taken, 0)):
        pairs = selected(wanted)
        sql = pairs.sql(f"pairs.id, {_REVIEW}, :written")
        for row in db.conn.execute(sql, {**pairs.values, "written": written}):
            found.extend(row)
    return found


def add(
    db: Database,
    settings: ExportSettings,
    holds: array[int],
    *,
    path: str,
    digest: str,
    pairs: int,
    files: tuple[DataFile, ...],
    problems: Mapping[str, int],
    left_out: Mapping[str, int],
) -> int:
    """Record an export that ``holds`` what ``held`` has found, and return its id."""
    number = int(
        db.conn.execute(
            "insert into exports (project_id, settings, path, digest, pairs, files, problems,"
            " left_out, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                settings.wanted.project,
                as_json(to_dict(settings)),
                path,
                digest,
                pairs,
                as_json([asdict(file) for file in files]),
                as_json(dict(problems)),
                as_json(dict(left_out)),
                now(),
            ),
        ).lastrowid
        or 0
    )
    numbers = iter(holds)
    # A pair comes twice where it was written, and the first time counts.
    db.conn.executemany(
        "insert into exported_pairs (export_id, pair_id, review, written) values (?, ?, ?, ?)"
        " on conflict do nothing",
        zip(repeat(number), numbers, numbers, numbers, strict=False),
    )
    return number


def get(db: Database, project: int, number: int) -> Export | None:
    row = one(db, "select * from exports where id = ? and project_id = ?", (number, project))
    return _export(row) if row else None


def listed(db: Database, project: int, limit: int, offset: int = 0) -> list[Export]:
    """A project's exports, newest first."""
    found = db.query(
        "select * from exports where project_id = ? order by id desc limit ? offset ?",
        (project, limit, offset),
    )
    return [_export(row) for row in found]


def forget(db: Database, number: int) -> None:
    """Take an export out of the history."""
    db.conn.execute("delete from exports where id = ?", (number,))


def is_at(db: Database, path: str) -> bool:
    """Whether the history of any project has an export at a path."""
    return bool(number(db, "select exists (select 1 from exports where path = ?)", (path,)))


def change_since(db: Database, export: int, wanted: PairFilter) -> Change:
    """What has changed in what an export's filter takes: new, gone, and reviewed anew.

    Pairs that were taken and not written are neither new nor gone.
    """
    found = selected(wanted)
    current = dict(db.conn.execute(found.sql(f"pairs.id, {_REVIEW}"), found.values).fetchall())
    rows = db.conn.execute(
        "select pair_id, review, written from exported_pairs where export_id = ?", (export,)
    ).fetchall()
    written = {pair: review for pair, review, was_written in rows if was_written}
    return Change(
        tuple(sorted(current.keys() - {row[0] for row in rows})),
        tuple(sorted(written.keys() - current.keys())),
        tuple(sorted(id for id in written.keys() & current.keys() if current[id] != written[id])),
    )


def reject_reasons(db: Database, project: int) -> dict[str, int]:
    """How many pairs of a project are rejected for which reason, the most frequent first."""
    found = db.conn.execute(
        "select r.reason, count(*) as n from pairs join reviews as r on r.id = (select max(id)"
        " from reviews where pair_id = pairs.id and undone = 0"
        "  and decision in ('approved', 'rejected', 'pending'))"
        " where pairs.project_id = ? and pairs.status = 'rejected' and r.reason <> ''"
        " group by r.reason order by n desc, r.reason",
        (project,),
    )
    return dict(found.fetchall())


def terms(db: Database, project: int) -> Terms:
    """What a person has said of the project's data sets."""
    row = one(db, "select terms from project_terms where project_id = ?", (project,))
    return Terms(**json.loads(row["terms"])) if row else Terms()


def save_terms(db: Database, project: int, said: Terms) -> None:
    db.conn.execute(
        "insert into project_terms (project_id, terms) values (?, ?)"
        " on conflict (project_id) do update set terms = excluded.terms",
        (project, as_json(asdict(said))),
    )


def to_dict(settings: ExportSettings) -> dict[str, Any]:
    """Settings as they are stored, and given to a job."""
    return asdict(settings)


def from_dict(stored: Mapping[str, Any]) -> ExportSettings:
    """Settings from what ``to_dict`` has made of them, also after JSON."""
    given = dict(stored)
    wanted = dict(given.pop("wanted"))
    for name in ("status", "status_not"):
        wanted[name] = Status(wanted[name]) if wanted[name] else None
    for name in ("among", "without", "free_of", "box"):
        wanted[name] = tuple(wanted[name]) if wanted.get(name) is not None else None
    layout = dict(given.pop("layout"))
    layout["fields"] = None if layout["fields"] is None else tuple(layout["fields"])
    layout["mixed"] = tuple(layout["mixed"])
    return ExportSettings(
        wanted=PairFilter(**wanted),
        layout=Layout(**layout),
        balance=Balance(**given.pop("balance")),
        leave_out=tuple(given.pop("leave_out")),
        **given,
    )


def _export(row: Mapping[str, Any]) -> Export:
    return Export(
        id=row["id"],
        settings=from_dict(json.loads(row["settings"])),
        path=row["path"],
        digest=row["digest"],
        pairs=row["pairs"],
        files=tuple(DataFile(**file) for file in json.loads(row["files"])),
        problems=json.loads(row["problems"]),
        left_out=json.loads(row["left_out"]),
        created_at=row["created_at"],
    )
