"""What people do to pairs: rows that are added, taken back and done again.

What a pair shows of them (status, edited, swapped, note, tags) follows from the reviews that stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from codeclm.records import Pair, PairFilter, Status
from codeclm.store import pairs
from codeclm.store.rows import now, number, one
from codeclm.store.selection import selected


class Done(NamedTuple):
    """What an undo or a redo came to: its pairs, of which ``pair`` is one, and its decision.

    ``left`` pairs were acted upon by somebody since and stay as they are.
    """

    pair: int
    pairs: int
    decision: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One thing done to a pair. ``words`` are a reason, a note or a tag."""

    decision: str
    before: Status
    words: str = ""
    instruction: str | None = None
    response: str | None = None
    blind: bool = False


def decide(
    db: Database,
    project: int,
    pair: int,
    decision: Status,
    *,
    expected: Status,
    reason: str = "",
    reviewer: str = "",
    swap: bool = False,
    blind: bool = False,
) -> bool:
    """Give a pair a status, if it still has the ``expected`` one. Returns whether it had.

    With ``swap`` the other response is chosen in the same go.
    """
    if not _is(db, project, pair, expected):
        return False
    found = [Review(decision=decision, before=expected, words=reason, blind=blind)]
    if swap:
        found.insert(0, Review(decision="swap", before=expected, blind=blind))
    _add(db, project, pair, found, reviewer)
    return True


def edit(
    db: Database, project: int, seen: Pair, instruction: str, response: str, reviewer: str = ""
) -> bool:
    """Put a person's text beside the machine's; exports take the person's.

    Returns False, and changes nothing, when the pair is not as it was ``seen`` any more.
    """
    if not _is_as_seen(db, project, seen):
        return False
    review = Review(decision="edit", before=seen.status, instruction=instruction, response=response)
    _add(db, project, seen.id, [review], reviewer)
    return True


def mark(
    db: Database, project: int, pair: int, decision: str, words: str = "", reviewer: str = ""
) -> bool:
    """Swap to the other response, note, tag or untag. Returns whether there is such a pair."""
    row = one(db, "select status from pairs where id = ? and project_id = ?", (pair, project))
    if row is None:
        return False
    review = Review(decision=decision, before=Status(row["status"]), words=words)
    _add(db, project, pair, [review], reviewer)
    return True


def decide_all(
    db: Database, wanted: PairFilter, decision: Status, reason: str = "", reviewer: str = ""
) -> int:
    """Give every pair of a filter that has another status this one. Returns how many."""
    return _add_all(db, wanted, decision, "pairs.status <> :decision", reason, reviewer=reviewer)


def tag_all(db: Database, wanted: PairFilter, tag: str, reviewer: str = "", *, on: bool) -> int:
    """Tag every pair of a filter that has not the tag, or take it from those that have."""
    has = "exists (select 1 from pair_tags where pair_id = pairs.id and tag = :words)"
    decision, missing = ("tag", f"not {has}") if on else ("untag", has)
    return _add_all(db, wanted, decision, missing, tag, reviewer=reviewer)


def edit_all(
    db: Database, project: int, edits: Iterable[tuple[Pair, str, str]], reviewer: str = ""
) -> int:
    """Edit many pairs in one go: (pair as seen, instruction, response). Returns how many."""
    _forget_redo(db, project, reviewer)
    batch, moment = _next(db), now()
    rows = [
        (seen.id, seen.status, instruction, response, reviewer, moment, batch)
        for seen, instruction, response in edits
        if _is_as_seen(db, project, seen)
    ]
    db.conn.executemany(
        "insert into reviews (pair_id, decision, before, instruction, response, reviewer,"
        " created_at, batch) values (?, 'edit', ?, ?, ?, ?, ?, ?)",
        rows,
    )
    _settle(db, batch)
    return len(rows)


def undo(db: Database, project: int, reviewer: str = "") -> Done | None:
    """Take back what a reviewer did last, unless somebody has acted upon it since.

    A whole batch goes at once, but for those of its pairs that others have acted upon. Returns
    None when there is nothing. A dropped pair goes when its last review does.
    """
    return _turn(db, project, reviewer, stands=True)


