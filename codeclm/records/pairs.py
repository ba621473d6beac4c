"""Pairs and chains as people look at them, and which of them are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from codeclm.records.drops import Drop
from codeclm.records.rows import Judgement, Order, Side, Status


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge said of a pair when it was asked again, by re-judge ``run``.

    ``sample`` counts from 1; scores are mapped back to the models as those of a judgement.
    """

    run: int
    judge: str
    temperature: float
    sample: int
    order: Order
    strong: float
    target: float


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One link of a pair's chain: an instruction and the action that made it from its parent."""

    iteration: int
    instruction: str
    action: str
    gap: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An instruction with the response that was kept for it, and everything known of both.

    ``response_from`` is the side of the response as it stands; ``swapped`` says that a person
    chose it over the one that was kept. ``review`` numbers the newest review behind the pair: it
    changes whenever the pair does. Both models answered under ``system_prompt``, where there is
    one. ``imported_from`` names file and line of a pair that was brought. Of an edited pair,
    ``original_instruction`` and ``original_response`` are what the models wrote.
    """

    id: int
    run: int
    chain_id: str
    instruction: str
    response: str
    response_from: Side
    use_case: str
    skills: tuple[str, ...]
    iteration: int
    gap: float | None
    strong_score: float | None
    target_score: float | None
    strong_response: str
    target_response: str | None
    strong_model: str
    target_model: str
    judge_model: str
    chain: tuple[Ancestor, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    status: Status = Status.PENDING
    reason: str = ""
    reviewer: str = ""
    review: int = 0
    edited: bool = False
    swapped: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""
    flags: tuple[str, ...] = ()
    system_prompt: str = ""
    imported_from: str = ""
    original_instruction: str = ""
    original_response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One iteration of a chain; None for what it has not come to. Scores are of both orders."""

    iteration: int
    instruction: str
    action: str
    gap: float | None
    strong_score: float | None
    target_score: float | None
    strong_response: str | None
    target_response: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeChain:
    """A chain from its basic instruction on.

    ``outcome`` is the verdict that ended it, ``failed``, ``improve`` while another iteration is to
    come, or ``open`` before the first verdict. ``dropped`` is what the rules of its strategy have
    dropped of it.
    """

    name: str
    use_case: str
    skills: tuple[str, ...]
    outcome: str
    iterations: tuple[Iteration, ...]
    dropped: tuple[Drop, ...] = ()


PairOrder = Literal["plan", "gap_down", "gap_up", "longest", "shortest", "random", "newest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFilter:
    """Which pairs of a project are meant; what is None does not narrow. Gaps are inclusive.

    ``dropped`` pairs are reviewed ones that the run's present θ does not keep. ``model`` is any of
    a run's models. ``text`` stands in the instruction or in the response as they are now, case of
    ASCII letters aside. ``disputed`` pairs have different decisions of different reviewers;
    ``second_look`` names a reviewer who has not decided on pairs that others have. ``differs``
    names a re-judge whose judge does not say the same as the first. ``min_gap`` is a size: the gap
    may speak for either side; ``beyond_theta`` pairs have one above θ of their run, or were never
    scored. ``both`` pairs have a response of each model. ``finding`` is what a look has flagged
    them with (``FINDINGS``), and ``free_of`` what it has not. ``region`` and ``box`` (left, lower,
    right and upper edge) are places of the map. ``among`` and ``without`` are ids.
    """

    project: int
    run: int | None = None
    status: Status | None = None
    status_not: Status | None = None
    dropped: bool | None = None
    use_case: str | None = None
    skill: str | None = None
    iteration: int | None = None
    side: Side | None = None
    gap_from: float | None = None
    gap_to: float | None = None
    strong_score: float | None = None
    target_score: float | None = None
    model: str | None = None
    tag: str | None = None
    text: str | None = None
    disputed: bool | None = None
    second_look: str | None = None
    differs: int | None = None
    min_gap: float | None = None
    beyond_theta: bool | None = None
    both: bool | None = None
    finding: str | None = None
    free_of: tuple[str, ...] | None = None
    region: int | None = None
    box: tuple[float, float, float, float] | None = None
    among: tuple[int, ...] | None = None
    without: tuple[int, ...] | None = None
    order: PairOrder = "plan"
