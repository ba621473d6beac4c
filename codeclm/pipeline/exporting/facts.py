"""What a card tells of an export: counted while it is written, and read from its runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import codeclm
from codeclm import prompts
from codeclm.pipeline.exporting.checking import Report
from codeclm.prompts.asking import prompts_of
from codeclm.records import (
    Brief,
    CardFacts,
    DataFile,
    ExportSettings,
    Pair,
    ReviewFacts,
    Row,
    RunFacts,
)
from codeclm.store import exports, projects, restored, runs, verdicts

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Prompts that are added to others where there is something to add, so that a run may well have
#: asked without them.
_ADDED = frozenset({"avoid", "brief", "again"})

#: What is counted of a pair; few of them differ in it from all others.
_COUNTED = (
    "run",
    "use_case",
    "skills",
    "iteration",
    "response_from",
    "gap",
    "status",
    "reviewer",
    "edited",
    "swapped",
)
_counted = attrgetter(*_COUNTED)


class Tally:
    """The distributions of what is written, and what people said of it."""

    def __init__(self) -> None:
        self.pairs = 0
        #: The first value of each key of a row.
        self.values: dict[str, Any] = {}
        self._alike: defaultdict[tuple[Any, ...], int] = defaultdict(int)

    def add(self, pair: Pair, rows: Iterable[Row]) -> None:
        self.pairs += 1
        for row in rows:
            if not row.keys() <= self.values.keys():
                self.values |= row | self.values
        self._alike[_counted(pair)] += 1

    def by(self, name: str) -> Counter[Any]:
        """How many pairs there are of each value of a field of theirs."""
        place = _COUNTED.index(name)
        found: Counter[Any] = Counter()
        for values, count in self._alike.items():
            found[values[place]] += count
        return found

    @property
    def skills(self) -> dict[str, int]:
        """How many pairs have a skill."""
        found: Counter[str] = Counter()
        for skills, count in self.by("skills").items():
            found.update(dict.fromkeys(skills, count))
        return dict(found)

    @property
    def iterations(self) -> dict[int, tuple[int, int]]:
        """How many pairs were kept at an iteration: with the strong response, with the target's."""
        at, side = map(_COUNTED.index, ("iteration", "response_from"))
        found: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
        for values, count in self._alike.items():
            found[values[at]][values[side] == "target"] += count
        return {number: (kept[0], kept[1]) for number, kept in sorted(found.items())}


def collect(
    db: Database,
    settings: ExportSettings,
    tally: Tally,
    files: tuple[DataFile, ...],
    found: Report,
    left_out: Mapping[str, int],
) -> CardFacts:
    """Everything a card tells of an export whose data files are written."""
    project = settings.wanted.project
    row = projects.by_id(db, project) or {}
    return CardFacts(
        project=row["name"],
        brief=Brief.from_json(row["brief"]).text,
        version=codeclm.__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        terms=exports.terms(db, project),
        layout=laid_out(settings),
        narrowed=narrowing(settings),
        splits=dict(settings.splits),
        balance=told_balance(settings),
        pairs=tally.pairs,
        files=files,
        values=tally.values,
        runs=tuple(_run(db, number) for number in sorted(tally.by("run"))),
        reviews=ReviewFacts(
            statuses={str(status): count for status, count in tally.by("status").items()},
            edited=tally.by("edited")[True],
            swapped=tally.by("swapped")[True],
            reviewers=len(tally.by("reviewer").keys() - {""}),
            reasons=exports.reject_reasons(db, project),
        ),
        use_cases=dict(tally.by("use_case")),
        skills=tally.skills,
        gaps={
            gap: count
            for gap, count in sorted(tally.by("gap").items(), key=lambda one: one[0] or 0)
            if gap is not None
        },
        iterations=tally.iterations,
        problems=found.counts,
        left_out=dict(left_out),
        checked=settings.check,
    )


def laid_out(settings: ExportSettings) -> dict[str, Any]:
    """How rows are written, by name, as far as it was chosen."""
    layout = settings.layout
    chosen = {"format": layout.format, "style": layout.style, "fields": layout.fields}
    if layout.system is not None:
        chosen["system"] = layout.system or "none"
    return {name: value for name, value in chosen.items() if value}


def narrowing(settings: ExportSettings) -> dict[str, Any]:
    """What an export's filter asks for, by name; a list of ids is told by its length."""
    asked: dict[str, Any] = {}
    for name, value in asdict(settings.wanted).items():
        if value is None or name in ("project", "order"):
            continue
        asked[name] = f"{len(value)} pairs" if isinstance(value, tuple) else value
    return asked


def told_balance(settings: ExportSettings) -> str:
    """How an export is balanced, in words; empty where it is not."""
    balance = settings.balance
    what = "use case" if balance.by == "use_case" else "skill"
    told = [f"at most {balance.cap} pairs of a {what}"] if balance.cap is not None else []
    if balance.weights:
        weights = ", ".join(f"{name} {weight:g}" for name, weight in balance.weights.items())
        told.append(f"use cases weighted ({weights}; all others 1)")
    return "; ".join(told)


def _run(db: Database, number: int) -> RunFacts:
    row = runs.get(db, number)
    if row is None:
        raise LookupError(number)
    counts = verdicts.counts(db, number, (runs.sizes(db, number) or [0])[-1])
    used, planned = row.settings.prompts, restored.planned(db, number)
    return RunFacts(
        id=number,
        source=row.source,
        created_at=row.created_at,
        settings=row.settings.to_dict() | (planned or {}),
        simulated=row.settings.simulated,
        instructions=counts.instructions,
        kept=counts.kept,
        exhausted=counts.exhausted,
        failed=counts.failed,
        restored=planned is not None,
        prompts={}
        if row.settings.imported and not row.settings.use_filter
        else {
            name: prompts.chosen(name, used).digest
            for name in prompts_of(row.settings.strategy)
            if name not in _ADDED and (row.settings.use_filter or name != "judge")
        },
    )
