"""What the prompts of a pool gave, and what of it was accepted; see ``generated`` in the schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from codeclm.records import Accepted, Likeness
from codeclm.store import drops
from codeclm.store.rows import as_json, number


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


def settle(
    db: Database, run: int, looked_at: Sequence[tuple[Candidate, int | None, Sequence[Likeness]]]
) -> None:
    """Record that candidates were looked at.

    Each comes with its slot if it was accepted, and with what it was then most like.
    """
    db.conn.executemany(
        "update generated set looked_at = 1, slot = ?, alike = ?"
        " where run_id = ? and place = ? and position = ?",
        (
            (slot, _as_alike(neighbours), run, one.place, one.position)
            for one, slot, neighbours in looked_at
        ),
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


def count(db: Database, run: int) -> int:
    """How many instructions a run has accepted."""
    sql = "select count(*) from generated where run_id = ? and slot is not null"
    return number(db, sql, (run,))


def listed(db: Database, run: int, limit: int, offset: int = 0) -> list[Accepted]:
    """Some of what was accepted, in the order of the slots, each with what it was most like."""
    found = db.conn.execute(
        "select slot, text, alike from generated where run_id = ? and slot is not null"
        " order by slot limit ? offset ?",
        (run, limit, offset),
    ).fetchall()
    return [Accepted(slot, text, _neighbours(db, run, alike)) for slot, text, alike in found]


def waiting(db: Database, run: int, since: int = 0) -> list[Candidate]:
    """What the prompts from ``since`` on gave and nobody has looked at yet, in plan order."""
    found = db.conn.execute(
        "select place, position, text, call_id from generated where run_id = ? and place >= ?"
        " and looked_at = 0 order by place, position",
        (run, since),
    )
    return [Candidate(*row) for row in found]


def _as_alike(neighbours: Sequence[Likeness]) -> str | None:
    # Four decimals are more than is shown.
    told = [[round(like.score, 4), like.seed, like.slot] for like in neighbours]
    return as_json(told) if told else None


def _neighbours(db: Database, run: int, alike: str | None) -> tuple[Likeness, ...]:
    found = db.conn.execute(
        "select n.score, n.seed, n.slot, "  # noqa: S608 - our own words
        f"{drops.TEXT} from (select key, json_extract(value, '$[0]') as score,"
        " json_extract(value, '$[1]') as seed, json_extract(value, '$[2]') as slot"
        f" from json_each(:alike)) as n {drops.WHOSE} order by n.key",
        {"run": run, "alike": alike or "[]"},
    )
    return tuple(Likeness(*row) for row in found)
