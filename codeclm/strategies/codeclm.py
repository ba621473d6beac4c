"""CodecLM: decode, respond, judge, and improve until the gap is clear (paper §3, Algorithm 1).

What a chain needs next depends only on its rows, so start, resume and retry ask the same question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from codeclm.chat import Role, Step
from codeclm.method import improve, judge, respond
from codeclm.method.hop import Hop
from codeclm.method.verdict import verdict
from codeclm.records import (
    GIVEN,
    ORDERS,
    SIDES,
    Instruction,
    Judgement,
    Metadata,
    Order,
    Outcome,
    Response,
    Verdict,
)
from codeclm.settings import RunSettings

Row = Instruction | Response | Judgement


@dataclass(frozen=True, slots=True)
class Chain:
    """One basic instruction and all that became of it, at its current iteration.

    ``entry`` and ``slot`` are its place in the plan (both from 0); ``earlier`` are its previous
    iterations, ``responses`` and ``judgements`` those of ``instruction`` alone.
    """

    entry: int
    slot: int
    metadata: Metadata
    instruction: Instruction
    earlier: tuple[Instruction, ...] = ()
    responses: tuple[Response, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def item(self) -> str:
        """The current iteration's place in the plan, the same in every run."""
        return f"{self.instruction.chain}.{self.instruction.iteration}"

    def plus(self, rows: Sequence[Row]) -> Chain:
        """This chain with new rows; an instruction starts the next iteration."""
        chain = self
        for row in rows:
            match row:
                case Instruction():
                    chain = replace(
                        chain,
                        instruction=row,
                        earlier=(*chain.earlier, chain.instruction),
                        responses=(),
                        judgements=(),
                    )
                case Response():
                    chain = replace(chain, responses=(*chain.responses, row))
                case Judgement():
                    chain = replace(chain, judgements=(*chain.judgements, row))
        return chain


@dataclass(frozen=True, slots=True)
class Need:
    """One hop that a chain needs: who is asked, for which item, and the hop itself."""

    step: Step
    role: Role
    item: str
    hop: Hop[Any]


def chain_name(entry: int, slot: int) -> str:
    """A chain's place in the plan, counted from 1: ``m3.i12``."""
    return f"m{entry + 1}.i{slot + 1}"


def last_iteration(settings: RunSettings) -> int:
    """The iteration after which nothing is improved: the first when there are no rubrics."""
    return settings.iterations if settings.improves else 1


def next_step(
    chain: Chain, actions: Sequence[str], settings: RunSettings
) -> tuple[Need, ...] | Verdict:
    """What ``chain`` needs next, all of it independent of each other, or how it ends.

    ``actions`` are the enabled actions of its metadata entry. The returned verdict is final; one
    that says *improve* means that an improvement is due but the entry has no action to offer.
    """
    if not settings.use_filter:
        return _without_filter(chain, actions, settings)
    missing = unanswered(chain, settings) or unjudged(chain, settings)
    if missing:
        return missing
    last = chain.instruction.iteration >= last_iteration(settings)
    found = verdict(chain.judgements, settings.theta, last=last)
    if found.outcome is not Outcome.IMPROVE or not actions:
        return found
    return (_improvement(chain, actions, settings),)


def unanswered(chain: Chain, settings: RunSettings) -> tuple[Need, ...]:
    """The responses that the current iteration lacks."""
    answered = {response.side for response in chain.responses}
    return tuple(
        Need("respond", side, chain.item, respond.hop(chain.instruction.text, side, settings))
        for side in SIDES
        if side not in answered
    )


def unjudged(chain: Chain, settings: RunSettings) -> tuple[Need, ...]:
    """The judgements that the current iteration lacks, once both responses are there."""
    answers = {response.side: response.text for response in chain.responses}
    judged = {judgement.order for judgement in chain.judgements}
    missing: list[Order] = [order for order in ORDERS if not judged & {order, GIVEN}]
    shown = chain.instruction.text, answers["strong"], answers["target"]
    return tuple(
        Need("judge", "judge", chain.item, judge.hop(*shown, order, settings)) for order in missing
    )


def _without_filter(
    chain: Chain, actions: Sequence[str], settings: RunSettings
) -> tuple[Need, ...] | Verdict:
    """The ablation: every improvement is made, and the last version gets the strong response."""
    if chain.instruction.iteration < last_iteration(settings):
        if not actions:
            return Verdict(Outcome.IMPROVE)
        return (_improvement(chain, actions, settings),)
    if not chain.responses:
        hop = respond.hop(chain.instruction.text, "strong", settings)
        return (Need("respond", "strong", chain.item, hop),)
    return Verdict(Outcome.KEEP_STRONG)


def _improvement(chain: Chain, actions: Sequence[str], settings: RunSettings) -> Need:
    iteration = chain.instruction.iteration + 1
    item = f"{chain.instruction.chain}.{iteration}"
    used = [row.action for row in (*chain.earlier, chain.instruction)]
    action = improve.choose(actions, used, item, settings)
    return Need("improve", "strong", item, _improve(chain, action, iteration, settings))


def _improve(chain: Chain, action: str, iteration: int, settings: RunSettings) -> Hop[Instruction]:
    text = yield from improve.hop(chain.instruction.text, action, settings)
    return Instruction(chain.instruction.chain, iteration, text, action)
