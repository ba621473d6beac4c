"""The newest look of each kind at a project's texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlite_utils import Database

from codeclm.records import FINDINGS, Look, LookKind
from codeclm.store.reviews import texts_mark
from codeclm.store.rows import as_json, now, number, one
from codeclm.store.selection import STANDS

#: What a look was at, beside its settings: to be held against what there is later.
Mark: TypeAlias = Mapping[str, list[int]]


def mark(db: Database, project: int) -> Mark:
    """What looks of this moment are at: numbers that change with texts, and who is left out.

    Verdicts' versions tell of pairs that went and came again, with other ids or without what was
    found of them.
    """
    rejected = "select id from pairs where project_id = ? and status = 'rejected'"
    return {
        **_present(db, project),
        "rejected": [row[0] for row in db.conn.execute(rejected, (project,))],
    }


def _present(db: Database, project: int) -> dict[str, list[int]]:
    versions = number(db, "select sum(version) from runs where project_id = ?", (project,))
    seeds = db.conn.execute(
        "select count(*), coalesce(max(id), 0) from seeds where project_id = ? and removed = 0",
        (project,),
    ).fetchone()
    return {"texts": [*texts_mark(db, project), versions], "seeds": list(seeds)}


def begin(
    db: Database, project: int, kind: LookKind, settings: Mapping[str, Any], mark: Mark
) -> int:
    """Put a look in the place of the last one of its kind, whose findings go. Returns its id.

    ``mark`` is that of the texts as they were read.
    """
    db.conn.execute("delete from looks where project_id = ? and kind = ?", (project, kind))
    return int(
        db.conn.execute(
            "insert into looks (project_id, kind, settings, mark, result, created_at)"
            " values (?, ?, ?, ?, '{}', ?)",
            (project, kind, as_json(dict(settings)), as_json(dict(mark)), now()),
        ).lastrowid
        or 0
    )


def end(db: Database, look: int, result: Mapping[str, Any]) -> None:
    """Keep the numbers that came of a look."""
    db.conn.execute("update looks set result = ? where id = ?", (as_json(dict(result)), look))


def turn(db: Database, look: int) -> None:
    """Count that the findings of a look are others now; its ids may be taken again."""
    db.conn.execute(
        "update looks set mark = json_set(mark, '$.turns',"
        " coalesce(json_extract(mark, '$.turns'), 0) + 1) where id = ?",
        (look,),
    )


def newest(db: Database, project: int, kind: LookKind) -> Look | None:
    """The newest look of a kind, None when there was none."""
    row = one(db, "select * from looks where project_id = ? and kind = ?", (project, kind))
    if row is None:
        return None
    return Look(
        id=row["id"],
        kind=kind,
        settings=json.loads(row["settings"]),
        result=json.loads(row["result"]),
        created_at=row["created_at"],
        stale=_is_stale(db, project, row),
    )


def _is_stale(db: Database, project: int, row: Mapping[str, Any]) -> bool:
    """Whether another look might find something else."""
    was = json.loads(row["mark"])
    # One that an earlier version has kept is of texts alone.
    now_is = _present(db, project) if isinstance(was, dict) else {}
    parts = ("texts", "seeds") if row["kind"] == "copies" else ("texts",)
    if not now_is or any(was[part] != now_is[part] for part in parts):
        return True
    # What was rejected was not looked at; and what yielded to a pair that is rejected now may be
    # like another one.
    return bool(
        number(
            db,
            "select exists (select 1 from json_each(:rejected) as r cross join pairs"
            "  on pairs.id = r.value where pairs.status <> 'rejected')"
            " or exists (select 1 from pairs as k cross join findings as f on f.like_pair = k.id"
            "  cross join pairs as p on p.id = f.pair_id where k.project_id = :project"
            "  and k.status = 'rejected' and f.look_id = :look and p.status <> 'rejected')",
            {"rejected": json.dumps(was["rejected"]), "project": project, "look": row["id"]},
        )
    )


def flagged(db: Database, project: int) -> dict[str, int]:
    """How many pairs that nobody has rejected are flagged with what; 0 where nothing was found.

    What was never looked for is missing.
    """
    found = dict(
        db.conn.execute(
            "select f.kind, count(distinct f.pair_id) from findings as f"  # noqa: S608 - our own words
            " join looks on looks.id = f.look_id join pairs on pairs.id = f.pair_id"
            " where looks.project_id = :project and pairs.status <> 'rejected'"
            f" and {STANDS} group by f.kind",
            {"project": project},
        ).fetchall()
    )
    looked = {
        row[0] for row in db.conn.execute("select kind from looks where project_id = ?", (project,))
    }
    return {kind: found.get(kind, 0) for kind, look in FINDINGS.items() if look in looked}
