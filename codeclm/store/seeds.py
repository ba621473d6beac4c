"""Seeds and the files they came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlite_utils import Database

from codeclm.records import Seed
from codeclm.store import imports


def add(
    db: Database,
    project: int,
    seeds: Sequence[Seed],
    *,
    name: str,
    sha256: str,
    field: str,
    skipped: int,
) -> tuple[int, int]:
    """Record one import. Returns (seeds that are new, seeds the project had already)."""
    source = imports.add(
        db,
        project,
        name=name,
        sha256=sha256,
        field=field,
        imported=len(seeds),
        skipped=skipped,
    )
    before = count(db, project)
    db.conn.executemany(
        "insert into seeds (project_id, import_id, line, text, digest) values (?, ?, ?, ?, ?)"
        " on conflict (project_id, digest) do update set removed = 0 where removed = 1",
        ((project, source, seed.line, seed.text, _digest(seed.text)) for seed in seeds),
    )
    added = count(db, project) - before
    return added, len(seeds) - added


def count(db: Database, project: int) -> int:
    row = db.conn.execute(
        "select count(*) from seeds where project_id = ? and removed = 0", (project,)
    ).fetchone()
    return int(row[0])


def ids_of(db: Database, project: int, texts: Iterable[str]) -> list[int]:
    """The ids of seeds with these texts, in the order of the texts."""
    find = "select id from seeds where project_id = ? and digest = ?"
    return [db.conn.execute(find, (project, _digest(text))).fetchone()[0] for text in texts]


def all_ids(db: Database, project: int) -> list[int]:
    """The ids of a project's seeds in the order of their import."""
    rows = db.conn.execute(
        "select id from seeds where project_id = ? and removed = 0 order by id", (project,)
    )
    return [row[0] for row in rows]


def texts(db: Database, project: int) -> list[str]:
    """The texts of a project's seeds in the order of their import."""
    rows = db.conn.execute(
        "select text from seeds where project_id = ? and removed = 0 order by id", (project,)
    )
    return [row[0] for row in rows]


def numbered(db: Database, project: int) -> list[tuple[int, str]]:
    """(id, text) of a project's seeds in the order of their import."""
    return db.conn.execute(
        "select id, text from seeds where project_id = ? and removed = 0 order by id", (project,)
    ).fetchall()


def page(db: Database, project: int, limit: int, offset: int = 0) -> list[Seed]:
    """Some seeds in the order of their import, with the file and line they came from."""
    rows = db.query(
        "select seeds.id, seeds.text, imports.name as file, seeds.line from seeds"
        " join imports on imports.id = seeds.import_id"
        " where seeds.project_id = ? and seeds.removed = 0 order by seeds.id limit ? offset ?",
        (project, limit, offset),
    )
    return [Seed(row["text"], row["file"], row["line"], row["id"]) for row in rows]


def clear(db: Database, project: int) -> None:
    """Take a project's seeds out of sight; they stay for the runs that were planned over them."""
    db.conn.execute("update seeds set removed = 1 where project_id = ?", (project,))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
