"""How an estimate is told: rounded amounts, and what it rests on, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codeclm.prompts.asking import EVALUATION, STEPS
from codeclm.store.observed import Observed


def count(value: float) -> str:
    """A number of calls to three digits, its thousands apart: an estimate knows no more."""
    digits = len(str(abs(round(value))))
    return f"{round(value, min(0, 3 - digits)):,.0f}".replace(",", "\u202f")


def amount(value: float) -> str:
    """A number of tokens to three digits, such as ``21.3 M``."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= 0.9995 * size:
            return f"{_three(value / size)} {unit}"
    return f"{value:.0f}"


def money(usd: float | None) -> str:
    """US dollars; cents are told, and less than one as such."""
    if usd is None:
        return "cost unknown"
    return f"${usd:,.2f}".replace(",", "\u202f") if usd == 0 or usd >= 0.1 else f"${usd:.4f}"


def duration(minutes: float) -> str:
    """A time in the unit people would say it in."""
    if minutes < 1.5:
        return f"{max(1, minutes * 60):.0f} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def rests_on(seen: Sequence[Observed]) -> str:
    """``assumed``, or which runs were observed, the nearest first."""
    told = [
        f"observed in {_runs(one.runs)} ({one.instructions:,} instructions)"
        for one in reversed(seen)
        if one.instructions
    ]
    if told:
        return ", ".join(told)
    calls = sorted({run for one in seen for run in one.calls_of})
    if not calls:
        return "assumed"
    known = {kind.step for one in seen for kind in one.calls}
    steps = dict.fromkeys(step for step, _ in (*STEPS, *EVALUATION) if step in known)
    return f"assumed; only the calls of {_listed(steps)} were observed, in {_runs(calls)}"


def _three(value: float) -> str:
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def _runs(numbers: Iterable[int]) -> str:
    names = [str(number) for number in numbers]
    return f"{'run' if len(names) == 1 else 'runs'} {_listed(names)}"


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