def redo(db: Database, project: int, reviewer: str = "") -> Done | None:
    """Do again what a reviewer took back last, as ``undo`` took it back."""
    return _turn(db, project, reviewer, stands=False)


def can_redo(db: Database, project: int, reviewer: str = "") -> int:
    """How many reviews of a reviewer can be done again."""
    return number(
        db,
        "select count(*) from reviews as r join pairs on pairs.id = r.pair_id"
        " where r.reviewer = ? and r.undone = 1 and pairs.project_id = ?",
        (reviewer, project),
    )


def texts_mark(db: Database, project: int) -> tuple[int, ...]:
    """How many pairs there are, how many edits and swaps stand, and the newest of these."""
    row = one(
        db,
        "select (select count(*) from pairs where project_id = ?) as pairs, count(*) as standing,"
        " coalesce(max(r.id), 0) as newest from reviews as r join pairs on pairs.id = r.pair_id"
        " where r.undone = 0 and r.decision in ('edit', 'swap') and pairs.project_id = ?",
        (project, project),
    )
    return tuple((row or {}).values())


def last_moments(db: Database, project: int, reviewer: str, count: int) -> list[str]:
    """When a reviewer decided last, newest first."""
    found = db.conn.execute(
        "select r.created_at from reviews as r join pairs on pairs.id = r.pair_id"
        " where r.reviewer = ? and r.undone = 0 and pairs.project_id = ? and r.batch is null"
        " and r.decision in ('approved', 'rejected') order by r.id desc limit ?",
        (reviewer, project, count),
    )
    return [row[0] for row in found]


# Adding ----------------------------------------------------------------------------------------


def _is(db: Database, project: int, pair: int, status: Status) -> bool:
    sql = "select count(*) from pairs where id = ? and project_id = ? and status = ?"
    return bool(number(db, sql, (pair, project, status)))


def _is_as_seen(db: Database, project: int, seen: Pair) -> bool:
    newest = number(db, "select max(id) from reviews where pair_id = ? and undone = 0", (seen.id,))
    return newest == seen.review and _is(db, project, seen.id, seen.status)


def _add(db: Database, project: int, pair: int, found: Sequence[Review], reviewer: str) -> None:
    """Add what was done to one pair in one go."""
    _forget_redo(db, project, reviewer)
    batch, moment = (_next(db) if len(found) > 1 else None), now()
    db.conn.executemany(
        "insert into reviews (pair_id, decision, before, reason, instruction, response, reviewer,"
        " created_at, batch, blind) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                pair,
                review.decision,
                review.before,
                review.words,
                review.instruction,
                review.response,
                reviewer,
                moment,
                batch,
                int(review.blind),
            )
            for review in found
        ],
    )
    _settle_pairs(db, "id = ?", (pair,))
    db.conn.execute("delete from claims where pair_id = ? and reviewer = ?", (pair, reviewer))


def _add_all(
    db: Database,
    wanted: PairFilter,
    decision: str,
    condition: str,
    words: str,
    *,
    reviewer: str,
) -> int:
    """Add one review to every pair of a filter that meets a condition, as one batch."""
    _forget_redo(db, wanted.project, reviewer)
    batch, found = _next(db), selected(wanted)
    sql = found.sql("pairs.id, :decision, pairs.status, :words, :reviewer, :moment, :batch")
    own = {"decision": decision, "words": words, "reviewer": reviewer, "batch": batch}
    added = db.conn.execute(
        "insert into reviews (pair_id, decision, before, reason, reviewer, created_at, batch)"
        f" {sql} and {condition}",
        {**found.values, **own, "moment": now()},
    ).rowcount
    _settle(db, batch)
    return added


def _next(db: Database) -> int:
    """A number for a batch: that of its first review."""
    return 1 + number(db, "select max(id) from reviews")


def _forget_redo(db: Database, project: int, reviewer: str) -> None:
    """What a reviewer took back cannot be done again once they do something else."""
    db.conn.execute(
        "update reviews set undone = 2 where reviewer = ? and undone = 1 and pair_id in"
        " (select id from pairs where project_id = ?)",
        (reviewer, project),
    )


