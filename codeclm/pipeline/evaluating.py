"""Comparing two models on a set: both answer each item, the judge assesses both orders (§4).

A candidate, in the role of the target, is measured by a reference, in that of the strong model:
CRR is told from the fine-tuned target's side. Responses that came with the set are taken as they
are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from codeclm.chat import Role
from codeclm.method import assess, respond
from codeclm.pipeline.asking import Asker, Work
from codeclm.records import PARTIES, Assessment, Order, Party, Response
from codeclm.settings import RunSettings
from codeclm.store import evaluations, failures
from codeclm.store.connection import Store
from codeclm.store.evaluations import Open
from codeclm.store.runs import RunRow

if TYPE_CHECKING:
    from sqlite_utils import Database

__all__ = ["ROLES", "Open", "missing", "work"]

#: The role in which each side answers.
ROLES: Mapping[Party, Role] = {"candidate": "target", "reference": "strong"}
#: Items of the set that are read at once.
PAGE = 200


def recorded_in(settings: RunSettings) -> tuple[Party, ...]:
    """Whose responses an evaluation takes from its set."""
    return tuple(party for party in PARTIES if ROLES[party] in settings.recorded)


def missing(store: Store, run: RunRow) -> Iterator[Open]:
    """Every item with something left to ask that has not failed, in the order of the set."""
    with store.reading() as db:
        unanswered = failures.items(db, run.id, "respond")
        unparsable = failures.items(db, run.id, "assess")
    after = -1
    while True:
        with store.reading() as db:
            page = evaluations.planned(db, run.id, after, PAGE)
        if not page:
            return
        after = page[-1].position
        for item in page:
            failed = item.name in unparsable or any(
                _answer_name(item, party) in unanswered for party in PARTIES
            )
            if item.orders and not failed:
                yield item


async def work(item: Open, run: RunRow, asker: Asker) -> None:
    """Ask what is missing of one item: responses first, then both orders."""
    first, second = await asyncio.gather(*(_answer(item, party, run, asker) for party in PARTIES))
    if first is None or second is None:
        return
    await asyncio.gather(
        *(asker.try_to_settle(_assessed(item, first, second, order, run)) for order in item.orders)
    )


async def _answer(item: Open, party: Party, run: RunRow, asker: Asker) -> str | None:
    """The response of one side, None when there is none."""
    known = item.responses.get(party)
    if known is not None:
        return known
    found: Response | None = await asker.try_to_settle(_responded(item, party, run))
    return found.text if found else None


def _responded(item: Open, party: Party, run: RunRow) -> Work:
    def record(db: Database, row: Response, calls: Sequence[int]) -> None:
        evaluations.add_response(db, run.id, item.position, party, row, calls[-1])

    # Both are asked as a target is: a second try with more room for one alone would favour it.
    hop = respond.hop(item.instruction, "target", run.settings)
    return Work(
        step="respond",
        role=ROLES[party],
        item=_answer_name(item, party),
        hop=hop,
        record=record,
        lost=1,
    )


def _assessed(item: Open, candidate: str, reference: str, order: Order, run: RunRow) -> Work:
    def record(db: Database, row: Assessment, calls: Sequence[int]) -> None:
        evaluations.add_assessment(db, run.id, item.position, row, calls[-1])

    hop = assess.hop(item.instruction, candidate, reference, order, run.settings)
    return Work(step="assess", role="judge", item=item.name, hop=hop, record=record, lost=1)


def _answer_name(item: Open, party: Party) -> str:
    return f"{item.name}.{party}"
