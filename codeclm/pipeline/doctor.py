"""Examining a database: the file itself, the sums of its runs, and the origin of its texts."""

from __future__ import annotations

from dataclasses import dataclass

from codeclm.store import audit
from codeclm.store.connection import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and in how many rows."""

    what: str
    rows: int


def examine(store: Store) -> list[Finding]:
    """Run every check; returns those that found something."""
    with store.reading() as db:
        found = [Finding(what, audit.count(db, sql)) for what, sql in audit.CHECKS]
        broken = audit.integrity(db)
    findings = [finding for finding in found if finding.rows]
    return [*findings, *(Finding(line, 1) for line in broken)]