# Taking back -----------------------------------------------------------------------------------

#: Of reviews ``r``: somebody has acted upon its pair since, in another go.
_OVERTAKEN = (
    "exists (select 1 from reviews as later where later.pair_id = r.pair_id and later.undone = 0"
    " and later.id > r.id and (r.batch is null or later.batch is not r.batch))"
)


def _turn(db: Database, project: int, reviewer: str, *, stands: bool) -> Done | None:
    """Take back the newest review that stands, or do again the oldest that was taken back."""
    state, order = (0, "desc") if stands else (1, "asc")
    row = one(
        db,
        "select r.id, r.pair_id, r.decision, r.batch, pairs.run_id from reviews as r"  # noqa: S608
        " join pairs on pairs.id = r.pair_id"
        f" where r.reviewer = ? and r.undone = ? and pairs.project_id = ? and not {_OVERTAKEN}"
        f" order by r.id {order} limit 1",
        (reviewer, state, project),
    )
    if row is None:
        return None
    turned = 1 if stands else 0
    if row["batch"] is None:
        db.conn.execute("update reviews set undone = ? where id = ?", (turned, row["id"]))
        _settle_pairs(db, "id = ?", (row["pair_id"],))
        if stands:
            pairs.forget(db, row["run_id"], row["pair_id"])
        return Done(row["pair_id"], 1, row["decision"], 0)
    return _turn_batch(db, row, state, turned)


def _turn_batch(db: Database, row: dict[str, Any], state: int, turned: int) -> Done:
    batch = row["batch"]
    db.conn.execute(
        f"update reviews as r set undone = ? where r.batch = ? and r.undone = ? and not {_OVERTAKEN}",  # noqa: S608, E501
        (turned, batch, state),
    )
    _settle(db, batch)
    if turned:
        runs = db.conn.execute(
            "select distinct run_id from pairs where dropped = 1 and id in"
            " (select pair_id from reviews where batch = ?)",
            (batch,),
        ).fetchall()
        for (run,) in runs:
            pairs.forget(db, run)
    found = one(
        db,
        "select (select count(distinct pair_id) from reviews where batch = :batch"
        "  and undone = :turned) as pairs, (select decision from reviews where batch = :batch"
        "  order by id desc limit 1) as decision, (select count(distinct pair_id) from reviews"
        '  where batch = :batch and undone = :state) as "left"',
        {"batch": batch, "turned": turned, "state": state},
    )
    return Done(pair=row["pair_id"], **(found or {"pairs": 0, "decision": "", "left": 0}))


def _settle(db: Database, batch: int) -> None:
    """Have the pairs of a batch show what stands of their reviews."""
    _settle_pairs(db, "id in (select pair_id from reviews where batch = ?)", (batch,))


def _settle_pairs(db: Database, where: str, values: tuple[Any, ...]) -> None:
    db.conn.execute(
        "update pairs set"  # noqa: S608 - our own words
        " status = coalesce((select decision from reviews as r where r.pair_id = pairs.id"
        "  and r.undone = 0 and r.decision in ('approved', 'rejected', 'pending')"
        "  order by r.id desc limit 1), 'pending'),"
        " edited = exists (select 1 from reviews as r where r.pair_id = pairs.id and r.undone = 0"
        "  and r.decision = 'edit'),"
        " swapped = (select count(*) % 2 from reviews as r where r.pair_id = pairs.id"
        "  and r.undone = 0 and r.decision = 'swap'),"
        " note = coalesce((select reason from reviews as r where r.pair_id = pairs.id"
        "  and r.undone = 0 and r.decision = 'note' order by r.id desc limit 1), '')"
        f" where {where}",
        values,
    )
    owned = f"pair_id in (select id from pairs where {where})"  # noqa: S608
    db.conn.execute(f"delete from pair_tags where {owned}", values)  # noqa: S608
    db.conn.execute(
        "insert into pair_tags (pair_id, tag) select pair_id, reason from"  # noqa: S608
        f" (select pair_id, reason, decision, max(id) from reviews where {owned} and undone = 0"
        "  and decision in ('tag', 'untag') group by pair_id, reason) where decision = 'tag'",
        values,
    )
