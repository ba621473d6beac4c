"""What is believed of a run's models: assumptions, moved by what earlier runs have seen.

An assumption counts as so many observations. What other projects saw moves it first, then what
this project saw, so that the nearest has the last word and a few observations only a small one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from codeclm.chat import Request, Role
from codeclm.method import assess, decode, encode, improve, judge, respond, rubrics
from codeclm.pipeline.estimate import assumptions as assumed
from codeclm.pipeline.estimate.scope import Model, Scope
from codeclm.prompts.asking import EVALUATION, steps_of
from codeclm.providers.simulated import LATENCY
from codeclm.settings import RunSettings
from codeclm.store.observed import Kind, Observed, Seen
from codeclm.strategies import alpagasus, self_instruct, tree_instruct, wizardlm


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The mean call of one kind: tokens, ``latency`` in seconds, the share asked again.

    Of *decode*, ``prompt`` is without the instructions not to repeat, and ``completion`` is for
    one instruction.
    """

    prompt: float
    completion: float
    latency: float
    unusable: float


def kept_shares(settings: RunSettings, last: int, seen: Sequence[Observed]) -> list[float]:
    """Of what is judged at iterations 1 to ``last``, the share that is kept."""
    found = []
    for iteration in range(1, last + 1):
        at_three = assumed.KEPT_FIRST if iteration == 1 else assumed.KEPT_LATER
        # At θ = 0 nearly every gap is beyond it, and fewer the larger it is.
        share = at_three ** (settings.theta / assumed.AT_THETA)
        counts = [(one.kept.get(iteration, 0), one.judged.get(iteration, 0)) for one in seen]
        if settings.strategy != "codeclm":
            # Judged once, whichever version it is that stands.
            counts = [(sum(one.kept.values()), sum(one.judged.values())) for one in seen]
        found.append(_share(share, assumed.KEPT_WEIGHT, counts))
    return found


def approved_share(seen: Sequence[Observed]) -> float:
    """Of the pairs that are kept, the share that reviewers approve."""
    counts = ((one.approved, one.decided) for one in seen)
    return _share(assumed.APPROVED, assumed.APPROVED_WEIGHT, counts)


def entries_of(seeds: int, seen: Sequence[Observed]) -> int:
    """How many metadata entries so many seeds become."""
    counts = ((one.entries, one.seeds) for one in seen)
    share = _share(assumed.ENTRIES_A_SEED, assumed.ENTRIES_WEIGHT, counts)
    return max(1, round(seeds * min(1.0, share))) if seeds else 0


def calls(
    settings: RunSettings, scope: Scope, models: Mapping[Role, Model], seen: Sequence[Observed]
) -> dict[Kind, Call]:
    """The mean call of every kind."""
    requests = _requests(settings, scope)
    found: dict[Kind, Call] = {}
    evaluates = settings.goal == "evaluate"
    for step, role in EVALUATION if evaluates else steps_of(settings.strategy):
        kind = Kind(step, role)
        start = _assumed(kind, requests[kind], settings, models.get(role))
        found[kind] = _moved(kind, start, [_of(one, kind, scope, requests[kind]) for one in seen])
        if step in ("respond", "judge"):
            harder = Kind(step, role, harder=True)
            start = _longer(found[kind])
            found[harder] = _moved(harder, start, [one.calls.get(harder) for one in seen])
    return found


def _requests(settings: RunSettings, scope: Scope) -> dict[Kind, Request]:
    """Every prompt once, with fields of typical length."""
    basic, harder = _text(assumed.INSTRUCTION), _text(assumed.IMPROVED)
    action = _text(assumed.ACTION)
    if settings.goal == "evaluate":
        basic = _text(scope.item_length)
    strong, target = (_text(_answer(role, scope, settings)) for role in ("strong", "target"))
    answer, entry = respond.request(basic, settings), scope.typical
    judged = (_text(scope.compared), "", "") if scope.compared else (basic, strong, target)
    return {
        Kind("encode", "strong"): encode.request(_text(scope.seed_length), settings),
        Kind("rubrics", "strong"): rubrics.request(entry, settings),
        Kind("decode", "strong"): decode.request(entry, settings.batch, (), settings),
        Kind("generate", "strong"): self_instruct.request(
            [basic] * self_instruct.EXAMPLES, settings
        ),
        Kind("improve", "strong"): improve.request(basic, action, settings),
        Kind("evolve", "strong"): wizardlm.request(basic, wizardlm.OPERATIONS[0], settings),
        Kind("gain", "judge"): wizardlm.gain_request(basic, harder, settings),
        Kind("grow", "strong"): tree_instruct.request(basic, settings.nodes, settings),
        Kind("respond", "strong"): answer,
        Kind("respond", "target"): answer,
        Kind("rate", "judge"): alpagasus.request(basic, strong, settings.dimension, settings),
        Kind("judge", "judge"): judge.request(*judged, 0, settings),
        Kind("assess", "judge"): assess.request(basic, target, strong, 0, settings),
    }


