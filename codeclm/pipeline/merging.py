"""Making one name of several: use cases or skills that a person takes for the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from codeclm.method.encode import flags
from codeclm.quality.synonyms import Synonyms, meaning, synonyms
from codeclm.records import Metadata, Status
from codeclm.store import metadata

__all__ = ["Kind", "Synonyms", "meaning", "merge", "offers"]

if TYPE_CHECKING:
    from sqlite_utils import Database

Kind = Literal["use case", "skill"]


def offers(entries: Sequence[Metadata], kind: Kind) -> list[Synonyms]:
    """Names of one kind that may mean the same, by the weight of the entries they stand in."""
    weights: Counter[str] = Counter()
    for entry in entries:
        if entry.status is not Status.REJECTED:
            weights.update(dict.fromkeys(_names(entry, kind), entry.weight))
    return synonyms(weights)


def merge(db: Database, project: int, kind: Kind, keep: str, others: Collection[str]) -> int:
    """Have ``keep`` said wherever an entry says one of ``others``; returns the entries changed.

    Entries that then say the same are one, with the sum of their weights.
    """
    named = [
        entry
        for entry in metadata.entries(db, project)
        if not _names(entry, kind).isdisjoint(others)
    ]
    for entry in named:
        renamed = _renamed(entry, kind, keep, others)
        known = metadata.current(db, project, renamed)
        if known is None or known.id == entry.id:
            metadata.edit(db, project, entry.id, renamed)
        else:
            metadata.merge(db, project, entry.id, renamed)
    return len(named)


def _names(entry: Metadata, kind: Kind) -> set[str]:
    return {entry.use_case} if kind == "use case" else set(entry.skills)


def _renamed(entry: Metadata, kind: Kind, keep: str, others: Collection[str]) -> Metadata:
    if kind == "use case":
        return replace(entry, use_case=keep)
    skills = tuple(dict.fromkeys(keep if skill in others else skill for skill in entry.skills))
    return replace(entry, skills=skills, flags=flags(skills))
