"""How long a run takes: what its models get through side by side, and its longest chain.

Work divided by concurrency, plus the chain that is still waiting for its last reply when all else
is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codeclm.chat import Role
from codeclm.pipeline.estimate import assumptions as assumed
from codeclm.pipeline.estimate.beliefs import Call
from codeclm.pipeline.estimate.scope import Model
from codeclm.pipeline.estimate.work import Work
from codeclm.store.observed import Kind


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of one model: calls, their tokens, the seconds the replies take together."""

    calls: float = 0.0
    prompt: float = 0.0
    completion: float = 0.0
    seconds: float = 0.0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.calls + other.calls,
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.seconds + other.seconds,
        )


def busy(load: Load, model: Model, concurrency: int) -> float:
    """The minutes a model needs for its load, with so many calls in flight and under its caps."""
    endpoint = model.endpoint
    width = min(concurrency, endpoint.concurrency or concurrency)
    return max(
        load.seconds / width / 60,
        load.calls / endpoint.rpm if endpoint.rpm else 0.0,
        (load.prompt + load.completion) / endpoint.tpm if endpoint.tpm else 0.0,
    )


def whole(
    loads: Mapping[Role, Load], models: Mapping[Role, Model], concurrency: int, tail: float
) -> float:
    """The minutes a run takes: roles with the same model share its line, lines run side by side.

    ``tail`` is in seconds.
    """
    lines: dict[str, Role] = {}
    shared: dict[str, Load] = {}
    for role, load in loads.items():
        name = models[role].name
        lines.setdefault(name, role)
        shared[name] = shared.get(name, Load()) + load
    slowest = max(
        (busy(load, models[lines[name]], concurrency) for name, load in shared.items()),
        default=0.0,
    )
    ours = sum(load.calls * _own_work(models[role]) for role, load in loads.items())
    return max(slowest, ours / 60) + (tail + assumed.START) / 60


def _own_work(model: Model) -> float:
    if model.endpoint.provider == "simulated":
        return assumed.OWN_WORK_SIMULATED
    return assumed.OWN_WORK


def tail(work: Work, calls: Mapping[Kind, Call]) -> float:
    """The seconds of the longest way through a run: what must wait for each other."""
    if work.waits:
        return sum(calls[kind].latency * count for kind, count in work.waits.items())

    def seconds(*kinds: Kind) -> float:
        return max(calls[kind].latency if work.calls.get(kind) else 0.0 for kind in kinds)

    def judged(harder: bool) -> float:
        answered = Kind("respond", "strong", harder), Kind("respond", "target", harder)
        judged = Kind("judge", "judge", harder), Kind("assess", "judge")
        return seconds(*answered) + seconds(*judged)

    improved = max(0, work.depth - 1)
    # Instructions of one entry are decoded one batch after the other, beside the rubrics.
    written = max(
        seconds(Kind("rubrics", "strong")),
        work.decoding.in_a_row * seconds(Kind("decode", "strong")),
    )
    chain = judged(False) + improved * (seconds(Kind("improve", "strong")) + judged(True))
    return seconds(Kind("encode", "strong")) + written + max(1, work.stages) * chain
