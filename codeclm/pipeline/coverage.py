"""How a project covers its task: use cases and skills of seeds, metadata, kept and approved pairs.

What is missing follows from targets, where a person has set some, else from the seeds; a run for
exactly that can be planned.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

from codeclm.chat import ROLES
from codeclm.errors import SettingsError, is_storable
from codeclm.pipeline import forecast
from codeclm.pipeline.wording import Wording
from codeclm.quality import coverage
from codeclm.quality.coverage import Excess, Hole, Match, Target
from codeclm.records import Metadata, RunState, Status
from codeclm.settings import RunSettings
from codeclm.store import metadata, projects, runs, targets, views
from codeclm.store.connection import Store
from codeclm.store.targets import Field

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = [
    "STAGES",
    "Counts",
    "Coverage",
    "Excess",
    "Field",
    "Filling",
    "Hole",
    "Match",
    "Stage",
    "Target",
]

#: Where a use case or skill can be counted, in the order of the method.
Stage = Literal["seeds", "metadata", "kept", "approved"]
STAGES: tuple[Stage, ...] = ("seeds", "metadata", "kept", "approved")
#: How much there is of each name at each stage.
Counts: TypeAlias = Mapping[Stage, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A run that is to make what is missing.

    ``settings`` has its size and the instructions of each of ``entries``, ids of metadata in plan
    order. ``pairs`` counts what is missing by name; ``unreachable`` are names that no approved
    entry has, so that nothing can be made of them yet.
    """

    settings: RunSettings
    entries: tuple[int, ...]
    pairs: Mapping[str, int]
    unreachable: tuple[str, ...]


