"""What a chain of a compared method needs next, by its rows alone.

WizardLM and Tree-Instruct make other versions of an instruction first, and the last one that
survives stands; Self-Instruct's stand as they are. What stands gets the strong response, is rated
by Alpagasus, and is judged once where Contrastive Filtering is on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from codeclm.method import respond
from codeclm.method.hop import Hop
from codeclm.method.verdict import verdict
from codeclm.records import Evolution, Instruction, Judgement, Outcome, Response, Verdict
from codeclm.settings import RunSettings
from codeclm.strategies import alpagasus, tree_instruct, wizardlm
from codeclm.strategies.alpagasus import Rating
from codeclm.strategies.codeclm import Chain, Need, unanswered, unjudged

#: What the judge said of an evolution: whether it asks for anything that its parent did not.
Gain = bool
Row = Evolution | Gain | Response | Rating | Judgement


@dataclass(frozen=True, slots=True)
class Version:
    """A chain at its last surviving version.

    ``rounds`` are over; ``open`` is what the one under way has made, with its fate still open.
    """

    chain: Chain
    rounds: int = 0
    open: Evolution | None = None
    rating: Rating | None = None

    def plus(self, rows: Sequence[Row]) -> Version:
        """This chain with new rows."""
        found = self
        for row in rows:
            match row:
                case Evolution():
                    found = replace(found, open=row)
                case bool() if found.open:
                    found = replace(found, open=replace(found.open, gains=row))
                case Response() if found.open:
                    found = replace(found, open=replace(found.open, response=row))
                case Rating():
                    found = replace(found, rating=row)
                case Response() | Judgement():
                    found = replace(found, chain=found.chain.plus([row]))
        return found

    def after(self, fate: Fate) -> Version:
        """This chain after a round: with one more iteration when its version survived."""
        chain = self.chain
        if not fate.rule:
            chain = chain.plus([fate.survivor, *([fate.response] if fate.response else [])])
        return replace(self, chain=chain, rounds=self.rounds + 1, open=None)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a round: ``rule`` drops what it has made, or is "".

    ``survivor`` is the iteration that it would be, with its strong response if there is one.
    """

    rule: str
    evolution: Evolution
    survivor: Instruction
    response: Response | None


def rounds_of(settings: RunSettings) -> int:
    """How often an instruction is made into another one."""
    match settings.strategy:
        case "wizardlm" | "wizardlm-plus":
            return settings.rounds
        case "tree-instruct":
            return 1
        case _:
            return 0


def starting(seeds: int, sizes: Sequence[int], run_seed: int) -> list[int]:
    """Which seeds, by position, the chains begin with, as the run grew from size to size.

    Each stage draws from those that are left and takes what it drew in plan order.
    """
    drawn = random.Random(f"{run_seed}:starting").sample(range(seeds), seeds)
    found: list[int] = []
    for size in sizes:
        found += sorted(drawn[len(found) : size])
    return found


def next_step(version: Version, settings: RunSettings) -> tuple[Need, ...] | Fate | Verdict:
    """What a chain needs next, all of it independent of each other, or what its rows decide.

    A ``Fate`` ends a round, a ``Verdict`` the chain.
    """
    if version.open:
        return _open_round(version, version.open, settings)
    if version.rounds < rounds_of(settings):
        return (_evolution(version, settings),)
    return _ending(version, settings)


# A round ---------------------------------------------------------------------------------------


def round_name(chain: Chain, number: int) -> str:
    """A round's place in the plan, counted from 1: ``m1.i7.r2``."""
    return f"{chain.instruction.chain}.r{number}"


def _evolution(version: Version, settings: RunSettings) -> Need:
    number = version.rounds + 1
    item = round_name(version.chain, number)
    parent = version.chain.instruction.text
    if settings.strategy == "tree-instruct":
        grown = tree_instruct.hop(parent, settings.nodes, settings)
        return Need("grow", "strong", item, _evolved(grown, number, f"{settings.nodes} nodes"))
    operation = wizardlm.operation(item, settings.seed)
    evolved = wizardlm.hop(parent, operation, version.rounds, settings)
    return Need("evolve", "strong", item, _evolved(evolved, number, operation))


def _evolved(hop: Hop[str], number: int, action: str) -> Hop[Evolution]:
    text = yield from hop
    if not isinstance(text, str):
        raise TypeError(text)
    return Evolution(number, action, text)


def _open_round(
    version: Version, made: Evolution, settings: RunSettings
) -> tuple[Need, ...] | Fate:
    parent, item = version.chain.instruction.text, round_name(version.chain, made.round)
    if settings.strategy == "tree-instruct":
        return _fate(version, made, tree_instruct.fault(parent, made.text))
    # What gains nothing is dropped whatever the response: it is not asked for.
    if made.gains is None:
        return (Need("gain", "judge", item, wizardlm.gain(parent, made.text, settings)),)
    if not made.gains:
        return _fate(version, made, wizardlm.NO_GAIN)
    if made.response is None:
        hop = respond.hop(made.text, "strong", settings)
        return (Need("respond", "strong", item, hop),)
    return _fate(version, made, wizardlm.eliminated(parent, made.text, made.response.text))


def _fate(version: Version, made: Evolution, rule: str) -> Fate:
    parent = version.chain.instruction
    survivor = Instruction(parent.chain, parent.iteration + 1, made.text, made.action)
    return Fate(rule, made, survivor, made.response)


# The end ---------------------------------------------------------------------------------------


def _ending(version: Version, settings: RunSettings) -> tuple[Need, ...] | Verdict:
    chain = version.chain
    text, item = chain.instruction.text, chain.item
    missing = unanswered(chain, settings)
    strong = tuple(need for need in missing if need.role == "strong")
    if settings.strategy == "alpagasus":
        if strong:
            return strong
        if version.rating is None:
            (response,) = (one.text for one in chain.responses if one.side == "strong")
            hop = alpagasus.hop(text, response, settings.dimension, settings)
            return (Need("rate", "judge", item, hop),)
        if not version.rating.is_kept:
            return Verdict(Outcome.EXHAUSTED)
    if not settings.use_filter:
        return strong or Verdict(Outcome.KEEP_STRONG)
    return (
        missing or unjudged(chain, settings) or verdict(chain.judgements, settings.theta, last=True)
    )
