"""How far a run grows: to its size, or in stages until enough of its pairs are kept or approved.

A stage is planned once the one before it has ended, from its counts alone, so that a run with the
same replies and the same decisions grows in the same steps at any concurrency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeclm.records import RunState, Status
from codeclm.settings import RunSettings
from codeclm.store import evaluations, failures, opinions, pairs, runs, verdicts

if TYPE_CHECKING:
    from sqlite_utils import Database

    from codeclm.store.runs import RunRow

#: A stage is at most so many times as large as everything before it.
STEEPEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of a run so far: pairs kept, and of those approved, rejected and pending."""

    kept: int = 0
    approved: int = 0
    rejected: int = 0
    pending: int = 0


def tally(db: Database, run: int) -> Tally:
    """Where a run's pairs stand now."""
    by_status = pairs.tally(db, run)
    return Tally(
        kept=verdicts.counts(db, run, 0).kept,
        approved=by_status.get(Status.APPROVED, 0),
        rejected=by_status.get(Status.REJECTED, 0),
        pending=by_status.get(Status.PENDING, 0),
    )


def first_size(settings: RunSettings) -> int:
    """The basic instructions of a run's first stage: as many as would do if all were kept."""
    wanted = [settings.stop_at_kept, settings.stop_at_approved]
    return min([settings.size, *filter(None, wanted)])


def next_size(settings: RunSettings, size: int, tally: Tally) -> int:
    """How many basic instructions the run is to have now; ``size``, or less, when it has enough."""
    missing = _missing(settings, tally)
    if missing is None:
        return settings.size
    if missing <= 0:
        return size
    rate = max(1, tally.kept) / size
    if settings.stop_at_approved is not None:
        decided = tally.approved + tally.rejected
        rate *= max(1, tally.approved) / decided if decided else 1.0
    return min(settings.size, size + min(math.ceil(missing / rate), STEEPEST * size))


def standing(db: Database, run: RunRow) -> tuple[RunState, str]:
    """The state of a run that nobody works on, from its rows alone, and a message for a person.

    ``stopped`` means that there is something to do. Reviews made since count: a run that had
    enough approved pairs goes on when it has not any more.
    """
    waiting = failures.count_passing(db, run.id)
    if waiting:
        return (
            RunState.FAILED,
            f"{waiting} items got no answer from their server. Resume asks them again.",
        )
    if run.settings.goal == "rejudge" and (open_ := opinions.open_samples(db, run.id)) > 0:
        return RunState.STOPPED, f"{open_} samples are left. Resume goes on from here."
    if run.settings.goal == "evaluate":
        left = evaluations.size(db, run.id) - evaluations.ended(db, run.id)
        if left:
            return RunState.STOPPED, f"{left} comparisons are left. Resume goes on from here."
    if not run.settings.has_chains:
        return RunState.FINISHED, ""
    planned = (runs.sizes(db, run.id) or [0])[-1]
    left = planned - verdicts.counts(db, run.id, planned).settled
    if left:
        return RunState.STOPPED, f"{left} instructions have no end yet. Resume goes on from here."
    now, barren = tally(db, run.id), failures.message(db, run.id, failures.BARREN)
    if not planned or (not barren and next_size(run.settings, planned, now) > planned):
        return RunState.STOPPED, "Resume goes on from here."
    if waits_for_review(run.settings, now):
        return RunState.PAUSED, (
            f"Review: {now.approved} of {run.settings.stop_at_approved} pairs are approved and"
            f" {now.pending} wait for a decision. Review them, then resume."
        )
    return RunState.FINISHED, barren or shortfall(run.settings, now)


def waits_for_review(settings: RunSettings, tally: Tally) -> bool:
    """Whether what is pending could still become the approved pairs that are missing."""
    wanted = settings.stop_at_approved
    if wanted is None or tally.approved >= wanted:
        return False
    enough = settings.stop_at_kept is not None and tally.kept >= settings.stop_at_kept
    return not enough and tally.approved + tally.pending >= wanted


def shortfall(settings: RunSettings, tally: Tally) -> str:
    """What a run that may not grow any more lacks, in our words; empty when it has enough."""
    if (_missing(settings, tally) or 0) <= 0 or waits_for_review(settings, tally):
        return ""
    told = [
        f"{have} of {wanted} {what}"
        for have, wanted, what in (
            (tally.kept, settings.stop_at_kept, "kept"),
            (tally.approved, settings.stop_at_approved, "approved"),
        )
        if wanted is not None
    ]
    return f"Its size of {settings.size} is used up with {' and '.join(told)}."


def _missing(settings: RunSettings, tally: Tally) -> int | None:
    """The pairs still missing until the first of both goals; None when there is none."""
    missing = []
    if settings.stop_at_kept is not None:
        missing.append(settings.stop_at_kept - tally.kept)
    if settings.stop_at_approved is not None:
        missing.append(settings.stop_at_approved - tally.approved - tally.pending)
    return min(missing) if missing else None
