"""An estimate of a run from the database: its scope, its models and what they have shown so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from codeclm.chat import Role
from codeclm.pipeline.estimate import Estimate, Model, Scope, estimate
from codeclm.pipeline.lines import known_endpoint
from codeclm.records import BenchmarkItem, Metadata, Party, Status
from codeclm.settings import RunSettings, presets, price
from codeclm.store import metadata, opinions, projects, rubrics
from codeclm.store.observed import Kind, observed

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Pairs whose lengths are looked at.
LOOKED_AT = 200
#: What a re-judge asks.
JUDGED = Kind("judge", "judge")
#: Who answers as whom in an evaluation.
_PARTIES: tuple[tuple[Role, Party], ...] = (("target", "candidate"), ("strong", "reference"))


def over_seeds(
    db: Database, project: int | None, settings: RunSettings, texts: Sequence[str]
) -> Estimate:
    """What a run over these seeds may take; ``project`` is None while there is none.

    Raises ``SettingsError`` for an unknown endpoint. No key is needed.
    """
    length = sum(map(len, texts)) / max(1, len(texts))
    return _estimate(db, project, settings, Scope(seeds=len(texts), seed_length=length))


def over_metadata(
    db: Database, project: int, settings: RunSettings, entries: Sequence[int] | None = None
) -> Estimate:
    """What a run over the approved entries, or those of ``entries`` only, may take."""
    approved = metadata.entries(db, project, Status.APPROVED)
    chosen = [entry for entry in approved if entries is None or entry.id in entries]
    written = set() if settings.goal == "rubrics" else rubrics.written(db, project)
    scope = Scope(
        entries=len(chosen),
        bare=sum(1 for entry in chosen if entry.id not in written),
        typical=_typical(chosen),
    )
    return _estimate(db, project, settings, scope)


def over_new(db: Database, settings: RunSettings, entries: Sequence[Metadata]) -> Estimate:
    """What a run over entries may take that no project has yet, with no rubrics written."""
    scope = Scope(entries=len(entries), bare=len(entries), typical=_typical(entries))
    return _estimate(db, None, settings, scope)


def over_pairs(
    db: Database, project: int, settings: RunSettings, numbers: Sequence[int]
) -> Estimate:
    """What judging these pairs again may take, from their own lengths and this judge's calls."""
    # Prompts are known here: some of them say how long they all are.
    some = numbers[:: max(1, len(numbers) // LOOKED_AT)]
    scope = Scope(pairs=len(numbers), compared=opinions.typical_length(db, some))
    seen = observed(db, settings, project)
    calls = sum(one.calls[JUDGED].calls for one in seen if JUDGED in one.calls)
    rests_on = f"observed in {calls:,} calls of this judge" if calls else "assumed"
    found = estimate(settings, scope, _models(db, settings), seen)
    return replace(found, rests_on=f"{rests_on}, over the lengths of these pairs")


def over_items(
    db: Database, project: int | None, settings: RunSettings, items: Sequence[BenchmarkItem]
) -> Estimate:
    """What evaluating these items may take, from their own lengths and these models' calls."""
    scope = Scope(
        items=len(items),
        item_length=_mean([item.instruction for item in items]),
        recorded={
            role: _mean([item.recorded.get(party, "") for item in items])
            for role, party in _PARTIES
            if role in settings.recorded
        },
    )
    seen = observed(db, settings, project)
    calls = sum(found.calls for one in seen for found in one.calls.values())
    rests_on = f"observed in {calls:,} calls of these models" if calls else "assumed"
    found = estimate(settings, scope, _models(db, settings), seen)
    return replace(found, rests_on=f"{rests_on}, over the lengths of this set")


def _mean(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / max(1, len(texts))


def _estimate(db: Database, project: int | None, settings: RunSettings, scope: Scope) -> Estimate:
    return estimate(settings, scope, _models(db, settings), observed(db, settings, project))


def _models(db: Database, settings: RunSettings) -> dict[Role, Model]:
    endpoints = presets() | projects.endpoints(db)
    found: dict[Role, Model] = {}
    for role in settings.asked_roles:
        name = settings.model(role)
        endpoint, _ = known_endpoint(name, endpoints)
        found[role] = Model(name, endpoint, price(name, endpoint, settings.prices))
    return found


def _typical(entries: Sequence[Metadata]) -> Metadata:
    """The entry of median length."""

    def length(entry: Metadata) -> int:
        return len(entry.use_case) + sum(map(len, entry.skills))

    return sorted(entries, key=length)[len(entries) // 2] if entries else Scope().typical
