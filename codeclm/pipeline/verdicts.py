"""Applying another θ, or another number of iterations, to what a run has already judged.

Nothing is asked: verdicts follow from the judgements. They are a new version beside the old ones;
chains that have no end under it go on from where they are when the run is brought further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeclm.method.verdict import verdict
from codeclm.records import Outcome, Verdict
from codeclm.settings import RunSettings
from codeclm.store import failures, pairs, verdicts
from codeclm.store.verdicts import Judged
from codeclm.strategies.codeclm import last_iteration

if TYPE_CHECKING:
    from sqlite_utils import Database


def apply(db: Database, project: int, run: int, settings: RunSettings) -> None:
    """Add a version of the run's verdicts under ``settings``, and keep the pairs that it keeps.

    A pair that somebody has reviewed stays whatever the new verdicts say, marked as dropped.
    """
    version = verdicts.next_version(db, run)
    pairs.drop(db, run)
    if settings.strategy != "codeclm":
        verdicts.carry_over(db, run, version)
    if settings.use_filter or settings.imported:
        for chain in verdicts.judged(db, run):
            _judge(db, project, chain, settings, version)
    if not settings.use_filter:
        last = last_iteration(settings)
        failures.forget_beyond(db, run, last)
        for place, metadata in list(verdicts.answered(db, run, last)):
            kept = Verdict(Outcome.KEEP_STRONG)
            verdicts.add(db, place, last, kept, version)
            pairs.add(db, project, place, last, metadata, kept)
    pairs.forget(db, run)


def _judge(db: Database, project: int, chain: Judged, settings: RunSettings, version: int) -> None:
    """A chain ends at its first iteration with a clear gap, or at the last it may have.

    Of a compared method that is the one iteration that was judged.
    """
    last = last_iteration(settings) if settings.strategy == "codeclm" else 1
    for iteration, judgements in chain.iterations:
        found = verdict(judgements, settings.theta, last=iteration >= last)
        verdicts.add(db, chain.place, iteration, found, version)
        if found.side:
            pairs.add(db, project, chain.place, iteration, chain.metadata, found)
        if found.outcome is not Outcome.IMPROVE:
            return
