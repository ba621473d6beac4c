"""What a run may take before it is begun: calls, tokens, US dollars and minutes by role.

Arithmetic only. What it begins with and what earlier runs have shown is read by ``forecast``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from codeclm.chat import ROLES, Role
from codeclm.pipeline.estimate import beliefs, compared, duration
from codeclm.pipeline.estimate.beliefs import Call
from codeclm.pipeline.estimate.duration import Load
from codeclm.pipeline.estimate.figures import Estimate, Figures
from codeclm.pipeline.estimate.scope import Model, Scope
from codeclm.pipeline.estimate.wording import rests_on
from codeclm.pipeline.estimate.work import Work, work
from codeclm.settings import RunSettings
from codeclm.store.observed import Kind, Observed
from codeclm.strategies.codeclm import last_iteration

__all__ = ["Estimate", "Figures", "Model", "Scope", "estimate"]


def estimate(
    settings: RunSettings,
    scope: Scope,
    models: Mapping[Role, Model],
    seen: Sequence[Observed] = (),
) -> Estimate:
    """What a run over ``scope`` may take, if its models do as ``seen``, the nearest last."""
    scope = _settled(scope, settings, seen)
    last = last_iteration(settings)
    kept = beliefs.kept_shares(settings, last, seen)
    likely, fewest, most = _works(settings, scope, kept, beliefs.approved_share(seen))
    calls = beliefs.calls(settings, scope, models, seen)
    loads: dict[Role, Load] = {}
    roles: dict[Role, Figures] = {}
    for role in ROLES:
        if most.of(role):
            loads[role] = _load(role, likely, calls)
            range_ = fewest.of(role), most.of(role)
            roles[role] = _figures(loads[role], models[role], settings.concurrency, range_)
    tail = duration.tail(likely, calls)
    return Estimate(
        roles=roles,
        total=_total(roles, duration.whole(loads, models, settings.concurrency, tail)),
        instructions=likely.decoding.instructions,
        kept=round(likely.kept),
        rests_on=rests_on(seen),
        unpriced=tuple(
            dict.fromkeys(models[role].name for role in roles if models[role].price is None)
        ),
    )


def _works(
    settings: RunSettings, scope: Scope, kept: Sequence[float], approved: float
) -> tuple[Work, Work, Work]:
    """The likely work, the least, and the most."""
    if settings.strategy != "codeclm":
        likely = compared.work(settings, scope, compared.LIKELY, kept[0], approved)
        return likely, *compared.bounds(settings, scope)
    last = len(kept)
    return (
        work(settings, scope, kept, approved),
        work(settings, scope, [1.0] * last, 1.0),
        work(settings, scope, [0.0] * last, 0.0),
    )


def _settled(scope: Scope, settings: RunSettings, seen: Sequence[Observed]) -> Scope:
    """The scope with the entries its seeds are likely to become."""
    if scope.entries is not None or not settings.decodes:
        return scope
    entries = max(settings.metadata, beliefs.entries_of(scope.seeds, seen))
    return replace(scope, entries=entries, bare=entries)


def _load(role: Role, likely: Work, calls: Mapping[Kind, Call]) -> Load:
    total = Load()
    for kind, count in likely.calls.items():
        if kind.role == role and count:
            call = calls[kind]
            prompt, completion = _tokens(kind, likely, call)
            # Every bad reply is one more call of its kind.
            asked = count / (1 - min(0.5, call.unusable))
            total += Load(asked, asked * prompt, asked * completion, asked * call.latency)
    return total


def _tokens(kind: Kind, likely: Work, call: Call) -> tuple[float, float]:
    """(prompt, completion) tokens of a mean call."""
    decoding = likely.decoding
    if kind.step != "decode":
        return call.prompt, call.completion
    listed = decoding.avoided / decoding.calls
    asked = decoding.instructions / decoding.calls
    return call.prompt + listed * call.completion, asked * call.completion


def _figures(load: Load, model: Model, concurrency: int, range_: tuple[float, float]) -> Figures:
    prompt, completion = round(load.prompt), round(load.completion)
    return Figures(
        calls=round(load.calls),
        fewest=round(range_[0]),
        most=round(range_[1]),
        prompt_tokens=prompt,
        completion_tokens=completion,
        usd=model.price.of(prompt, completion) if model.price else None,
        minutes=duration.busy(load, model, concurrency),
    )


def _total(roles: Mapping[Role, Figures], minutes: float) -> Figures:
    every = list(roles.values())
    costs = [figures.usd for figures in every if figures.usd is not None]
    return Figures(
        calls=sum(figures.calls for figures in every),
        fewest=sum(figures.fewest for figures in every),
        most=sum(figures.most for figures in every),
        prompt_tokens=sum(figures.prompt_tokens for figures in every),
        completion_tokens=sum(figures.completion_tokens for figures in every),
        usd=sum(costs) if len(costs) == len(every) else None,
        minutes=minutes,
    )
