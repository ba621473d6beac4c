"""Pairs that were kept, and what people said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from codeclm.records import Ancestor, Judgement, Pair, PairFilter, Status, Verdict
from codeclm.settings import GIVEN_BY, RunSettings
from codeclm.store.chains import Place
from codeclm.store.rows import now, number, one

_ORDERS = {
    "plan": "pairs.run_id, pairs.entry, pairs.slot",
    "gap_down": "pairs.gap desc, pairs.id",
    "gap_up": "pairs.gap, pairs.id",
    "newest": "pairs.id desc",
}

_PAIR = """
select pairs.*, metadata.use_case, metadata.skills, runs.settings, instructions.text as instruction,
    strong.text as strong_response, strong.cut as strong_cut,
    target.text as target_response, target.cut as target_cut,
    edit.instruction as edited_instruction, edit.response as edited_response,
    exists (select 1 from judgements as j where j.run_id = pairs.run_id and j.entry = pairs.entry
        and j.slot = pairs.slot and j.position = 2) as given,
    imports.name || ':' || imported.line as imported_from,
    coalesce((select max(id) from reviews where pair_id = pairs.id and undone = 0), 0) as review,
    decided.reason, coalesce(nullif(decided.reviewer, ''), edit.reviewer, '') as reviewer
from pairs
join metadata on metadata.id = pairs.metadata_id
join runs on runs.id = pairs.run_id
join instructions on instructions.run_id = pairs.run_id and instructions.entry = pairs.entry
    and instructions.slot = pairs.slot and instructions.iteration = pairs.iteration
left join responses as strong on strong.run_id = pairs.run_id and strong.entry = pairs.entry
    and strong.slot = pairs.slot and strong.iteration = pairs.iteration and strong.side = 'strong'
left join responses as target on target.run_id = pairs.run_id and target.entry = pairs.entry
    and target.slot = pairs.slot and target.iteration = pairs.iteration and target.side = 'target'
left join imported on imported.run_id = pairs.run_id and imported.entry = pairs.entry
    and imported.slot = pairs.slot
left join imports on imports.id = imported.import_id
left join reviews as decided on decided.id = (
    select max(id) from reviews where pair_id = pairs.id and decision <> 'edit' and undone = 0)
left join reviews as edit on pairs.edited = 1 and edit.id = (
    select max(id) from reviews where pair_id = pairs.id and decision = 'edit' and undone = 0)