class Coverage:
    """That of one project. Pairs are counted once, when they are first asked for."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    @cached_property
    def _pairs(self) -> list[tuple[Metadata, int, int]]:
        with self._store.reading() as db:
            return views.pairs_per_entry(db, self._project)

    def counts(self, field: Field) -> Counts:
        """How much there is of each use case or skill at each stage.

        Seeds and pairs count as what became of the entry they are of, edits and merges followed.
        Where no seed is encoded, approved entries stand for them, one each. Rejected entries and
        pairs do not count.
        """
        with self._store.reading() as db:
            entries = metadata.entries(db, self._project)
            seeds = self._seeds(db, entries)
        current = {entry.id: 1 for entry in entries if entry.status is not Status.REJECTED}
        approved = {entry.id: 1 for entry in entries if entry.status is Status.APPROVED}
        task = seeds or approved
        named = {entry.id: _names(entry, field) for entry in entries}
        return {
            "seeds": _by_name(named, task),
            "metadata": _by_name(named, current),
            "kept": _summed((_names(entry, field), kept) for entry, kept, _ in self._pairs),
            "approved": _summed((_names(entry, field), good) for entry, _, good in self._pairs),
        }

    def has_seeds(self) -> bool:
        """Whether seeds say what the task is, and not approved metadata in their place."""
        with self._store.reading() as db:
            return bool(self._seeds(db, metadata.entries(db, self._project)))

    def _seeds(self, db: Database, entries: Iterable[Metadata]) -> dict[int, int]:
        """Seeds that are still there, of each entry that nobody has rejected."""
        current = {entry.id for entry in entries if entry.status is not Status.REJECTED}
        seeds = views.seeds_per_entry(db, self._project, removed=False)
        return {number: n for number, n in seeds.items() if number in current}

    def crossed(self) -> list[tuple[str, str, int]]:
        """(use case, skill, pairs that nobody has rejected) wherever there are some."""
        found: Counter[tuple[str, str]] = Counter()
        for entry, kept, _ in self._pairs:
            found.update({(entry.use_case, skill): kept for skill in entry.skills})
        return [(*names, n) for names, n in sorted(found.items())]

    def match(self, field: Field, stage: Stage = "kept") -> Match:
        """A stage beside the seeds: distance, matched share, holes and excesses."""
        counts = self.counts(field)
        return coverage.compare(counts["seeds"], counts[stage])

    # Targets -----------------------------------------------------------------------------------

    def targets(self, field: Field) -> list[Target]:
        """What a person wants of each use case or skill."""
        with self._store.reading() as db:
            return [Target(*one) for one in targets.listed(db, self._project, field)]

    def save_targets(self, field: Field, wanted: Sequence[Target]) -> None:
        """Keep these; none goes back to the seeds. Raises ``SettingsError`` if they contradict."""
        coverage.missing(wanted, {}, 0)
        if not all(is_storable(one.name) for one in wanted):
            raise SettingsError("A target's name holds signs that cannot be stored.", "Retype it.")
        with self._store.writing() as db:
            rows = [(one.name, one.count, one.share) for one in wanted]
            targets.save(db, self._project, field, rows)

    def missing(self, field: Field, stage: Stage = "kept") -> dict[str, int]:
        """How many pairs are missing of each name, the most first; names with enough are left out.

        By the targets where there are some, else by the seeds' shares. Targets are of pairs: in
        metadata, entries are missing, and by the seeds alone. A hole that no number fills
        (``Hole``) is left out too. Raises ``SettingsError`` where targets cannot all be reached by
        adding.
        """
        counts = self.counts(field)
        wanted = [] if stage == "metadata" else self.targets(field)
        if wanted:
            found = coverage.missing(wanted, counts[stage], sum(counts[stage].values()))
        else:
            holes = coverage.compare(counts["seeds"], counts[stage]).holes
            found = {hole.name: hole.missing or 0 for hole in holes}
        return dict(
            sorted(((name, n) for name, n in found.items() if n), key=lambda one: (-one[1], one[0]))
        )

    def filling(
        self, field: Field, pairs: Mapping[str, int], settings: RunSettings | None = None
    ) -> Filling | None:
        """A run for so many pairs of each name; None where nothing can be made.

        Without ``settings`` it goes by those of the newest run to pairs, or the project's models.
        As not every instruction becomes a pair, more are planned: by what earlier runs with these
        models have kept, else by what the estimate assumes. Everything is asked anew, as the
        journal would only give the instructions again that there are. Raises ``SettingsError``
        where the project has no models yet.
        """
        with self._store.reading() as db:
            approved = metadata.entries(db, self._project, Status.APPROVED)
            reachable = {name: _having(approved, name, field) for name in pairs}
            wanted = {name: n for name, n in pairs.items() if n > 0 and reachable[name]}
            if not wanted:
                return None
            trial = replace(
                settings or self._usual(db),
                size=1000,
                metadata=0,
                weights=(),
                stop_at_kept=None,
                stop_at_approved=None,
                generation=runs.next_generation(db),
            )
            rate = forecast.over_metadata(db, self._project, trial).kept / 1000
        given = _given(
            {name: math.ceil(n / max(0.05, rate)) for name, n in wanted.items()}, reachable
        )
        chosen = [entry.id for entry in approved if given.get(entry.id)]
        weights = tuple(given[number] for number in chosen)
        return Filling(
            settings=replace(trial, size=sum(weights), weights=weights),
            entries=tuple(chosen),
            pairs=wanted,
            unreachable=tuple(name for name in pairs if not reachable[name]),
        )

    def under_way(self) -> list[int]:
        """Runs that fill holes and may still make pairs, which do not count yet."""
        over = (RunState.FINISHED, RunState.FAILED, RunState.STOPPED)
        with self._store.reading() as db:
            known = runs.listed(db, self._project)
        return [run.id for run in known if run.settings.weights and run.state not in over]

    def _usual(self, db: Database) -> RunSettings:
        for run in runs.listed(db, self._project):
            known = run.settings
            if known.goal == "pairs" and known.strategy == "codeclm" and not known.imported:
                return known
        row = projects.by_id(db, self._project) or {}
        if not row.get("strong"):
            raise SettingsError("This project has no strong model yet.", "Choose one on Models.")
        base = {role: row[role] for role in ROLES}
        return Wording(self._store, self._project).fill(RunSettings(**base))


def _having(entries: Collection[Metadata], name: str, field: Field) -> list[int]:
    return [entry.id for entry in entries if name in _names(entry, field)]


def _names(entry: Metadata, field: Field) -> tuple[str, ...]:
    return (entry.use_case,) if field == "use case" else entry.skills


def _by_name(named: Mapping[int, tuple[str, ...]], weights: Mapping[int, int]) -> dict[str, int]:
    return _summed((named[number], weight) for number, weight in weights.items())


def _summed(weighted: Iterable[tuple[tuple[str, ...], int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for names, weight in weighted:
        if weight:
            found.update(dict.fromkeys(names, weight))
    return dict(found)


def _given(wanted: Mapping[str, int], reachable: Mapping[str, Sequence[int]]) -> dict[int, int]:
    """The instructions of each entry, so that each name has as many as are wanted of it.

    What an entry gets for one of its skills counts for its other ones too. Equal among the entries
    of a name, the remainder one each to the first.
    """
    given: Counter[int] = Counter()
    # The names with the fewest entries first: others may share what these get.
    for name in sorted(wanted, key=lambda name: (len(reachable[name]), name)):
        entries = reachable[name]
        left = wanted[name] - sum(given[entry] for entry in entries)
        if left > 0:
            share, rest = divmod(left, len(entries))
            given.update({entry: share + (at < rest) for at, entry in enumerate(entries)})
    return +given
