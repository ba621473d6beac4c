"""Options that say several things at once: caps by role, prices by model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import click

from codeclm.chat import ROLES
from codeclm.settings import Caps

#: Options that say what may be spent.
SPENDING = ("budget_calls", "budget_tokens", "budget_usd", "price")


class Cap(click.ParamType):
    """``N`` caps all together, ``ROLE=N`` one role."""

    name = "cap"

    def __init__(self, number: type[int] | type[float]) -> None:
        self._number = number

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        role, equals, amount = value.rpartition("=")
        if equals and role not in ROLES:
            self.fail(f"{role!r} is no role; write one of {', '.join(ROLES)}.", param, ctx)
        try:
            return role, self._number(amount)
        except ValueError:
            self.fail(f"{amount!r} is not a number.", param, ctx)


class ModelPrice(click.ParamType):
    """``MODEL=IN/OUT``, in US dollars per million tokens."""

    name = "price"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        model, equals, both = value.rpartition("=")
        prompt, slash, completion = both.partition("/")
        try:
            if not (equals and slash and model):
                raise ValueError
            return model, (float(prompt), float(completion))
        except ValueError:
            self.fail(
                f"{value!r} is no price; write MODEL=IN/OUT, such as openai:gpt-4o=2.5/10.",
                param,
                ctx,
            )


def caps(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that cap a run and say what its models cost."""
    options = (
        ("--budget-calls", Cap(int), "[ROLE=]N", "Pause before call N + 1."),
        ("--budget-tokens", Cap(int), "[ROLE=]N", "Pause before token N + 1."),
        ("--budget-usd", Cap(float), "[ROLE=]USD", "Pause before more is spent."),
        ("--price", ModelPrice(), "MODEL=IN/OUT", "US dollars per million tokens."),
    )
    for name, kind, shown, told in reversed(options):
        command = click.option(name, type=kind, metavar=shown, multiple=True, help=told)(command)
    return command


def stops(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that let a run grow only until it has enough."""
    for name, what in (("--stop-at-approved", "approved"), ("--stop-at-kept", "kept")):
        told = f"Grow in stages until N pairs are {what}; --size is then the most."
        command = click.option(name, type=click.IntRange(1), metavar="N", help=told)(command)
    return command


def spending(
    given: Mapping[str, Any],
    roles: Mapping[str, Caps] | None = None,
    prices: Mapping[str, tuple[float, float]] | None = None,
) -> dict[str, Any]:
    """Caps and prices as settings of a run, those of ``roles`` and ``prices`` changed.

    ``given`` holds what the options of ``caps`` were given.
    """
    own = dict(roles or {})
    settings: dict[str, Any] = {}
    for kind in ("calls", "tokens", "usd"):
        for role, amount in given[f"budget_{kind}"]:
            if role:
                own[role] = replace(own.get(role, Caps()), **{kind: amount})
            else:
                settings[f"budget_{kind}"] = amount
    if own:
        settings["role_budgets"] = own
    known = _with(prices or {}, given["price"])
    return {**settings, "prices": known} if known else settings


def _with(
    known: Mapping[str, tuple[float, float]], more: Iterable[tuple[str, tuple[float, float]]]
) -> dict[str, tuple[float, float]]:
    return {**known, **dict(more)}
