"""How a project's entries, gaps, scores, use cases and skills are distributed: plain counts."""

from __future__ import annotations

from codeclm.errors import StoreError
from codeclm.pipeline.judged import Judged
from codeclm.records import JudgedFilter, JudgedRow, WholeChain
from codeclm.store import judged, lineage, views
from codeclm.store.connection import Store


class Distributions:
    """Those of one project, read from the store at that moment."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def seeds_per_entry(self) -> dict[int, int]:
        """How many seeds were read as each current entry, by its id; edits and merges followed."""
        with self._store.reading() as db:
            return views.seeds_per_entry(db, self._project)

    def judged(self, run: int | None = None) -> Judged:
        """Everything that was scored, in all runs to pairs or in one."""
        with self._store.reading() as db:
            return Judged(
                judged.scored(db, self._project, run),
                judged.chains(db, self._project, run),
                judged.entries(db, self._project),
            )

    def judged_rows(self, wanted: JudgedFilter, limit: int, offset: int = 0) -> list[JudgedRow]:
        """Some judged instructions of a filter, the largest gap first."""
        with self._store.reading() as db:
            return judged.listed(db, self._project, wanted, limit, offset)

    def chain(self, row: JudgedRow) -> WholeChain:
        """The chain of a judged instruction, whole. Raises ``StoreError`` when it is gone."""
        with self._store.reading() as db:
            found = lineage.of(db, row.run, row.entry, row.slot)
        if found is None:
            raise StoreError("This chain is not there any more.", "Look at the list again.")
        return found

    def use_case_counts(self) -> dict[str, int]:
        """The weight of each use case in metadata that is not rejected."""
        with self._store.reading() as db:
            return views.use_case_counts(db, self._project)

    def skill_counts(self) -> dict[str, int]:
        """The weight of each skill in metadata that is not rejected."""
        with self._store.reading() as db:
            return views.skill_counts(db, self._project)
