"""Removing a project with everything in it, and nothing that others' rows stem from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from codeclm.records import Holdings
from codeclm.store import rows
from codeclm.store.rows import number, one


@dataclass(frozen=True, slots=True)
class _Link:
    """A foreign key: ``column`` of ``table`` names a row of ``parent``."""

    table: str
    column: str
    parent: str
    cascades: bool


def holdings(db: Database, project: int) -> Holdings:
    """What goes when a project is deleted."""
    row = one(
        db,
        "select (select count(*) from seeds where project_id = :project and removed = 0) as seeds,"
        " (select count(*) from metadata where project_id = :project"
        "  and status not in ('replaced', 'unlisted')) as metadata,"
        " (select count(*) from runs where project_id = :project) as runs,"
        " (select count(*) from pairs where project_id = :project) as pairs,"
        " (select count(*) from pairs where project_id = :project and status = 'approved')"
        "  as approved,"
        " (select coalesce(sum(calls), 0) from run_answers where run_id in"
        "  (select id from runs where project_id = :project)) as calls",
        {"project": project},
    )
    return Holdings(**row or {})


def is_at_work(db: Database, project: int) -> bool:
    """Whether a run of the project goes on, or a job of it waits; somebody must be at work."""
    return bool(
        number(
            db,
            "select exists (select 1 from runs where project_id = :project and state = 'running')"
            " or exists (select 1 from jobs where project_id = :project"
            "  and state in ('queued', 'running'))",
            {"project": project},
        )
    )


def delete(db: Database, project: int, *, alone: bool) -> None:
    """Delete a project inside ``Store.rewriting()``.

    What belongs to it is read from the schema, so that no table is forgotten, and goes one table
    after the other: a cascade would search whole tables for every call that goes. Calls are the
    journal's: one that another project has replayed stays as that project's origin, and nobody's
    own. Unless one is ``alone``, all of them stay until ``sweep``.
    """
    links = _links(db)
    values = {"project": project}
    for table in _children_first(links):
        db.conn.execute(f"delete from {table} where {_belongs(table, links)}", values)  # noqa: S608
    if alone:
        _delete_calls(db, f"(project_id = :project or {_NOBODYS})", values, links)
    db.conn.execute(
        "update calls set project_id = null, run_id = null where project_id = :project", values
    )
    db.conn.execute(
        "insert into deleted_projects (id, deleted_at) values (?, ?)", (project, rows.now())
    )
    db.conn.execute("delete from projects where id = :project", values)


def leftovers(db: Database) -> bool:
    """Whether there are calls of projects that are gone."""
    return bool(number(db, f"select exists (select 1 from calls where {_NOBODYS})"))  # noqa: S608


def sweep(db: Database) -> None:
    """Delete the calls of projects that are gone, inside ``Store.rewriting()``.

    A run at work may be about to use one: nobody else may be at work.
    """
    _delete_calls(db, _NOBODYS, {}, _links(db))


_NOBODYS = "run_id is null and project_id is null"


def _delete_calls(db: Database, where: str, values: dict[str, int], links: list[_Link]) -> None:
    """Delete calls, except those that a row stems from."""
    origins = " union all ".join(
        f"select {link.column} from {link.table} where {link.column} is not null"  # noqa: S608
        for link in links
        if link.parent == "calls"
    )
    db.conn.execute(f"delete from calls where {where} and id not in ({origins})", values)  # noqa: S608


def _links(db: Database) -> list[_Link]:
    return [
        _Link(table, key["from"], key["table"], key["on_delete"] == "CASCADE")
        for table in db.table_names()
        for key in db.query("select * from pragma_foreign_key_list(?)", (table,))
    ]


def _children_first(links: list[_Link]) -> Iterator[str]:
    """The tables whose rows belong to a project, each before those its rows belong to."""
    waiting = {link.table for link in links if link.cascades} - {"calls"}
    while waiting:
        parents = {link.parent for link in links if link.cascades and link.table in waiting}
        leaves = sorted(waiting - parents)
        yield from leaves
        waiting -= set(leaves)


def _belongs(table: str, links: list[_Link]) -> str:
    """The condition under which a row of ``table`` belongs to the project ``:project``."""
    if table == "projects":
        return "id = :project"
    return " or ".join(
        f"{link.column} in (select id from {link.parent} where {_belongs(link.parent, links)})"  # noqa: S608
        for link in links
        if link.table == table and link.cascades
    )
