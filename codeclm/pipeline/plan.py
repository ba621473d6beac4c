"""Making a run's plan: from seeds, settled once all are encoded, or from approved metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from codeclm.errors import SettingsError
from codeclm.method.encode import merged
from codeclm.method.mix import mix
from codeclm.method.shares import batches, shares
from codeclm.pipeline.growth import first_size
from codeclm.records import Metadata, Status
from codeclm.settings import RunSettings
from codeclm.store import metadata, rubrics, runs
from codeclm.store.runs import RunRow

if TYPE_CHECKING:
    from sqlite_utils import Database


def from_seeds(db: Database, project: int, settings: RunSettings, seeds: Sequence[int]) -> int:
    """Plan a run over seeds. Returns its id.

    Its entries follow when all of them are encoded. A strategy without metadata has one entry that
    only holds its chains together.
    """
    if not seeds:
        raise SettingsError("There are no seeds to start from.", "Import instructions first.")
    settings = within(settings, len(seeds))
    run = runs.create(db, project, settings, "seeds")
    runs.plan_seeds(db, run, seeds)
    if not settings.decodes:
        holds = Metadata(settings.strategy, (), origin="strategy", status=Status.PENDING)
        runs.plan_entries(db, run, [(metadata.save_unlisted(db, project, holds), None)])
        begin(db, run, 1, settings)
    return run


def within(settings: RunSettings, seeds: int) -> RunSettings:
    """Settings over so many seeds: where each chain begins with one, there are no more chains."""
    if not settings.starts_from_seeds or settings.size <= seeds:
        return settings
    return replace(settings, size=max(1, seeds))


def from_metadata(
    db: Database, project: int, settings: RunSettings, entries: Sequence[int] | None = None
) -> int:
    """Plan a run over the project's approved entries, or over those of ``entries`` only.

    Each is bound to its current rubrics, if the run improves by them and does not write new ones.
    """
    if not settings.decodes:
        raise SettingsError(
            f"The strategy {settings.strategy} starts from seeds, not from metadata.",
            "Plan the run over the project's seeds.",
        )
    approved = metadata.entries(db, project, Status.APPROVED)
    chosen = [entry for entry in approved if entries is None or entry.id in entries]
    if not chosen:
        raise SettingsError(
            "No metadata entry is approved.", "Approve some on the Metadata page first."
        )
    if settings.weights and len(settings.weights) != len(chosen):
        raise SettingsError(
            f"There are {len(settings.weights)} weights for {len(chosen)} metadata entries.",
            "Plan the run again: entries were approved or rejected meanwhile.",
        )
    run = runs.create(db, project, settings, "metadata")
    asks_by_them = settings.improves and settings.goal != "rubrics"
    bound = [
        (entry.id, rubrics.current(db, entry.id) if asks_by_them else None) for entry in chosen
    ]
    runs.plan_entries(db, run, bound)
    begin(db, run, len(bound), settings)
    return run


def settle(db: Database, run: RunRow) -> tuple[int, int]:
    """Turn a run's encoded seeds into its metadata entries.

    Returns how many seeds were encoded and how many entries the plan has.

    Entries a person has rejected in this project stay out; what was edited or merged is taken as
    it is now. Rubrics edited by hand are used, those written by a model are asked for again: the
    journal has them if nothing changed.
    """
    encoded = [seed.metadata for seed in runs.seeds(db, run.id) if seed.metadata]
    entries = mix(merged(encoded), run.settings.metadata, run.settings.seed)
    bound: dict[int, int | None] = {}
    for entry in entries:
        known = metadata.heir(db, run.project, entry)
        if known and known.status is Status.REJECTED:
            continue
        if known is None or known.key == entry.key:
            number = metadata.save(db, run.project, entry)
        else:
            number = known.id
        by_hand = rubrics.current(db, number, origin="hand") if run.settings.improves else None
        bound.setdefault(number, by_hand)
    runs.plan_entries(db, run.id, list(bound.items()))
    begin(db, run.id, len(bound), run.settings)
    return len(encoded), len(bound)


def begin(db: Database, run: int, entries: int, settings: RunSettings) -> None:
    """Plan the first stage of a run that is there to write instructions."""
    if settings.has_chains and entries:
        grow(db, run, entries, first_size(settings), settings)


def grow(db: Database, run: int, entries: int, size: int, settings: RunSettings) -> None:
    """Add a stage: the run is to have ``size`` basic instructions in all."""
    runs.add_stage(db, run, size, shares(entries, size, settings.seed, settings.weights))


def schedule(entries: int, sizes: Sequence[int], settings: RunSettings) -> list[list[int]]:
    """The sizes of each entry's decode batches. A stage adds batches and changes none before it."""
    planned: list[list[int]] = [[] for _ in range(entries)]
    before = [0] * entries
    for size in sizes:
        now = shares(entries, size, settings.seed, settings.weights)
        for own, had, has in zip(planned, before, now, strict=True):
            own.extend(batches(has - had, settings.batch))
        before = now
    return planned