def _answer(role: Role, scope: Scope, settings: RunSettings) -> float:
    """The characters of a mean answer, as far as it is not there already."""
    tokens = min(assumed.ANSWER[role], settings.max_tokens)
    return scope.recorded.get(role, tokens * assumed.CHARACTERS_A_TOKEN)


def _assumed(kind: Kind, request: Request, settings: RunSettings, model: Model | None) -> Call:
    completion = min(_reply_tokens(kind, settings), request.max_tokens)
    whole = completion * (settings.batch if kind.step == "decode" else 1)
    prompt = _length(request) / assumed.CHARACTERS_A_TOKEN
    latency = assumed.BEGINS_AFTER + whole / assumed.TOKENS_A_SECOND
    if model and model.endpoint.provider == "simulated":
        latency = float(model.endpoint.body.get("latency", LATENCY))
    if model and model.endpoint.provider == "local":
        latency = prompt / assumed.LOCAL_READS + whole / assumed.LOCAL_WRITES
    return Call(
        prompt=prompt,
        completion=completion,
        latency=latency,
        unusable=assumed.UNUSABLE,
    )


def _reply_tokens(kind: Kind, settings: RunSettings) -> float:
    match kind.step:
        case "encode":
            return assumed.ENCODED
        case "rubrics":
            return assumed.RUBRIC * settings.rubrics
        case "decode":
            return assumed.INSTRUCTION / assumed.CHARACTERS_A_TOKEN
        case "generate":
            return self_instruct.ASKED * assumed.INSTRUCTION / assumed.CHARACTERS_A_TOKEN
        case "improve" | "evolve":
            return assumed.IMPROVED / assumed.CHARACTERS_A_TOKEN
        case "grow":
            return assumed.TREE + assumed.IMPROVED / assumed.CHARACTERS_A_TOKEN
        case "gain":
            return assumed.GAIN
        case "rate":
            return assumed.RATING
        case "assess":
            return assumed.ASSESSED
        case "respond":
            return assumed.ANSWER[kind.role]
        case _:
            return assumed.SCORES


def _longer(call: Call) -> Call:
    """The mean call once its instruction has been improved, while none was seen."""
    return replace(
        call, prompt=call.prompt * assumed.HARDER, completion=call.completion * assumed.HARDER
    )


def _of(one: Observed, kind: Kind, scope: Scope, request: Request) -> Seen | None:
    """What was seen of a kind, its prompt as it would have been for this run."""
    found = one.calls.get(kind)
    if found is None or kind.step != "encode" or one.seed_length is None:
        return found
    # The prompt grows with the seed: these seeds may be longer than those were.
    length = _length(request)
    there = length - scope.seed_length + one.seed_length
    return replace(found, prompt=found.prompt * length / there)


def _moved(kind: Kind, start: Call, seen: Iterable[Seen | None]) -> Call:
    call = start
    for one in filter(None, seen):
        prompt = one.prompt if kind.step != "decode" else 0.0
        call = Call(
            prompt=_mean(call.prompt, prompt, one.with_tokens),
            completion=_mean(call.completion, one.completion, one.with_tokens),
            latency=_mean(call.latency, one.latency, one.calls),
            unusable=_share(
                call.unusable, assumed.UNUSABLE_WEIGHT, [(one.unusable * one.calls, one.calls)]
            ),
        )
    return call


def _share(start: float, weight: float, counts: Iterable[tuple[float, int]]) -> float:
    """A share, moved by (hits, all) of each set of observations in turn."""
    share = start
    for hits, count in counts:
        share = (share * weight + hits) / (weight + count)
    return share


def _mean(start: float, observed: float, count: int) -> float:
    """A mean of something that is off by factors, not by amounts: blended as logarithms."""
    if count == 0 or observed <= 0:
        return start
    weight = assumed.LENGTH_WEIGHT / (assumed.LENGTH_WEIGHT + count)
    return math.exp(weight * math.log(start) + (1 - weight) * math.log(observed))


def _length(request: Request) -> int:
    return sum(len(message.content) for message in request.messages)


def _text(characters: float) -> str:
    return "x" * round(characters)
