"""Metadata entries of a project: current rows, and the rows that edits replaced."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from codeclm.errors import StoreError
from codeclm.records import Metadata, Status
from codeclm.store import rows
from codeclm.store.rows import as_json, key_of, now

#: Of two statuses that meet in one entry, the later one stays.
_RANK = (Status.REJECTED, Status.PENDING, Status.APPROVED)


def save(db: Database, project: int, entry: Metadata, *, replaces: int | None = None) -> int:
    """Add an entry; one the project has already keeps the larger weight. Returns its id."""
    db.conn.execute(
        "insert into metadata (project_id, use_case, skills, key, weight, origin, status, flags,"
        " replaces, position, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " (select coalesce(position, id) from metadata where id = ?), ?)"
        " on conflict (project_id, key) where status <> 'replaced'"
        " do update set weight = max(weight, excluded.weight)",
        (
            project,
            entry.use_case,
            as_json(list(entry.skills)),
            key_of(entry),
            entry.weight,
            entry.origin,
            entry.status,
            as_json(list(entry.flags)),
            replaces,
            replaces,
            now(),
        ),
    )
    found = current(db, project, entry)
    if found is None:
        raise StoreError("A metadata entry was not stored.")
    return found.id


def save_unlisted(db: Database, project: int, entry: Metadata) -> int:
    """Add an entry that only holds imported pairs together; one that is there is taken as it is.

    It is listed nowhere, and no run starts from it. Returns its id.
    """
    known = current(db, project, entry)
    if known:
        return known.id
    number = save(db, project, entry)
    db.conn.execute("update metadata set status = 'unlisted' where id = ?", (number,))
    return number


def current(db: Database, project: int, entry: Metadata) -> Metadata | None:
    """The project's entry with the same use case and skills, if there is one."""
    row = rows.one(
        db,
        "select * from metadata where project_id = ? and key = ? and status <> 'replaced'",
        (project, key_of(entry)),
    )
    return rows.metadata(row) if row else None


def heir(db: Database, project: int, entry: Metadata) -> Metadata | None:
    """What a person has made of an entry with this use case and skills: edited, merged, as it was.

    None when the project never had one.
    """
    now_there = current(db, project, entry)
    if now_there:
        return now_there
    row = rows.one(
        db,
        "with recursive line as (select * from (select * from metadata where project_id = ?"
        "  and key = ? and status = 'replaced' order by id desc limit 1) union all"
        "  select next.* from metadata as next join line on line.status = 'replaced'"
        "  and (next.replaces = line.id or next.id = line.merged_into))"
        " select * from line where status <> 'replaced' limit 1",
        (project, key_of(entry)),
    )
    return rows.metadata(row) if row else None


def entries(db: Database, project: int, status: Status | None = None) -> list[Metadata]:
    """The project's current entries in the order they came, of one status or of all."""
    found = db.query(
        "select * from metadata where project_id = ? and coalesce(?, status) = status"
        " and status not in ('replaced', 'unlisted') order by coalesce(position, id), id",
        (project, status),
    )
    return [rows.metadata(row) for row in found]


def merge(db: Database, project: int, old: int, into: Metadata) -> None:
    """Let the row ``old`` become part of the current entry ``into``, weight and rubrics included.

    It stays for the runs that used it. Whoever of both is approved stays so.
    """
    row = rows.one(db, "select * from metadata where id = ?", (old,))
    kept = current(db, project, into)
    if row is None or kept is None:
        raise StoreError("One of the entries is not there any more.", "Look at them as they are.")
    gone = rows.metadata(row)
    status = max(gone.status, kept.status, key=_RANK.index)
    whole = replace(kept, weight=kept.weight + gone.weight, status=status)
    new = edit(db, project, kept.id, whole)
    db.conn.execute(
        "update metadata set status = 'replaced', merged_into = ? where id = ?", (new, old)
    )
    db.conn.execute(
        "update rubric_sets set metadata_id = ? where metadata_id = ?"
        " and not exists (select 1 from rubric_sets where metadata_id = ?)",
        (new, old, new),
    )


def edit(db: Database, project: int, old: int, entry: Metadata) -> int:
    """Put ``entry`` in the place of the row ``old``, which stays for the runs that used it.

    Raises ``StoreError`` when another current entry has the same use case and skills.
    """
    known = current(db, project, entry)
    if known and known.id != old:
        raise StoreError(
            f"There is already an entry {entry.use_case!r} with these skills.",
            "Reject one of the two instead.",
        )
    if known and (known.use_case, known.skills, known.weight) == (
        entry.use_case,
        entry.skills,
        entry.weight,
    ):
        db.conn.execute("update metadata set status = ? where id = ?", (entry.status, old))
        return old
    db.conn.execute("update metadata set status = 'replaced' where id = ?", (old,))
    new = save(db, project, entry, replaces=old)
    db.conn.execute("update rubric_sets set metadata_id = ? where metadata_id = ?", (new, old))
    return new
