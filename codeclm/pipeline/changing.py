"""Changing a planned run: its pace and caps, how far it goes, and by which θ it keeps."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeclm.errors import SettingsError, WorkTaken
from codeclm.pipeline import verdicts
from codeclm.pipeline.growth import standing
from codeclm.pipeline.ownership import is_taken
from codeclm.records import RunState
from codeclm.settings import RunSettings
from codeclm.store import restored, runs
from codeclm.store.runs import RunRow
from codeclm.store.verdicts import counts

if TYPE_CHECKING:
    from sqlite_utils import Database

#: What may differ from one session of a run to the next and changes nothing in its result.
CHANGEABLE = {
    *("budget_calls", "budget_tokens", "budget_usd", "role_budgets", "prices"),
    *("concurrency", "timeout"),
}
#: What takes a run further than it was planned to go, from what is there.
EXTENDING = {"size", "theta", "iterations", "stop_at_kept", "stop_at_approved"}


def change(db: Database, run: RunRow, settings: Mapping[str, Any], database: Path) -> None:
    """Change a run's settings inside the caller's transaction, as ``Run.change`` tells."""
    if not settings.keys() <= CHANGEABLE | EXTENDING:
        raise SettingsError(
            f"Of a planned run only {', '.join(sorted(CHANGEABLE | EXTENDING))} can change.",
            "Plan another run: what is the same in it is replayed.",
        )
    changed = replace(run.settings, **settings)
    extended = {name for name in EXTENDING if getattr(run.settings, name) != getattr(changed, name)}
    if extended:
        _refuse_without_pairs(run, extended)
        _refuse_of_other_strategies(db, run, changed, extended)
        refuse_at_work(run, database)
        _refuse_shrinking(db, run, changed)
        refuse_restored(db, run, extended - {"theta", "iterations"})
    runs.set_settings(db, run.id, changed)
    if extended & {"theta", "iterations"}:
        verdicts.apply(db, run.project, run.id, changed)
    if extended:
        _refuse_unsettled(db, run)
        end_or_reopen(db, run.id)


def refuse_at_work(run: RunRow, database: Path) -> None:
    """Raise ``WorkTaken`` while somebody brings the run further."""
    if run.state is RunState.RUNNING and is_taken(database):
        raise WorkTaken(f"Run {run.id} is at work.", "Stop it first, then change it.")


def refuse_restored(db: Database, run: RunRow, extended: Set[str]) -> None:
    """Raise ``SettingsError`` where a restored run would have to ask somebody."""
    if extended and restored.is_restored(db, run.id):
        raise SettingsError(
            f"Run {run.id} was restored from a bundle: nothing is asked for it any more, so"
            f" its {', '.join(sorted(extended))} cannot change.",
            "Apply another θ, have its pairs judged again, or plan a run over its metadata.",
        )


def end_or_reopen(db: Database, run: int) -> None:
    """Say whether a run's new settings leave something to do, and what it lacks if not."""
    row = runs.get(db, run)
    if row is None:
        raise LookupError(run)
    state, message = standing(db, row)
    over = state in (RunState.FINISHED, RunState.PAUSED)
    if row.state is RunState.FINISHED or (over and runs.sizes(db, run)):
        runs.set_state(db, run, state, message)


def _refuse_without_pairs(run: RunRow, extended: Set[str]) -> None:
    if run.settings.goal != "pairs":
        raise SettingsError(
            f"Run {run.id} is there for {run.settings.goal} alone: it has no"
            f" {', '.join(sorted(extended))}.",
            "Plan a run to pairs over what it found.",
        )
    beside_theta = sorted(extended - {"theta"})
    if run.settings.imported and beside_theta:
        raise SettingsError(
            f"Run {run.id} was imported: it has no {', '.join(beside_theta)}.",
            "Import more pairs, or apply another θ.",
        )


def _refuse_of_other_strategies(
    db: Database, run: RunRow, changed: RunSettings, extended: Set[str]
) -> None:
    """Refuse what only means something where instructions are improved, or judged at all."""
    strategy = run.settings.strategy
    meaningless = extended & (
        {"iterations"} if run.settings.use_filter else {"iterations", "theta"}
    )
    if strategy != "codeclm" and meaningless:
        raise SettingsError(
            f"Run {run.id} is one of {strategy}: it has no {', '.join(sorted(meaningless))}.",
            "Plan another run: what is the same in it is replayed.",
        )
    seeds = len(runs.seeds(db, run.id)) if run.settings.starts_from_seeds else changed.size
    if changed.size > seeds:
        raise SettingsError(
            f"Each instruction of run {run.id} begins with a seed, and it has {seeds}.",
            "Import more seeds, and plan another run: what is the same in it is replayed.",
        )


def _refuse_unsettled(db: Database, run: RunRow) -> None:
    """Refuse what a restored run would have to improve instructions for."""
    planned = _planned(db, run)
    left = planned - counts(db, run.id, planned).settled
    if left and restored.is_restored(db, run.id):
        raise SettingsError(
            f"Run {run.id} was restored from a bundle, and {left} of its instructions would"
            " have to be improved further, for which nobody is asked any more.",
            "Choose another θ, or plan a run over its metadata.",
        )


def _refuse_shrinking(db: Database, run: RunRow, changed: RunSettings) -> None:
    planned = _planned(db, run)
    if changed.size < planned:
        raise SettingsError(
            f"Run {run.id} has {planned} instructions already; it cannot shrink to {changed.size}.",
            "Approve or export fewer of its pairs, or plan a smaller run.",
        )


def _planned(db: Database, run: RunRow) -> int:
    return (runs.sizes(db, run.id) or [0])[-1]
