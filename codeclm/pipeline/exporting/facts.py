"""What a card tells of an export: counted while it is written, and read from its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import codeclm
from codeclm import prompts
from codeclm.pipeline.exporting.checking import Report
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
from codeclm.store import exports, projects, runs, verdicts

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Which prompts a run asks with, by the step they serve.
_PROMPTS = ("encode", "decode", "rubrics", "improve", "judge")


class Tally:
    """The distributions of what is written, and what people said of it."""

    def __init__(self) -> None:
        self.pairs = 0
        self.use_cases: Counter[str] = Counter()
        self.skills: Counter[str] = Counter()
        self.gaps: Counter[float] = Counter()
        self.iterations: dict[int, list[int]] = {}
        self.statuses: Counter[str] = Counter()
        self.runs: set[int] = set()
        self.reviewers: set[str] = set()
        self.edited = self.swapped = 0
        self.keys: dict[str, None] = {}

    def add(self, pair: Pair, rows: Iterable[Row]) -> None:
        self.pairs += 1
        for row in rows:
            if row.keys() - self.keys.keys():
                self.keys.update(dict.fromkeys(row))
        self.use_cases[pair.use_case] += 1
        self.skills.update(pair.skills)
        if pair.gap is not None:
            self.gaps[pair.gap] += 1
        kept = self.iterations.setdefault(pair.iteration, [0, 0])
        kept[pair.response_from == "target"] += 1
        self.statuses[str(pair.status)] += 1
        self.runs.add(pair.run)
        self.edited += pair.edited
        self.swapped += pair.swapped
        if pair.reviewer:
            self.reviewers.add(pair.reviewer)


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
        keys=tuple(tally.keys),
        runs=tuple(_run(db, number) for number in sorted(tally.runs)),
        reviews=ReviewFacts(
            statuses=dict(tally.statuses),
            edited=tally.edited,
            swapped=tally.swapped,
            reviewers=len(tally.reviewers),
            reasons=exports.reject_reasons(db, project),
        ),
        use_cases=dict(tally.use_cases),
        skills=dict(tally.skills),
        gaps=dict(sorted(tally.gaps.items())),
        iterations={at: (kept[0], kept[1]) for at, kept in sorted(tally.iterations.items())},
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
    used = row.settings.prompts
    return RunFacts(
        id=number,
        source=row.source,
        created_at=row.created_at,
        settings=row.settings.to_dict(),
        simulated=row.settings.simulated,
        instructions=counts.instructions,
        kept=counts.kept,
        exhausted=counts.exhausted,
        failed=counts.failed,
        prompts={}
        if row.settings.imported and not row.settings.use_filter
        else {name: prompts.chosen(name, used).digest for name in _PROMPTS},
    )