"""


def add(
    db: Database, project: int, place: Place, iteration: int, metadata: int, verdict: Verdict
) -> None:
    """Add the pair a chain ended in; one that had been dropped is kept again.

    It may have been there without scores. If they speak for the other response than the one that
    was reviewed, it stays dropped.
    """
    db.conn.execute(
        "insert into pairs (project_id, run_id, entry, slot, iteration, metadata_id, response_from,"
        " strong_score, target_score, gap) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (run_id, entry, slot, iteration) do update set"
        " dropped = response_from <> excluded.response_from,"
        " strong_score = excluded.strong_score, target_score = excluded.target_score,"
        " gap = excluded.gap",
        (
            project,
            place.run,
            place.entry,
            place.slot,
            iteration,
            metadata,
            verdict.side,
            verdict.strong,
            verdict.target,
            verdict.gap,
        ),
    )


def drop(db: Database, run: int) -> None:
    """Keep no pair of a run: what its newer verdicts keep is added again before ``forget``."""
    db.conn.execute("update pairs set dropped = 1 where run_id = ?", (run,))


def forget(db: Database, run: int, pair: int | None = None) -> None:
    """Take out the dropped pairs, or one of them, on which no review stands.

    The others stay where people put them.
    """
    db.conn.execute(
        "delete from pairs where run_id = ? and (? is null or id = ?) and dropped = 1"
        " and not exists (select 1 from reviews where pair_id = pairs.id and undone = 0)",
        (run, pair, pair),
    )


def tally(db: Database, run: int) -> dict[Status, int]:
    """How many pairs of a run there are of each status; dropped ones only if decided upon."""
    found = db.conn.execute(
        "select status, count(*) from pairs where run_id = ?"
        " and (dropped = 0 or status <> ?) group by status",
        (run, Status.PENDING),
    )
    return {Status(status): count for status, count in found}


def matching(db: Database, wanted: PairFilter) -> Iterator[Pair]:
    """Every pair of a filter, one after the other, with its chain but without its judgements."""
    where, values = _where(wanted)
    sql = f"{_PAIR} where {where} order by {_ORDERS[wanted.order]}"
    for row in db.query(sql, values):
        yield _pair(row, _ancestors(db, row), ())


def count(db: Database, wanted: PairFilter) -> int:
    """How many pairs a filter selects."""
    where, values = _where(wanted)
    join = " join metadata on metadata.id = pairs.metadata_id" if "metadata." in where else ""
    return number(db, f"select count(*) from pairs{join} where {where}", values)  # noqa: S608


def ids(db: Database, wanted: PairFilter, limit: int, offset: int = 0) -> list[int]:
    """The ids of some pairs of a filter, in its order."""
    where, values = _where(wanted)
    join = " join metadata on metadata.id = pairs.metadata_id" if "metadata." in where else ""
    sql = (
        f"select pairs.id from pairs{join} where {where}"  # noqa: S608
        f" order by {_ORDERS[wanted.order]} limit {int(limit)} offset {int(offset)}"
    )
    return [row[0] for row in db.conn.execute(sql, values)]


def get(db: Database, project: int, pair: int) -> Pair | None:
    """One pair of a project with its chain and both orders' judgements."""
    row = one(db, f"{_PAIR} where pairs.id = ? and pairs.project_id = ?", (pair, project))
    if not row:
        return None
    judgements = tuple(
        Judgement(found["position"], found["strong"], found["target"])
        for found in db.query(
            "select position, strong, target from judgements where run_id = ? and entry = ?"
            " and slot = ? and iteration = ? order by position",
            (row["run_id"], row["entry"], row["slot"], row["iteration"]),
        )
    )
    return _pair(row, _ancestors(db, row), judgements)


def decide(
    db: Database,
    project: int,
    pair: int,
    decision: Status,
    *,
    expected: Status,
    reason: str = "",
    reviewer: str = "",
) -> bool:
    """Give a pair a status, if it still has the ``expected`` one. Returns whether it had."""
    changed = db.conn.execute(
        "update pairs set status = ? where id = ? and project_id = ? and status = ?",
        (decision, pair, project, expected),
    ).rowcount
    if not changed:
        return False
    db.conn.execute(
        "insert into reviews (pair_id, decision, before, reason, reviewer, created_at)"
        " values (?, ?, ?, ?, ?, ?)",
        (pair, decision, expected, reason, reviewer, now()),
    )
    return True


def edit(
    db: Database, project: int, seen: Pair, instruction: str, response: str, reviewer: str = ""
) -> bool:
    """Put a person's text beside the machine's; exports take the person's.

    Returns False, and changes nothing, when the pair is not as it was ``seen`` any more.
    """
    newest = number(db, "select max(id) from reviews where pair_id = ? and undone = 0", (seen.id,))
    changed = (
        newest == seen.review
        and db.conn.execute(
            "update pairs set edited = 1 where id = ? and project_id = ? and status = ?",
            (seen.id, project, seen.status),
        ).rowcount
    )
    if not changed:
        return False
    db.conn.execute(
        "insert into reviews (pair_id, decision, before, instruction, response, reviewer,"
        " created_at) values (?, 'edit', ?, ?, ?, ?, ?)",
        (seen.id, seen.status, instruction, response, reviewer, now()),
    )
    return True


def undo(db: Database, project: int, reviewer: str = "") -> int | None:
    """Take back a reviewer's newest decision or edit that nobody has acted upon since.

    Returns its pair, None if there is none. A dropped pair goes when its last review does.
    """
    row = one(
        db,
        "select reviews.id, reviews.pair_id, reviews.before, pairs.run_id from reviews"
        " join pairs on pairs.id = reviews.pair_id"
        " where pairs.project_id = ? and reviews.undone = 0 and reviews.reviewer = ?"
        " and not exists (select 1 from reviews as later where later.pair_id = reviews.pair_id"
        "  and later.id > reviews.id and later.undone = 0)"
        " order by reviews.id desc limit 1",
        (project, reviewer),
    )
    if not row:
        return None
    db.conn.execute("update reviews set undone = 1 where id = ?", (row["id"],))
    db.conn.execute(
        "update pairs set status = ?, edited = exists (select 1 from reviews where pair_id ="
        " pairs.id and decision = 'edit' and undone = 0) where id = ?",
        (row["before"], row["pair_id"]),
    )
    forget(db, row["run_id"], row["pair_id"])
    return row["pair_id"]


