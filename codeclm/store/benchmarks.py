"""Sets that models are compared on: their items, responses recorded with them, what is held out."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from codeclm.records import PARTIES, Benchmark, BenchmarkItem, Party
from codeclm.store.rows import as_json, now, number, one

_ALL = """
select b.id, b.fields, b.seed, b.created_at, i.name, i.sha256,
    (select count(*) from benchmark_items where benchmark_id = b.id) as items,
    (select count(*) from benchmark_items where benchmark_id = b.id and held_out) as held_out,
    (select count(*) from benchmark_items where benchmark_id = b.id
        and (use_case <> '' or skills <> '[]')) as sliced
from benchmarks as b join imports as i on i.id = b.import_id
"""


def add(
    db: Database,
    project: int,
    source: int,
    items: Sequence[BenchmarkItem],
    held_out: Collection[int],
    *,
    fields: Mapping[str, str],
    seed: int,
) -> int:
    """Store the items of the import ``source``, those at the places ``held_out`` marked as such.

    Returns the set's id.
    """
    found = int(
        db.conn.execute(
            "insert into benchmarks (project_id, import_id, fields, seed, created_at)"
            " values (?, ?, ?, ?, ?)",
            (project, source, as_json(dict(fields)), seed, now()),
        ).lastrowid
        or 0
    )
    db.conn.executemany(
        "insert into benchmark_items (benchmark_id, position, line, instruction, use_case, skills,"
        " held_out) values (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                found,
                position,
                item.line,
                item.instruction,
                item.use_case,
                as_json(list(item.skills)),
                int(position in held_out),
            )
            for position, item in enumerate(items)
        ),
    )
    db.conn.executemany(
        "insert into recorded_responses (benchmark_id, position, party, text) values (?, ?, ?, ?)",
        (
            (found, position, party, text)
            for position, item in enumerate(items)
            for party, text in item.recorded.items()
        ),
    )
    return found


def find(
    db: Database, project: int, sha256: str, fields: Mapping[str, str], seed: int
) -> int | None:
    """The set that was read from the same bytes in the same way, None when there is none."""
    row = one(
        db,
        "select b.id from benchmarks as b join imports as i on i.id = b.import_id"
        " where b.project_id = ? and i.sha256 = ? and b.fields = ? and b.seed = ?",
        (project, sha256, as_json(dict(fields)), seed),
    )
    return row["id"] if row else None


def listed(db: Database, project: int) -> list[Benchmark]:
    """The sets of a project, newest first."""
    found = db.query(f"{_ALL} where b.project_id = ? order by b.id desc", (project,))
    return [_benchmark(row) for row in found]


def get(db: Database, benchmark: int) -> Benchmark | None:
    row = one(db, f"{_ALL} where b.id = ?", (benchmark,))
    return _benchmark(row) if row else None


def items(db: Database, benchmark: int) -> list[BenchmarkItem]:
    """Every item in the order of the file."""
    recorded: dict[int, dict[Any, str]] = {}
    for position, party, text in db.conn.execute(
        "select position, party, text from recorded_responses where benchmark_id = ?", (benchmark,)
    ):
        recorded.setdefault(position, {})[party] = text
    found = db.query(
        "select * from benchmark_items where benchmark_id = ? order by position", (benchmark,)
    )
    return [
        BenchmarkItem(
            line=row["line"],
            instruction=row["instruction"],
            use_case=row["use_case"],
            skills=tuple(json.loads(row["skills"])),
            recorded=recorded.get(row["position"], {}),
        )
        for row in found
    ]


def held_out(db: Database, benchmark: int) -> list[tuple[int, str]]:
    """(line, instruction) of the items that metadata is extracted from, in the file's order."""
    found = db.conn.execute(
        "select line, instruction from benchmark_items where benchmark_id = ? and held_out"
        " order by position",
        (benchmark,),
    )
    return [(row[0], row[1]) for row in found]


def remove(db: Database, benchmark: int) -> bool:
    """Remove a set that no evaluation is of; returns whether it was one."""
    if number(db, "select count(*) from evaluations where benchmark_id = ?", (benchmark,)):
        return False
    return bool(db.conn.execute("delete from benchmarks where id = ?", (benchmark,)).rowcount)


def _benchmark(row: dict[str, Any]) -> Benchmark:
    fields: dict[str, str] = json.loads(row.pop("fields"))
    recorded: tuple[Party, ...] = tuple(party for party in PARTIES if party in [*fields])
    return Benchmark(**row, fields=fields, recorded=recorded)
