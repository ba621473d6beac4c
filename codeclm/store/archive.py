"""A project as rows that another database can take in: what stands behind some of its pairs.

An archive is a header, then one row a line, those of parent tables first, then how many there were.
Columns and links are read from the schema. What belongs to a pair is its project, its chain up to
its own iteration, the run, entry, rubrics and seeds behind it, and all that people and other judges
have said of it. Of calls, failures and endpoints nothing is ever in it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from codeclm.errors import ImportFileError, SettingsError, is_storable
from codeclm.records import Restored
from codeclm.store import imports, kept, projects, restored
from codeclm.store.migrations import known, migrations
from codeclm.store.rows import number

Row = dict[str, Any]

#: What the first and the last line are told by, and the newest form this version reads.
HEADER, END, FORM = "codeclm_archive", "codeclm_archive_rows", 1

#: Ids apart by more than this are nobody's.
_SPAN = 2**40


def lines(db: Database, ids: Iterable[int], *, version: str = "") -> Iterator[bytes]:
    """An archive of these pairs, all of one project, a line of UTF-8 JSON at a time.

    Pairs that are gone are left out; everything is as it was at one moment. ``version`` is that of
    the program that writes it. Raises ``StoreError`` when none is left.
    """
    # Selected rows lie in tables of the connection's own, which go with the savepoint.
    db.conn.execute("savepoint archive")
    try:
        kept.select(db, ids)
        applied = [migration.name for migration in migrations.applied(db)]
        yield _line({HEADER: FORM, "version": version, "schema": applied})
        count = 0
        for table, source in kept.TABLES.items():
            # A million rows: SQLite writes them as JSON three times as fast as they are read.
            columns = (
                f"'{column.name}', {kept.worded(table, column)}"
                for column in kept.columns(db, table)
            )
            row = f"json_object('table', '{table}', {', '.join(columns)})"
            found = db.conn.execute(f"select {row} || char(10) from {source}")  # noqa: S608
            for (line,) in found:
                count += 1
                yield line.encode()
        yield _line({END: count})
    finally:
        db.conn.execute("rollback to archive")
        db.conn.execute("release archive")


def restore(
    db: Database, rows: Iterator[Row], *, name: str = "", sha256: str, file: str
) -> Restored:
    """Add an archive's project, inside the caller's transaction, which must not survive an error.

    ``sha256`` and ``file`` are the archive's own: the origin of its texts. The project is called
    ``name``, else as it was, with a number behind it where that is taken. Raises
    ``ImportFileError`` with the line, ``SettingsError`` for a ``name`` that cannot be had.
    """
    return _Restoring(db, file).restore(rows, name, sha256)


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# Taking in -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shift:
    """New numbers for the rows of a table: in the same order, behind all there are."""

    first: int
    after: int

    def __call__(self, old: int) -> int:
        # A smaller one would be somebody else's row.
        if not 0 <= old - self.first < _SPAN:
            raise ValueError(f"it names the row {old}, which is not there")
        return old - self.first + self.after + 1


class _Restoring:
    """One archive on its way in. ``line`` is that of the row at hand, for errors."""

    def __init__(self, db: Database, file: str) -> None:
        self._db = db
        self._file = file
        self._line = 0
        self._shifts: dict[str, _Shift] = {}
        self._counts = dict.fromkeys(kept.TABLES, 0)
        #: (table, column, id, value) of links between rows of one table, which may point ahead.
        self._links: list[tuple[str, str, int, int]] = []

    def restore(self, rows: Iterator[Row], name: str, sha256: str) -> Restored:
        found = self._numbered(rows)
        self._check_header(next(found, {}))
        ended = False
        for (table, *columns), group in groupby(found, key=lambda row: (row.get("table"), *row)):
            if ended:
                raise self._broken("something follows the end")
            if table is None and columns == [END]:
                if [row[END] for row in group] != [sum(self._counts.values())]:
                    raise self._broken("it ends with another number of rows than it has")
                ended = True
            else:
                self._insert(table, columns, group, name)
        if not ended:
            raise self._broken("this is the last line, but not the end: the rest is missing")
        if not self._counts["projects"]:
            raise self._broken("it holds no project")
        for table, column, row, value in self._links:
            self._try(f"update {table} set {column} = ? where id = ?", [(value, row)])  # noqa: S608
        return self._settled(sha256)

    def _numbered(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self._line += 1
            if not isinstance(row, dict):
                raise self._broken("this is no row")
            yield row

    def _check_header(self, header: Row) -> None:
        form, schema = header.get(HEADER), header.get("schema")
        if not (isinstance(form, int) and isinstance(schema, list)):
            raise ImportFileError(
                f"{self._file} is not the archive of a project: its first line does not say so.",
                "Take a bundle of jsonl with all fields, or its project.jsonl.",
                line=1,
            )
        if form > FORM or not set(map(str, schema)) <= known():
            raise ImportFileError(
                f"{self._file} was written by a newer version of codeclm.",
                "Update codeclm (pip install --upgrade codeclm), then try again.",
                line=1,
            )

    def _insert(self, table: Any, columns: list[str], group: Iterator[Row], name: str) -> None:
        """Add rows of one table, all with the same columns."""
        if not (isinstance(table, str) and table in kept.TABLES):
            raise self._broken(f"there is no table {str(table)[:40]!r} in an archive")
        ours = {column.name: column for column in kept.columns(self._db, table)}
        names = [column for column in columns if column != "table"]
        if strange := next((column for column in names if column not in ours), None):
            raise self._broken(f"{table} has no column {strange[:40]!r} in an archive")
        if not names:
            raise self._broken(f"there is nothing in this row of {table}")
        marks = ", ".join(f":{column}" for column in names)
        moved = self._moved(table, [ours[column] for column in names], group, name)
        self._try(f"insert into {table} ({', '.join(names)}) values ({marks})", moved)  # noqa: S608

    def _moved(
        self, table: str, columns: list[kept.Column], group: Iterator[Row], name: str
    ) -> Iterator[Row]:
        """Rows with the numbers that they and their parents have here."""
        links = [(column.name, column.parent) for column in columns if column.parent]
        numbered = any(column.name == "id" for column in columns)
        for row in group:
            if table == "projects":
                self._name(row, name)
            if numbered:
                row["id"] = (self._shifts.get(table) or self._begin(table, row))(row["id"])
            for column, parent in links:
                if row[column] is None:
                    continue
                if parent not in self._shifts:
                    raise ValueError(f"it belongs to a row of {parent}, of which there is none")
                row[column] = self._shifts[parent](row[column])
                if parent == table and (table, column) not in kept.NUMBERS:
                    self._links.append((table, column, row["id"], row[column]))
                    row[column] = None
            self._counts[table] += 1
            yield row

    def _begin(self, table: str, row: Row) -> _Shift:
        last = number(self._db, f"select max(id) from {table}")  # noqa: S608
        if table == "projects":
            last = max(last, number(self._db, "select max(id) from deleted_projects"))
        return self._shifts.setdefault(table, _Shift(row["id"], last))

    def _name(self, row: Row, name: str) -> None:
        """Call the project as is wanted, or as it was if that is free."""
        if self._counts["projects"]:
            raise ValueError("an archive holds one project")
        wanted = " ".join((name or row["name"]).split())
        usable = wanted and is_storable(wanted)
        if not (usable or name):
            raise ValueError("its project has no name that can be shown")
        if not usable:
            raise SettingsError("No project can have this name.", "Choose another one.")
        if name and projects.by_name(self._db, wanted):
            raise SettingsError(f"There is a project {wanted!r} already.", "Choose another name.")
        free, count = wanted, 1
        while projects.by_name(self._db, free):
            count += 1
            free = f"{wanted} ({count})"
        row["name"] = free

    def _try(self, sql: str, rows: Iterable[Any]) -> None:
        try:
            self._db.conn.executemany(sql, rows)
        except (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
            raise self._broken(f"it does not fit ({error})") from error
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError) as error:
            raise self._broken(str(error)) from error

    def _broken(self, what: str) -> ImportFileError:
        return ImportFileError(
            f"{self._file}, line {self._line}: {what}.",
            "The archive is damaged or was changed. Take the bundle as it was exported.",
            line=self._line,
        )

    def _settled(self, sha256: str) -> Restored:
        """Say where everything came from, and look once more at the whole."""
        project = self._shifts["projects"].after + 1
        pairs = self._counts["pairs"]
        source = imports.add(
            self._db,
            project,
            name=self._file,
            sha256=sha256,
            field="",
            imported=pairs,
            skipped=0,
        )
        wrong = restored.unsound(self._db, project)
        if wrong:
            raise self._broken(f"up to here, {wrong}")
        runs = restored.settle(self._db, project, source)
        row = projects.by_id(self._db, project) or {}
        return Restored(
            project=project,
            name=row["name"],
            runs=runs,
            pairs=pairs,
            reviews=self._counts["reviews"],
        )
