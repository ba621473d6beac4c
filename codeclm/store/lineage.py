"""Whole chains as people read them: every iteration with its action, responses, scores and end."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby

from sqlite_utils import Database

from codeclm.records import Iteration, WholeChain
from codeclm.store import drops


def whole(db: Database, run: int, limit: int) -> list[WholeChain]:
    """The first chains of a run in plan order, however they ended."""
    shown = (
        "select entry, slot from instructions where run_id = :run and iteration = 1"
        " order by entry, slot limit :limit"
    )
    return _read(db, shown, {"run": run, "limit": limit})


def of(db: Database, run: int, entry: int, slot: int) -> WholeChain | None:
    """One chain by its place in the plan, None when there is none."""
    shown = "select :entry as entry, :slot as slot"
    found = _read(db, shown, {"run": run, "entry": entry, "slot": slot})
    return found[0] if found else None


def _read(db: Database, shown: str, values: dict[str, int]) -> list[WholeChain]:
    found = db.query(
        f"with shown as ({shown})"  # noqa: S608 - our own words
        " select i.entry, i.slot, i.iteration, i.text as instruction, i.action, m.use_case,"
        " m.skills, v.outcome, v.gap, v.strong as strong_score, v.target as target_score,"
        " strong.text as strong_response, target.text as target_response,"
        " exists (select 1 from failures as f where f.run_id = i.run_id and f.entry = i.entry"
        "  and f.slot = i.slot) as failed"
        " from shown join instructions as i on i.run_id = :run and i.entry = shown.entry"
        "  and i.slot = shown.slot"
        " join run_metadata as plan on plan.run_id = i.run_id and plan.entry = i.entry"
        " join metadata as m on m.id = plan.metadata_id"
        " left join verdicts as v on v.run_id = i.run_id and v.entry = i.entry and v.slot = i.slot"
        "  and v.iteration = i.iteration"
        "  and v.version = (select version from runs where id = :run)"
        " left join responses as strong on strong.run_id = i.run_id and strong.entry = i.entry"
        "  and strong.slot = i.slot and strong.iteration = i.iteration and strong.side = 'strong'"
        " left join responses as target on target.run_id = i.run_id and target.entry = i.entry"
        "  and target.slot = i.slot and target.iteration = i.iteration and target.side = 'target'"
        " order by i.entry, i.slot, i.iteration",
        values,
    )
    chains = groupby(found, key=lambda row: (row["entry"], row["slot"]))
    return [
        replace(_chain(list(rows)), dropped=tuple(drops.of_chain(db, values["run"], *place)))
        for place, rows in chains
    ]


def _chain(rows: list[dict]) -> WholeChain:
    first, ended = rows[0], [row["outcome"] for row in rows if row["outcome"] != "improve"]
    ended_as = next(filter(None, ended), None)
    under_way = "improve" if first["outcome"] else "open"
    return WholeChain(
        name=f"m{first['entry'] + 1}.i{first['slot'] + 1}",
        use_case=first["use_case"],
        skills=tuple(json.loads(first["skills"])),
        outcome=ended_as or ("failed" if first["failed"] else under_way),
        iterations=tuple(
            Iteration(**{name: row[name] for name in Iteration.__slots__}) for row in rows
        ),
    )
