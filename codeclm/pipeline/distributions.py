"""How a project's entries, gaps, scores, use cases and skills are distributed: plain counts."""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.method.what_if import at_theta
from codeclm.records import AtTheta, JudgedChains
from codeclm.store import views
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

    def gap_counts(self, run: int | None = None) -> list[tuple[float, int, int]]:
        """(gap, iteration, count) over every scored instruction."""
        with self._store.reading() as db:
            return views.gap_counts(db, self._project, run)

    def judged_chains(self, run: int | None = None) -> list[JudgedChains]:
        """Every judged chain by its gaps: what ``at_theta`` reads, as often as one likes."""
        with self._store.reading() as db:
            return views.judged_chains(db, self._project, run)

    @staticmethod
    def at_theta(chains: Sequence[JudgedChains], theta: float) -> AtTheta:
        """What judged chains would come to at another θ; nothing is asked or changed."""
        return at_theta(chains, theta)

    def score_counts(self, run: int | None = None) -> list[tuple[float, float, int]]:
        """(strong score, target score, count) over every scored instruction."""
        with self._store.reading() as db:
            return views.score_counts(db, self._project, run)

    def use_case_counts(self, of: str) -> dict[str, int]:
        """Use cases of metadata, pairs or approved pairs."""
        with self._store.reading() as db:
            return views.use_case_counts(db, self._project, of)

    def skill_counts(self, of: str) -> dict[str, int]:
        """Skills of metadata, pairs or approved pairs."""
        with self._store.reading() as db:
            return views.skill_counts(db, self._project, of)

    def mean_gaps(self, run: int | None = None) -> list[tuple[str, str, float, int]]:
        """(use case, skill, mean gap, pairs) of each combination with scored pairs."""
        with self._store.reading() as db:
            return views.mean_gaps(db, self._project, run)
