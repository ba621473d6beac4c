"""How many calls a run of a compared method takes, and what its longest way waits for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from codeclm.pipeline.estimate import assumptions as assumed
from codeclm.pipeline.estimate.scope import Scope
from codeclm.pipeline.estimate.work import Decoding, Work, decoding, stages
from codeclm.settings import RunSettings
from codeclm.store.observed import Kind
from codeclm.strategies.compared import rounds_of
from codeclm.strategies.pool import ROUND
from codeclm.strategies.self_instruct import ASKED


@dataclass(frozen=True, slots=True)
class Course:
    """How a run fares: the shares of what is generated that are accepted, of evolutions that gain
    something and that survive, of responses that are rated well."""

    accepted: float
    gains: float
    survives: float
    rated: float


LIKELY = Course(assumed.ACCEPTED, assumed.GAINS, assumed.SURVIVES, assumed.RATED)
#: The fewest calls, and the most while a pool still gives something, but for what is rated well:
#: that is judged where there is a filter, and soon enough where a run stops at so many pairs.
EASY = Course(accepted=1.0, gains=0.0, survives=0.0, rated=0.0)
HARD = Course(accepted=assumed.ACCEPTED_AT_LEAST, gains=1.0, survives=0.0, rated=1.0)


def bounds(settings: RunSettings, scope: Scope) -> tuple[Work, Work]:
    """The least work and the most, whichever way what is rated turns out."""
    easy, hard = (
        [
            work(settings, scope, replace(course, rated=rated), kept, kept)
            for rated in (course.rated, 1 - course.rated)
        ]
        for course, kept in ((EASY, 1.0), (HARD, 0.0))
    )
    return min(easy, key=_calls), max(hard, key=_calls)


def _calls(work: Work) -> float:
    return sum(work.calls.values())


def work(
    settings: RunSettings,
    scope: Scope,
    course: Course,
    kept_share: float,
    approved_share: float,
) -> Work:
    """The work of a run that fares like ``course``.

    With Contrastive Filtering it keeps ``kept_share`` of what is judged.
    """
    rated = course.rated if settings.strategy == "alpagasus" else 1.0
    kept = rated * (kept_share if settings.use_filter else 1.0)
    sizes = stages(settings, kept, approved_share)
    if settings.starts_from_seeds:
        sizes = [min(size, scope.seeds) for size in sizes]
    size = sizes[-1]
    before, written = _before(settings, scope, course, sizes)
    basic = (1 - course.survives) ** rounds_of(settings)
    calls = before | _rounds(settings, course, size)
    strong, target, judge = Kind("respond", "strong"), Kind("respond", "target"), Kind(*_JUDGE)
    calls[strong] = calls.get(strong, 0.0) + size * basic
    if settings.strategy == "tree-instruct":
        calls[strong._replace(harder=True)] = size * (1 - basic)
    if settings.strategy == "alpagasus":
        calls[Kind("rate", "judge")] = size
    if settings.use_filter:
        for harder, share in ((False, basic), (True, 1 - basic)):
            calls[target._replace(harder=harder)] = size * rated * share
            calls[judge._replace(harder=harder)] = 2 * size * rated * share
    calls = {kind: count for kind, count in calls.items() if count}
    return Work(
        calls=calls,
        decoding=written,
        kept=size * kept,
        stages=len(sizes),
        waits=_waits(settings, calls, written, len(sizes)),
    )


_JUDGE = ("judge", "judge")


def _before(
    settings: RunSettings, scope: Scope, course: Course, sizes: Sequence[int]
) -> tuple[dict[Kind, float], Decoding]:
    """The calls until there are instructions, and what is decoded."""
    if settings.decodes:
        found = decoding(scope.entries or 0, sizes, settings)
        return {
            Kind("encode", "strong"): scope.seeds,
            Kind("decode", "strong"): found.calls,
        }, found
    written = Decoding(instructions=sizes[-1])
    if not settings.pools:
        return {}, written
    rounds = math.ceil(sizes[-1] / (ROUND * ASKED * course.accepted))
    return {Kind("generate", "strong"): ROUND * rounds}, written


def _rounds(settings: RunSettings, course: Course, size: int) -> dict[Kind, float]:
    """The calls of the rounds in which instructions become others."""
    rounds = rounds_of(settings)
    if settings.strategy == "tree-instruct":
        return {Kind("grow", "strong"): size}
    if not rounds:
        return {}
    return {
        Kind("evolve", "strong"): size * rounds,
        Kind("gain", "judge"): size * rounds,
        Kind("respond", "strong", harder=True): size * rounds * course.gains,
    }


def _waits(
    settings: RunSettings, calls: Mapping[Kind, float], written: Decoding, stages: int
) -> dict[Kind, float]:
    """How many calls of each kind the longest way through a run makes one after the other."""
    rounds = rounds_of(settings)
    often = {
        "encode": 1 / stages,
        "generate": calls.get(Kind("generate", "strong"), 0.0) / ROUND / stages,
        "decode": written.in_a_row / stages,
        "evolve": rounds,
        "gain": rounds,
        "grow": rounds,
        "respond": max(1, rounds) if settings.strategy.startswith("wizardlm") else 1,
    }
    # Strong and target answer side by side.
    return {
        kind: stages * often.get(kind.step, 1)
        for kind in calls
        if kind.role != "target" and (kind.harder or kind._replace(harder=True) not in calls)
    }
