"""What the prompts of a pool gave, and what of it was accepted; see ``generated`` in the schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Candidate:
    """An instruction that nobody has looked at yet: its prompt, its position there, its call."""

    place: int
    position: int
    text: str
    call: int | None


def add(db: Database, run: int, place: int, texts: Sequence[str], call: int) -> None:
    """Record what one prompt gave."""
    db.conn.executemany(
        "insert into generated (run_id, place, position, text, call_id) values (?, ?, ?, ?, ?)",
        ((run, place, position, text, call) for position, text in enumerate(texts)),
    )


def settle(db: Database, run: int, looked_at: Sequence[tuple[Candidate, int | None]]) -> None:
    """Record that candidates were looked at, each with its slot if it was accepted."""
    db.conn.executemany(
        "update generated set looked_at = 1, slot = ?"
        " where run_id = ? and place = ? and position = ?",
        ((slot, run, one.place, one.position) for one, slot in looked_at),
    )


def places(db: Database, run: int, since: int = 0) -> set[int]:
    """The prompts from place ``since`` on that gave something."""
    found = db.conn.execute(
        "select distinct place from generated where run_id = ? and place >= ?", (run, since)
    )
    return {row[0] for row in found}


def accepted(db: Database, run: int) -> list[tuple[int, str]]:
    """(place, text) of everything accepted, in the order of the slots."""
    found = db.conn.execute(
        "select place, text from generated where run_id = ? and slot is not null order by slot",
        (run,),
    )
    return found.fetchall()


def waiting(db: Database, run: int, since: int = 0) -> list[Candidate]:
    """What the prompts from ``since`` on gave and nobody has looked at yet, in plan order."""
    found = db.conn.execute(
        "select place, position, text, call_id from generated where run_id = ? and place >= ?"
        " and looked_at = 0 order by place, position",
        (run, since),
    )
    return [Candidate(*row) for row in found]
