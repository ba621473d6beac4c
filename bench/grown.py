"""A database with as many pairs as one wants: a real simulated run, its chains copied in SQL.

``python -m bench.grown FILE --pairs 100000`` makes one. The engine makes two thousand chains of
the shipped samples; what comes on top are copies of their rows in slots of their own, with calls
of their own whose texts are left out as if they had been pruned. ``codeclm doctor`` finds nothing
wrong with it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlite_utils import Database

from codeclm.pipeline import sources
from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.records import Status
from codeclm.settings import RunSettings

MODELS: dict[str, Any] = {"strong": "simulated:strong", "target": "simulated:target"}
#: Chains that the engine makes, and metadata entries they are spread over (paper §4.2).
CHAINS, ENTRIES = 2_000, 200
#: Chains of a database that only shows that something works.
FEWEST = 40

_CALLS = (
    "key || '-' || :copy, project_id, run_id, step, role, item, provider, endpoint, model,"
    " replicate, '', '', thinking, finish, usable, error, discarded, prompt_tokens,"
    " completion_tokens, cost_usd, latency, attempts, served_model, fingerprint, left_out,"
    " created_at, 1"
)
_CALL_COLUMNS = (
    "key, project_id, run_id, step, role, item, provider, endpoint, model, replicate, prompt,"
    " reply, thinking, finish, usable, error, discarded, prompt_tokens, completion_tokens,"
    " cost_usd, latency, attempts, served_model, fingerprint, left_out, created_at, pruned"
)
#: Tables with rows of chains: their columns after run, entry and slot, and what a copy has there.
_CHAIN_ROWS = {
    "instructions": (
        "iteration, text, action, call_id",
        "iteration, text || ' (' || :copy || ')', action, call_id + :calls",
    ),
    "responses": (
        "iteration, side, text, cut, call_id",
        "iteration, side, text, cut, call_id + :calls",
    ),
    "judgements": (
        "iteration, position, strong, target, call_id",
        "iteration, position, strong, target, call_id + :calls",
    ),
    "verdicts": ("iteration, version, outcome, strong, target, gap",) * 2,
}
_PAIRS = "iteration, metadata_id, response_from, strong_score, target_score, gap"


def make(path: Path, pairs: int) -> Run:
    """Make a database at ``path`` whose one project has at least ``pairs`` pairs."""
    with Studio(path) as studio:
        run = _base(studio, min(CHAINS, max(FEWEST, 2 * pairs)))
        kept = run.counts().kept
        copies = max(0, -(-pairs // kept) - 1)
        with studio.store.rewriting() as db:
            _copy(db, run.id, copies)
            db.conn.execute("analyze")
        findings = studio.doctor()
        if findings:
            raise click.ClickException(f"The database is not sound: {findings}")
        return run


def _base(studio: Studio, chains: int) -> Run:
    project = sources.try_it(studio)
    project.plan_from_seeds(RunSettings(goal="metadata", **MODELS)).bring()
    project.add_metadata(
        [replace(entry, status=Status.APPROVED) for entry in project.mixed(min(ENTRIES, chains))]
    )
    run = project.plan_from_metadata(RunSettings(size=chains, concurrency=256, **MODELS))
    run.bring()
    return run


def _copy(db: Database, run: int, copies: int) -> None:
    """Add so many copies of each chain, each in the slots behind those of the one before."""
    execute = db.conn.execute
    (slots,) = execute("select max(slot) + 1 from instructions where run_id = ?", (run,)).fetchone()
    (own,) = execute("select max(id) from calls").fetchone()
    (most,) = execute("select max(batch) + 1 from batches where run_id = ?", (run,)).fetchone()
    for copy in range(1, copies + 1):
        values = {
            "run": run,
            "copy": copy,
            "shift": copy * slots,
            "calls": copy * own,
            "own": own,
            "batches": copy * most,
            "last": slots,
            "most": most,
        }
        execute(
            f"insert into calls (id, {_CALL_COLUMNS}) select id + :calls, {_CALLS} from calls"
            " where id <= :own and run_id = :run",
            values,
        )
        for table, (columns, copied) in _CHAIN_ROWS.items():
            execute(
                f"insert into {table} (run_id, entry, slot, {columns})"
                f" select run_id, entry, slot + :shift, {copied} from {table}"
                " where run_id = :run and slot < :last",
                values,
            )
        execute(
            f"insert into pairs (project_id, run_id, entry, slot, {_PAIRS})"
            f" select project_id, run_id, entry, slot + :shift, {_PAIRS} from pairs"
            " where run_id = :run and slot < :last",
            values,
        )
        execute(
            "insert into failures (project_id, run_id, step, item, entry, slot, kind, message, raw,"
            " lost, passing, created_at) select project_id, run_id, step, item || '-' || :copy,"
            " entry, slot + :shift, kind, message, raw, lost, passing, created_at from failures"
            " where run_id = :run and lost > 0 and item not like '%-%'",
            values,
        )
        execute(
            "insert into batches (run_id, entry, batch, first_slot, asked, written)"
            " select run_id, entry, batch + :batches, first_slot + :shift, asked, written"
            " from batches where run_id = :run and batch < :most",
            values,
        )
    execute(
        "update run_answers set calls = calls * :times, prompt_tokens = prompt_tokens * :times,"
        " completion_tokens = completion_tokens * :times, priced = priced * :times,"
        " cost_usd = cost_usd * :times, last = last + :copied where run_id = :run",
        {"times": copies + 1, "copied": copies * own, "run": run},
    )
    execute("update run_metadata set share = share * ? where run_id = ?", (copies + 1, run))
    execute("update run_sizes set size = size * ? where run_id = ?", (copies + 1, run))
    execute(
        "update runs set settings = json_set(settings, '$.size',"
        " (select max(size) from run_sizes where run_id = runs.id)) where id = ?",
        (run,),
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=False))
@click.option("--pairs", default=100_000, show_default=True)
def main(file: Path, pairs: int) -> None:
    """Make a database with at least so many pairs."""
    run = make(file, pairs)
    click.echo(f"{file}: run {run.id} keeps {run.counts().kept} pairs", err=True)


if __name__ == "__main__":
    main()
