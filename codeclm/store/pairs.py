"""Pairs that were kept, and what people said of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlite_utils import Database

from codeclm.records import Ancestor, Judgement, Pair, PairFilter, Side, Status, Verdict
from codeclm.settings import GIVEN_BY, RunSettings
from codeclm.store.chains import Place
from codeclm.store.rows import number, one
from codeclm.store.selection import selected

#: Pairs whose chains are read together.
_TOGETHER = 200
_PAIR = """
select pairs.*, metadata.use_case, metadata.skills, runs.settings, instructions.text as instruction,
    strong.text as strong_response, strong.cut as strong_cut,
    target.text as target_response, target.cut as target_cut,
    edit.instruction as edited_instruction, edit.response as edited_response,
    imported.run_id is not null and exists (select 1 from judgements as j
        where j.run_id = pairs.run_id and j.entry = pairs.entry and j.slot = pairs.slot
        and j.position = 2) as given,
    imports.name || ':' || imported.line as imported_from,
    coalesce((select max(id) from reviews where pair_id = pairs.id and undone = 0), 0) as review,
    pairs.swapped = 0 or edit.id > (select max(id) from reviews where pair_id = pairs.id
        and decision = 'swap' and undone = 0) as edited_last,
    (select json_group_array(tag) from pair_tags where pair_id = pairs.id) as tags,
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
    select max(id) from reviews where pair_id = pairs.id and undone = 0
    and decision in ('approved', 'rejected', 'pending'))
left join reviews as edit on pairs.edited = 1 and edit.id = (
    select max(id) from reviews where pair_id = pairs.id and decision = 'edit' and undone = 0)
