"""Runs that came from an archive: sound, finished, and planned to have what came of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from codeclm.errors import SettingsError
from codeclm.records import SIDES, Brief, Outcome, RunState, Status
from codeclm.settings import RunSettings
from codeclm.store import exports, rows
from codeclm.store.rows import as_json, now, number, one

#: What no row of a restored project may be: a page would trip over it.
_UNSOUND = {
    "a pair has no instruction": """
        from pairs as p where project_id = :project and not exists (select 1 from instructions as t
        where t.run_id = p.run_id and t.entry = p.entry and t.slot = p.slot
        and t.iteration = p.iteration)""",
    "a pair has no response": """
        from pairs as p where project_id = :project and not exists (select 1 from responses as t
        where t.run_id = p.run_id and t.entry = p.entry and t.slot = p.slot
        and t.iteration = p.iteration and t.side = p.response_from)""",
    "an instruction has no parent": """
        from instructions as i where run_id in own and iteration <> 1 and not exists
        (select 1 from instructions as t where t.run_id = i.run_id and t.entry = i.entry
        and t.slot = i.slot and t.iteration = i.iteration - 1)""",
    "an instruction belongs to no entry": """
        from instructions as i where run_id in own and not exists
        (select 1 from run_metadata as m where m.run_id = i.run_id and m.entry = i.entry)""",
    "a status is none": f"""
        from pairs where project_id = :project and status not in {tuple(map(str, Status))}""",
    "a side is none": f"""
        from pairs where project_id = :project and response_from not in {SIDES}""",
    "a gap or a score is none": """
        from (select gap, strong_score as strong, target_score as target from pairs
            where project_id = :project
        union all select gap, strong, target from verdicts where run_id in own
        union all select gap, 1, 1 from run_pairs where run_id in own
        union all select null, strong, target from judgements where run_id in own
        union all select null, strong, target from opinions where run_id in own)
        where abs(gap) > 9 or strong not between 1 and 10 or target not between 1 and 10""",
    "an outcome is none": f"""
        from verdicts where run_id in own and outcome not in {tuple(map(str, Outcome))}""",
}


def is_restored(db: Database, run: int) -> bool:
    """Whether a run came from an archive: nothing is asked for it any more."""
    return planned(db, run) is not None


def planned(db: Database, run: int) -> dict[str, Any] | None:
    """What the settings of a restored run were planned with where they are others now.

    None for a run of this database's own.
    """
    row = one(db, "select planned from restored_runs where run_id = ?", (run,))
    return json.loads(row["planned"]) if row else None


def unsound(db: Database, project: int) -> str | None:
    """What is wrong with the rows of a project that has just come; None for nothing."""
    for what, sql in _UNSOUND.items():
        own = "with own as (select id from runs where project_id = :project)"
        if number(db, f"{own} select exists (select 1 {sql})", {"project": project}):
            return what
    try:
        for row in db.query("select * from metadata where project_id = ?", (project,)):
            _texts(rows.metadata(row).skills)
        for row in db.query("select settings from runs where project_id = ?", (project,)):
            RunSettings.from_dict(json.loads(row["settings"]))
        for row in db.query("select brief from projects where id = ?", (project,)):
            Brief.from_json(row["brief"])
        _texts(asdict(exports.terms(db, project)).values())
    except (ValueError, TypeError, KeyError, AttributeError, SettingsError) as error:
        return f"settings, terms, a brief or a metadata entry cannot be read ({error})"
    return None


def _texts(values: Iterable[Any]) -> None:
    """Raise ``TypeError`` for what is no text."""
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{value!r:.40} is no text")


def settle(db: Database, project: int, source: int) -> int:
    """Say that the runs of a project came with the import ``source``, and have their sums add up.

    Returns how many runs there are.
    """
    found = list(db.query("select id, settings from runs where project_id = ?", (project,)))
    for run in found:
        chains = number(
            db, "select count(*) from instructions where run_id = ? and iteration = 1", (run["id"],)
        )
        for sql in _SETTLED if chains else ():
            db.conn.execute(sql, {"run": run["id"], "chains": chains})
        planned = _plan(db, run["id"], json.loads(run["settings"]), chains)
        db.conn.execute(
            "insert into restored_runs (run_id, import_id, planned) values (?, ?, ?)",
            (run["id"], source, as_json(planned)),
        )
    db.conn.execute(
        "update runs set state = ?, ended_at = coalesce(ended_at, ?) where project_id = ?",
        (RunState.FINISHED, now(), project),
    )
    return len(found)


#: Its size, the shares of its entries, and an end for chains whose end is not among what came:
#: nobody improves them any further, so their last iteration is what was left to them.
_SETTLED = (
    "insert into run_sizes (run_id, stage, size) values (:run, 1, :chains)",
    "update run_metadata as m set share = (select count(*) from instructions as i"
    " where i.run_id = m.run_id and i.entry = m.entry and i.iteration = 1) where run_id = :run",
    "insert into batches (run_id, entry, batch, first_slot, asked, written)"
    " select run_id, entry, 0, min(slot), count(*), count(*) from instructions"
    " where run_id = :run and iteration = 1 group by entry",
    "update verdicts as v set outcome = 'exhausted' where run_id = :run and outcome = 'improve'"
    " and version = (select version from runs where id = :run) and not exists"
    " (select 1 from verdicts as n where n.run_id = v.run_id and n.entry = v.entry"
    "  and n.slot = v.slot and n.iteration > v.iteration and n.version = v.version)",
    "insert into verdicts (run_id, entry, slot, iteration, version, outcome)"
    " select i.run_id, i.entry, i.slot, max(i.iteration), runs.version, 'exhausted'"
    " from instructions as i join runs on runs.id = i.run_id where i.run_id = :run"
    " and not exists (select 1 from verdicts as v where v.run_id = i.run_id"
    "  and v.entry = i.entry and v.slot = i.slot and v.version = runs.version)"
    " group by i.entry, i.slot",
)


def _plan(db: Database, run: int, settings: dict[str, Any], chains: int) -> dict[str, Any]:
    """Plan a run to have just what came of it; returns what its settings said before of that."""
    wanted: dict[str, Any] = {"stop_at_kept": None, "stop_at_approved": None}
    if chains:
        wanted["size"] = chains
    elif settings.get("goal", "pairs") in ("pairs", "preview"):
        # It came for the seeds that it has encoded.
        wanted["goal"] = "metadata"
    before = {name: settings.get(name) for name in wanted if settings.get(name) != wanted[name]}
    if before:
        db.conn.execute(
            "update runs set settings = ? where id = ?", (as_json({**settings, **wanted}), run)
        )
    return before
