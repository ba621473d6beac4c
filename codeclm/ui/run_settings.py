"""The settings of runs beside each other, one column a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from codeclm.settings import RunSettings
from codeclm.ui import table, text

#: What a column says about a run's settings, and how it is read.
_SETTINGS: dict[str, Callable[[RunSettings], Any]] = {
    "strong model": lambda chosen: chosen.strong,
    "target model": lambda chosen: chosen.target,
    "judge": lambda chosen: chosen.judge,
    "imported": lambda chosen: chosen.imported,
    "strategy": lambda chosen: chosen.strategy,
    "rated on": lambda chosen: chosen.dimension if chosen.strategy == "alpagasus" else None,
    "nodes": lambda chosen: chosen.nodes if chosen.strategy == "tree-instruct" else None,
    "rounds": lambda chosen: chosen.rounds if "wizardlm" in chosen.strategy else None,
    "size": lambda chosen: chosen.size,
    "rubrics": lambda chosen: chosen.rubrics if chosen.improves else None,
    "iterations": lambda chosen: chosen.iterations if chosen.strategy == "codeclm" else None,
    "θ": lambda chosen: chosen.theta if chosen.use_filter or chosen.imported else None,
    "seed": lambda chosen: chosen.seed,
    "temperature": lambda chosen: chosen.temperature,
    "max tokens": lambda chosen: chosen.max_tokens,
    "instructions a call": lambda chosen: chosen.batch if chosen.decodes else None,
    "Self-Rubrics": lambda chosen: chosen.improves,
    "Contrastive Filtering": lambda chosen: chosen.use_filter,
    "an action may come again": lambda chosen: chosen.repeat_actions if chosen.improves else None,
    "asked anew": lambda chosen: chosen.generation > 0,
    "cap: calls": lambda chosen: chosen.budget_calls,
    "cap: tokens": lambda chosen: chosen.budget_tokens,
    "cap: USD": lambda chosen: chosen.budget_usd,
    "caps of single roles": lambda chosen: _role_caps(chosen),
    "stop at kept": lambda chosen: chosen.stop_at_kept,
    "stop at approved": lambda chosen: chosen.stop_at_approved,
    "calls in flight": lambda chosen: chosen.concurrency,
    "time-out": lambda chosen: chosen.timeout,
    "own wording of": lambda chosen: ", ".join(sorted(chosen.prompts)),
    "brief": lambda chosen: chosen.brief,
    "system prompt": lambda chosen: chosen.respond_system,
}


def beside(runs: Mapping[int, RunSettings]) -> None:
    """In what the settings of these runs differ, or all of them."""
    everything = st.toggle("Also what is the same", key="compare-all")
    differing = _rows(runs, everything=everything)
    if differing:
        table.show(differing, alt="Settings of these runs, one column a run", height="content")
    else:
        st.caption("Their settings are the same.")


def _rows(runs: Mapping[int, RunSettings], *, everything: bool) -> list[dict[str, Any]]:
    lines = []
    for name, read in _SETTINGS.items():
        values = [read(chosen) for chosen in runs.values()]
        differs = any(value != values[0] for value in values)
        if differs or everything:
            cells = {f"run {run}": _cell(v) for run, v in zip(runs, values, strict=True)}
            lines.append({"setting": name, "differs": "≠" if differs else "", **cells})
    return lines


def _role_caps(chosen: RunSettings) -> str:
    caps = {role: asdict(found).items() for role, found in chosen.role_budgets.items()}
    return "; ".join(
        f"{role} {', '.join(f'{value} {name}' for name, value in found if value is not None)}"
        for role, found in caps.items()
    )


def _cell(value: Any) -> str:
    """One value as text: columns that mix numbers and words have no type."""
    match value:
        case None | "":
            return "–"
        case bool():
            return "on" if value else "off"
        case int():
            return text.number(value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
