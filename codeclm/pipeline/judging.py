"""How far a project's judge can be trusted, and what judges said who were asked again."""

from __future__ import annotations

from dataclasses import dataclass

from codeclm.errors import StoreError
from codeclm.quality import judging as measures
from codeclm.quality.judging import (
    Agreement,
    AtTheta,
    Lengths,
    Orders,
    Reviewers,
    SecondJudge,
    Spread,
)
from codeclm.records import Opinion, RunState, Share
from codeclm.store import judging, opinions, runs
from codeclm.store.connection import Store
from codeclm.store.runs import RunRow

__all__ = [
    "Agreement",
    "AtTheta",
    "Lengths",
    "Orders",
    "Rejudged",
    "Reviewers",
    "SecondJudge",
    "Spread",
    "Trust",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """A re-judge and what came of it so far.

    ``pairs`` are planned; ``second`` counts those of which a sample is whole. ``more`` says that
    it was asked beside what the same judge had said before. ``differing`` pairs are told another
    verdict than the first judge's.
    """

    run: int
    state: RunState
    judge: str
    temperature: float
    samples: int
    more: bool
    pairs: int
    second: SecondJudge
    spread: Spread
    differing: int


class Trust:
    """That of one project, read from the store at that moment; of one run, or of all."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def orders(self, run: int | None = None) -> Orders:
        """What exchanging the order does."""
        with self._store.reading() as db:
            return measures.orders(judging.order_counts(db, self._project, run))

    def lengths(self, run: int | None = None) -> Lengths:
        """Whether the longer answer wins."""
        with self._store.reading() as db:
            return measures.lengths(judging.length_counts(db, self._project, run))

    def unreadable(self, run: int | None = None) -> Share:
        """Judge calls whose reply could not be read."""
        with self._store.reading() as db:
            return Share(*judging.unreadable(db, self._project, run))

    def agreement(self, run: int | None = None) -> Agreement:
        """Judge and reviewers from the run's θ upwards; of several runs, from the highest."""
        with self._store.reading() as db:
            theta = judging.highest_theta(db, self._project, run)
            counts = judging.decided_counts(db, self._project, run)
        return measures.agreement(counts, theta or 0.0)

    def reviewers(self, run: int | None = None) -> list[Reviewers]:
        """Every two reviewers who have decided upon the same pairs; those without a name aside."""
        with self._store.reading() as db:
            return measures.reviewers(judging.reviewer_counts(db, self._project, run))

    def reviews_mark(self) -> tuple[int, int]:
        """What changes whenever a decision is made, taken back or made again."""
        with self._store.reading() as db:
            return judging.reviews_mark(db)

    def opinions(self, pair: int) -> list[Opinion]:
        """Everything that was said of a pair when it was judged again."""
        with self._store.reading() as db:
            return opinions.of_pair(db, self._project, pair)

    def rejudges(self) -> list[int]:
        """The project's re-judges, newest first."""
        with self._store.reading() as db:
            found = runs.listed(db, self._project)
        return [row.id for row in found if row.settings.goal == "rejudge"]

    def rejudged(self, run: int) -> Rejudged:
        """What came of one re-judge. Raises ``StoreError`` when it is none of this project."""
        with self._store.reading() as db:
            found = runs.listed(db, self._project)
            row = next((row for row in found if row.id == run), None)
            if row is None or row.settings.goal != "rejudge":
                raise StoreError(f"Run {run} is no re-judge of this project.")
            same = [other for other in found if other.id <= run and _asks_alike(row, other)]
            samples = judging.sample_counts(
                db,
                [other.id for other in same if other.settings.goal == "rejudge"],
                [other.id for other in same if other.settings.goal != "rejudge"],
            )
            return Rejudged(
                run=run,
                state=row.state,
                judge=row.settings.judge,
                temperature=row.settings.judge_temperature,
                samples=row.settings.samples,
                more=row.settings.generation > 0,
                pairs=opinions.size(db, run),
                second=measures.second_judge(judging.second_counts(db, run)),
                spread=measures.spread(samples),
                differing=judging.count_differing(db, self._project, run),
            )


def _asks_alike(row: RunRow, other: RunRow) -> bool:
    """Whether two runs put the same question to the same judge."""
    one, two = row.settings, other.settings
    return (one.judge, one.judge_temperature, one.prompts.get("judge")) == (
        two.judge,
        two.judge_temperature,
        two.prompts.get("judge"),
    )