"""

#: The instruction of a pair as it is now, and what it takes to know it.
_INSTRUCTION = "coalesce(edit.instruction, i.text)"
_ITS_INSTRUCTION = """
join instructions as i on i.run_id = pairs.run_id and i.entry = pairs.entry
    and i.slot = pairs.slot and i.iteration = pairs.iteration
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
        " strong_score, target_score, gap, length) select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " (select length(text) from instructions where run_id = ?2 and entry = ?3 and slot = ?4"
        "  and iteration = ?5) + (select length(text) from responses where run_id = ?2"
        "  and entry = ?3 and slot = ?4 and iteration = ?5 and side = ?7) where true"
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


def matching(db: Database, wanted: PairFilter, *, chains: bool = True) -> Iterator[Pair]:
    """Every pair of a filter, one after the other, without its judgements.

    Its chain is there unless it is not wanted, which costs less.
    """
    found = selected(wanted)
    rows = db.query(f"{_PAIR} where {found.where} order by {found.order}", found.values)
    while some := list(islice(rows, _TOGETHER)):
        known = _chains(db, some) if chains else {}
        for row in some:
            yield _pair(row, known.get(row["id"], ()), ())


def instructions(db: Database, wanted: PairFilter) -> Iterator[str]:
    """The instruction of every pair of a filter as it is now, in no order; nothing else is read."""
    found = selected(wanted)
    rows = db.conn.execute(
        f"select {_INSTRUCTION} from {found.source} {_ITS_INSTRUCTION} where {found.where}",  # noqa: S608
        found.values,
    )
    return (text for (text,) in rows)


def beginnings(db: Database, numbers: Iterable[int], characters: int) -> dict[int, str]:
    """How the instructions of some pairs begin as they are now, by the pair's id."""
    rows = db.conn.execute(
        f"select pairs.id, substr({_INSTRUCTION}, 1, ?) from json_each(?) as wanted"  # noqa: S608
        f" join pairs on pairs.id = wanted.value {_ITS_INSTRUCTION}",
        (characters, json.dumps(list(numbers))),
    )
    return dict(rows.fetchall())


def count(db: Database, wanted: PairFilter) -> int:
    """How many pairs a filter selects."""
    found = selected(wanted)
    return number(db, found.sql("count(*)"), found.values)


def statuses(db: Database, wanted: PairFilter) -> dict[Status, int]:
    """How many pairs of a filter have which status."""
    found = selected(wanted)
    sql = f"{found.sql('pairs.status, count(*)')} group by pairs.status"
    return {Status(row[0]): row[1] for row in db.conn.execute(sql, found.values)}


def ids(db: Database, wanted: PairFilter, limit: int, offset: int = 0) -> list[int]:
    """The ids of some pairs of a filter, in its order; a negative limit is none."""
    found = selected(wanted)
    sql = f"{found.sql('pairs.id')} order by {found.order} limit :limit offset :offset"
    values = {**found.values, "limit": limit, "offset": offset}
    return [row[0] for row in db.conn.execute(sql, values)]


def tags(db: Database, project: int) -> dict[str, int]:
    """The tags of a project's pairs, each with the number of pairs it is on."""
    found = db.conn.execute(
        "select tag, count(*) from pair_tags join pairs on pairs.id = pair_id"
        " where project_id = ? group by tag order by tag",
        (project,),
    )
    return dict(found.fetchall())


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
    return _pair(row, _chains(db, [row])[row["id"]], judgements)


def _chains(db: Database, rows: Iterable[dict[str, Any]]) -> dict[int, tuple[Ancestor, ...]]:
    """The chains of some pairs, by the pair's id, each from its basic instruction to the pair's."""
    found: dict[int, list[Ancestor]] = {}
    longer = []
    for row in rows:
        if row["iteration"] == 1:
            found[row["id"]] = [Ancestor(1, row["instruction"], "", row["gap"])]
        else:
            longer.append(row["id"])
    if longer:
        links = db.conn.execute(
            "select p.id, i.iteration, i.text, i.action, v.gap from json_each(?) as wanted"
            " join pairs as p on p.id = wanted.value"
            " join instructions as i on i.run_id = p.run_id and i.entry = p.entry"
            "  and i.slot = p.slot and i.iteration <= p.iteration"
            " left join verdicts as v on v.run_id = i.run_id and v.entry = i.entry"
            "  and v.slot = i.slot and v.iteration = i.iteration"
            "  and v.version = (select version from runs where id = v.run_id)"
            " order by p.id, i.iteration",
            (json.dumps(longer),),
        )
        for pair, *link in links:
            found.setdefault(pair, []).append(Ancestor(*link))
    return {pair: tuple(links) for pair, links in found.items()}


def _pair(
    row: dict[str, Any], chain: tuple[Ancestor, ...], judgements: tuple[Judgement, ...]
) -> Pair:
    settings = _settings(row["settings"])
    side = _side(row)
    edited = bool(row["edited"])
    kept = row["strong_response"] if side == "strong" else row["target_response"]
    return Pair(
        id=row["id"],
        run=row["run_id"],
        chain_id=f"m{row['entry'] + 1}.i{row['slot'] + 1}",
        instruction=row["edited_instruction"] if edited else row["instruction"],
        response=row["edited_response"] if edited and row["edited_last"] else kept,
        response_from=side,
        use_case=row["use_case"],
        skills=_names(row["skills"]),
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
        swapped=bool(row["swapped"]),
        tags=_names(row["tags"]),
        note=row["note"],
        flags=_flags(row),
        system_prompt=settings.respond_system,
        imported_from=row["imported_from"] or "",
        original_instruction=row["instruction"] if edited else "",
        original_response=kept if edited else "",
    )


def _side(row: dict[str, Any]) -> Side:
    """Whose response stands: the one that was kept, unless a person swapped."""
    return "strong" if (row["response_from"] == "strong") != bool(row["swapped"]) else "target"


def _flags(row: dict[str, Any]) -> tuple[str, ...]:
    """What a reviewer should know of a pair; of most there is nothing."""
    if not (row["strong_cut"] or row["target_cut"] or row["dropped"]):
        return ()
    cut = (side for side in ("strong", "target") if row[f"{side}_cut"])
    dropped = ("not kept at the run's present θ",) if row["dropped"] else ()
    return (*(f"{side} response cut at the token limit" for side in cut), *dropped)


@lru_cache(maxsize=4096)
def _names(stored: str) -> tuple[str, ...]:
    """Skills or tags; few lists of them stand beside many pairs."""
    return tuple(json.loads(stored))


@lru_cache(maxsize=64)
def _settings(stored: str) -> RunSettings:
    """A run's settings, read once for all of its pairs."""
    return RunSettings.from_dict(json.loads(stored))
