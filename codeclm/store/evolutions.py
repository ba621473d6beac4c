"""What the compared methods know of a chain beside its iterations: seed, evolutions, rating."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from codeclm.records import Evolution, Response
from codeclm.store.chains import Place
from codeclm.store.rows import one


def start(db: Database, run: int, entry: int, first_slot: int, positions: Sequence[int]) -> None:
    """Say which seed of the run's plan, by its position, each chain from ``first_slot`` on has."""
    db.conn.executemany(
        "insert into started (run_id, entry, slot, seed_id)"
        " select ?1, ?2, ?3, seed_id from run_seeds where run_id = ?1 and position = ?4",
        ((run, entry, slot, position) for slot, position in enumerate(positions, first_slot)),
    )


def add(db: Database, place: Place, found: Evolution, call: int) -> None:
    """Record what a round has made of a chain's instruction."""
    db.conn.execute(
        "insert into evolutions (run_id, entry, slot, round, action, text, call_id)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (place.run, place.entry, place.slot, found.round, found.action, found.text, call),
    )


def set_gain(db: Database, place: Place, number: int, gains: bool, call: int) -> None:
    """Record what the judge said of the gain of a round."""
    db.conn.execute(
        f"update evolutions set gains = ?, gain_call_id = ? where {_ROUND}",  # noqa: S608
        (int(gains), call, place.run, place.entry, place.slot, number),
    )


def set_response(db: Database, place: Place, number: int, response: Response, call: int) -> None:
    """Record the strong response to what a round has made."""
    db.conn.execute(
        f"update evolutions set response = ?, cut = ?, response_call_id = ? where {_ROUND}",  # noqa: S608
        (response.text, int(response.cut), call, place.run, place.entry, place.slot, number),
    )


def set_rule(db: Database, place: Place, number: int, rule: str) -> tuple[int | None, int | None]:
    """Record what became of a round: the rule that dropped it, "" when it survived.

    Returns the calls that wrote its text and its response.
    """
    at = (place.run, place.entry, place.slot, number)
    db.conn.execute(f"update evolutions set rule = ? where {_ROUND}", (rule, *at))  # noqa: S608
    row = one(db, f"select call_id, response_call_id from evolutions where {_ROUND}", at)  # noqa: S608
    return (row["call_id"], row["response_call_id"]) if row else (None, None)


def of(db: Database, place: Place) -> list[Evolution]:
    """What the rounds of a chain have made so far, in their order."""
    found = db.query(
        "select * from evolutions where run_id = ? and entry = ? and slot = ? order by round",
        (place.run, place.entry, place.slot),
    )
    return [
        Evolution(
            row["round"],
            row["action"],
            row["text"],
            None if row["gains"] is None else bool(row["gains"]),
            None
            if row["response"] is None
            else Response("strong", row["response"], bool(row["cut"])),
            row["rule"],
        )
        for row in found
    ]


def add_rating(
    db: Database,
    place: Place,
    iteration: int,
    dimension: str,
    rating: tuple[float, str],
    call: int,
) -> None:
    """Record a rating (score, explanation) of the strong response to one iteration."""
    db.conn.execute(
        "insert into ratings (run_id, entry, slot, iteration, dimension, score, explanation,"
        " call_id) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (place.run, place.entry, place.slot, iteration, dimension, *rating, call),
    )


def rating(db: Database, place: Place, iteration: int) -> tuple[float, str, int | None] | None:
    """(score, explanation, call) of the rating of one iteration, None when it has none."""
    row = one(
        db,
        "select score, explanation, call_id from ratings where run_id = ? and entry = ?"
        " and slot = ? and iteration = ?",
        (place.run, place.entry, place.slot, iteration),
    )
    return (row["score"], row["explanation"], row["call_id"]) if row else None


_ROUND = "run_id = ? and entry = ? and slot = ? and round = ?"
