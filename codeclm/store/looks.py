"""The newest look of each kind at a project's texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from codeclm.records import FINDINGS, Look, LookKind
from codeclm.store.reviews import texts_mark
from codeclm.store.rows import as_json, now, one


def begin(
    db: Database, project: int, kind: LookKind, settings: Mapping[str, Any], mark: Sequence[int]
) -> int:
    """Put a look in the place of the last one of its kind, whose findings go. Returns its id.

    ``mark`` is that of the texts as they were read.
    """
    db.conn.execute("delete from looks where project_id = ? and kind = ?", (project, kind))
    return int(
        db.conn.execute(
            "insert into looks (project_id, kind, settings, mark, result, created_at)"
            " values (?, ?, ?, ?, '{}', ?)",
            (project, kind, as_json(dict(settings)), as_json(list(mark)), now()),
        ).lastrowid
        or 0
    )


def end(db: Database, look: int, result: Mapping[str, Any]) -> None:
    """Keep the numbers that came of a look."""
    db.conn.execute("update looks set result = ? where id = ?", (as_json(dict(result)), look))


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
        stale=json.loads(row["mark"]) != list(texts_mark(db, project)),
    )


def flagged(db: Database, project: int) -> dict[str, int]:
    """How many pairs that nobody has rejected are flagged with what; 0 where nothing was found.

    What was never looked for is missing.
    """
    found = dict(
        db.conn.execute(
            "select f.kind, count(distinct f.pair_id) from findings as f"
            " join looks on looks.id = f.look_id join pairs on pairs.id = f.pair_id"
            " where looks.project_id = ? and pairs.status <> 'rejected' group by f.kind",
            (project,),
        ).fetchall()
    )
    looked = {
        row[0] for row in db.conn.execute("select kind from looks where project_id = ?", (project,))
    }
    return {kind: found.get(kind, 0) for kind, look in FINDINGS.items() if look in looked}
