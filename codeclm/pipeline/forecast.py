"""An estimate of a run from the database: its scope, its models and what they have shown so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.chat import ROLES, Role
from codeclm.pipeline.estimate import Estimate, Model, Scope, estimate
from codeclm.pipeline.lines import known_endpoint
from codeclm.records import Metadata, Status
from codeclm.settings import RunSettings, presets, price
from codeclm.store import metadata, projects, rubrics
from codeclm.store.observed import observed

if TYPE_CHECKING:
    from sqlite_utils import Database


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


def _estimate(db: Database, project: int | None, settings: RunSettings, scope: Scope) -> Estimate:
    return estimate(settings, scope, _models(db, settings), observed(db, settings, project))


def _models(db: Database, settings: RunSettings) -> dict[Role, Model]:
    endpoints = presets() | projects.endpoints(db)
    found: dict[Role, Model] = {}
    for role in ROLES:
        name = settings.model(role)
        if name:
            endpoint, _ = known_endpoint(name, endpoints)
            found[role] = Model(name, endpoint, price(name, endpoint, settings.prices))
    return found


def _typical(entries: Sequence[Metadata]) -> Metadata:
    """The entry of median length."""

    def length(entry: Metadata) -> int:
        return len(entry.use_case) + sum(map(len, entry.skills))

    return sorted(entries, key=length)[len(entries) // 2] if entries else Scope().typical
