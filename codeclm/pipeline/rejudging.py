"""Judging kept pairs again: another judge, or the same one several times, beside the first.

The first judge's scores, gaps and verdicts stay as they are. Sample 1 of a first re-judge by the
same model is the question that the run itself has asked, and is replayed; every other sample is a
question of its own.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codeclm.errors import SettingsError
from codeclm.method import judge as judging
from codeclm.method.hop import renumbered
from codeclm.pipeline.asking import Asker, Work
from codeclm.records import Judgement, Order, PairFilter
from codeclm.settings import RunSettings
from codeclm.store import failures, opinions, pairs, runs
from codeclm.store.connection import Store
from codeclm.store.opinions import Exhibit
from codeclm.store.runs import RunRow

if TYPE_CHECKING:
    from sqlite_utils import Database

#: Pairs of the plan that are read at once.
PAGE = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a pair, as far as its orders are still to be asked."""

    pair: int
    sample: int
    orders: tuple[Order, ...]

    @property
    def item(self) -> str:
        return f"p{self.pair}.{self.sample}"


def chosen(db: Database, wanted: PairFilter, at_most: int | None, seed: int) -> list[int]:
    """The pairs of a filter that a judge has compared, in its order; ``at_most`` are drawn.

    Raises ``SettingsError`` when there are none.
    """
    found = pairs.ids(db, wanted, -1)
    compared = opinions.compared(db, found)
    numbers = [number for number in found if number in compared]
    if not numbers:
        raise SettingsError(
            "None of these pairs has been judged, so there is nothing to judge again.",
            "Choose others, or start a run that compares both responses.",
        )
    if at_most is None or at_most >= len(numbers):
        return numbers
    drawn = set(random.Random(f"{seed} rejudge").sample(numbers, at_most))
    return [number for number in numbers if number in drawn]


def plan(db: Database, project: int, settings: RunSettings, numbers: Sequence[int]) -> int:
    """Plan a re-judge of these pairs. Returns the run's id."""
    run = runs.create(db, project, settings, "metadata")
    opinions.plan(db, run, numbers)
    return run


def missing(store: Store, run: RunRow) -> Iterator[Sample]:
    """Every sample that has neither both orders nor a failure, in plan order."""
    with store.reading() as db:
        failed = failures.items(db, run.id, "judge")
    after = -1
    while True:
        with store.reading() as db:
            page = opinions.planned(db, run.id, after, PAGE)
            found = [
                Sample(pair, sample, tuple(orders))
                for _, pair in page
                for sample, orders in opinions.missing(db, run.id, pair, run.settings.samples)
            ]
        if not page:
            return
        after = page[-1][0]
        yield from (sample for sample in found if sample.item not in failed)


async def work(sample: Sample, run: RunRow, store: Store, asker: Asker) -> None:
    """Ask what is missing of one sample."""
    with store.reading() as db:
        shown = opinions.exhibit(db, sample.pair)
    if shown is None:
        return
    await asyncio.gather(
        *(asker.try_to_settle(_work(sample, shown, order, run)) for order in sample.orders)
    )


def _work(sample: Sample, shown: Exhibit, order: Order, run: RunRow) -> Work:
    def record(db: Database, row: Judgement, calls: Sequence[int]) -> None:
        opinions.add(db, run.id, sample.pair, sample.sample, row, calls[-1])

    hop = judging.hop(shown.instruction, shown.strong, shown.target, order, run.settings)
    return Work(
        step="judge",
        role="judge",
        item=sample.item,
        hop=renumbered(hop, sample.sample - 1),
        record=record,
        lost=1,
    )