def _where(wanted: PairFilter) -> tuple[str, list[Any]]:
    tests: list[tuple[str, Any]] = [("pairs.project_id = ?", wanted.project)]
    optional = (
        ("pairs.run_id = ?", wanted.run),
        ("pairs.status = ?", wanted.status),
        ("pairs.status <> ?", wanted.status_not),
        ("pairs.dropped = ?", wanted.dropped),
        ("metadata.use_case = ?", wanted.use_case),
        (
            "exists (select 1 from json_each(metadata.skills) as skill where skill.value = ?)",
            wanted.skill,
        ),
        ("pairs.iteration = ?", wanted.iteration),
        ("pairs.response_from = ?", wanted.side),
        ("pairs.gap >= ?", wanted.gap_from),
        ("pairs.gap <= ?", wanted.gap_to),
    )
    tests += [(test, value) for test, value in optional if value is not None]
    return " and ".join(test for test, _ in tests), [value for _, value in tests]


def _ancestors(db: Database, row: dict[str, Any]) -> tuple[Ancestor, ...]:
    if row["iteration"] == 1:
        return (Ancestor(1, row["instruction"], "", row["gap"]),)
    found = db.query(
        "select i.iteration, i.text, i.action, v.gap from instructions as i"
        " left join verdicts as v on v.run_id = i.run_id and v.entry = i.entry"
        "  and v.slot = i.slot and v.iteration = i.iteration"
        "  and v.version = (select version from runs where id = v.run_id)"
        " where i.run_id = ? and i.entry = ? and i.slot = ? and i.iteration <= ?"
        " order by i.iteration",
        (row["run_id"], row["entry"], row["slot"], row["iteration"]),
    )
    return tuple(
        Ancestor(link["iteration"], link["text"], link["action"], link["gap"]) for link in found
    )


def _pair(
    row: dict[str, Any], chain: tuple[Ancestor, ...], judgements: tuple[Judgement, ...]
) -> Pair:
    settings = _settings(row["settings"])
    kept = row["strong_response"] if row["response_from"] == "strong" else row["target_response"]
    edited = bool(row["edited"])
    cut = {side for side in ("strong", "target") if row[f"{side}_cut"]}
    return Pair(
        id=row["id"],
        run=row["run_id"],
        chain_id=f"m{row['entry'] + 1}.i{row['slot'] + 1}",
        instruction=row["edited_instruction"] if edited else row["instruction"],
        response=row["edited_response"] if edited else kept,
        response_from=row["response_from"],
        use_case=row["use_case"],
        skills=tuple(json.loads(row["skills"])),
        iteration=row["iteration"],
        gap=row["gap"],
        strong_score=row["strong_score"],
        target_score=row["target_score"],
        strong_response=row["strong_response"],
        target_response=row["target_response"],
        strong_model=settings.strong,
        target_model=settings.target,
        judge_model=GIVEN_BY["judge"] if row["given"] else settings.judge,
        chain=chain,
        judgements=judgements,
        status=Status(row["status"]),
        reason=row["reason"] or "",
        reviewer=row["reviewer"],
        review=row["review"],
        edited=edited,
        flags=(
            *(f"{side} response cut at the token limit" for side in sorted(cut)),
            *(["not kept at the run's present θ"] if row["dropped"] else []),
        ),
        system_prompt=settings.respond_system,
        imported_from=row["imported_from"] or "",
    )


@lru_cache(maxsize=64)
def _settings(stored: str) -> RunSettings:
    """A run's settings, read once for all of its pairs."""
    return RunSettings.from_dict(json.loads(stored))
