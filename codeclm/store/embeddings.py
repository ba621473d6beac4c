"""Vectors of texts by the model that gave them: what was paid for once is not asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlite_utils import Database

from codeclm.store.rows import number

#: Marks that are looked up by one query.
_TOGETHER = 500


def known(db: Database, model: str, marks: Iterable[bytes]) -> set[bytes]:
    """Those of the marks of which there is a vector."""
    return {mark for (mark,) in _rows(db, "mark", model, marks)}


def vectors(db: Database, model: str, marks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(mark, vector) of those that are there, in no order."""
    return _rows(db, "mark, vector", model, marks)


def length(db: Database, model: str) -> int:
    """How many numbers a vector of this model has; 0 where there is none."""
    return number(db, "select length(vector) / 4 from embeddings where model = ? limit 1", (model,))


def add_all(db: Database, model: str, found: Mapping[bytes, bytes]) -> None:
    """Keep vectors by the marks of their texts."""
    db.conn.executemany(
        "insert into embeddings (model, mark, vector) values (?, ?, ?)"
        " on conflict (model, mark) do update set vector = excluded.vector",
        ((model, mark, vector) for mark, vector in found.items()),
    )


def forget(db: Database, model: str) -> None:
    """Take out all vectors of a model."""
    db.conn.execute("delete from embeddings where model = ?", (model,))


def _rows(db: Database, what: str, model: str, marks: Iterable[bytes]) -> Iterator[Any]:
    left = iter(marks)
    while some := list(islice(left, _TOGETHER)):
        yield from db.conn.execute(
            f"select {what} from embeddings where model = ?"  # noqa: S608
            f" and mark in ({', '.join('?' * len(some))})",
            (model, *some),
        )
