"""A project's runs beside each other: one row a run, or one column a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from codeclm.pipeline.runs import Run
from codeclm.settings import RunSettings
from codeclm.ui import pick, sums, table, text

#: Runs in the table, and runs that can be compared at once.
SHOWN, COMPARED = 20, 4
#: What a column of the comparison says about a run's settings, and how it is read.
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
    "rubrics": lambda chosen: chosen.rubrics,
    "iterations": lambda chosen: chosen.iterations,
    "θ": lambda chosen: chosen.theta,
    "seed": lambda chosen: chosen.seed,
    "temperature": lambda chosen: chosen.temperature,
    "max tokens": lambda chosen: chosen.max_tokens,
    "instructions a call": lambda chosen: chosen.batch,
    "Self-Rubrics": lambda chosen: chosen.use_rubrics,
    "Contrastive Filtering": lambda chosen: chosen.use_filter,
    "an action may come again": lambda chosen: chosen.repeat_actions,
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
_OFF = {"use_rubrics": "rubrics", "use_filter": "filter"}


def rows(runs: Sequence[Run]) -> None:
    """Draw one row a run, the newest first."""
    table.show(
        [_row(run) for run in runs[:SHOWN]],
        alt="Runs of this project with their settings and results",
        columns={
            "USD": st.column_config.NumberColumn(format="%.4f"),
            "state": st.column_config.TextColumn(width=95),
        },
    )


def beside(runs: Sequence[Run]) -> None:
    """Draw some of the runs as columns: what came of each, and in what their settings differ."""
    if len(runs) < 2:
        return
    known = {run.id: run for run in runs[:SHOWN]}
    with st.expander("Compare runs side by side"):
        left, right = st.columns([3, 1.4], vertical_alignment="bottom")
        chosen = pick.several(
            "Runs",
            list(known),
            "compare",
            _told(known),
            default=list(known)[:2],
            most=COMPARED,
            where=left,
        )
        everything = right.toggle("Also what is the same", key="compare-all")
        if len(chosen) < 2:
            st.caption("Choose two runs or more.")
            return
        compared = [known[number] for number in chosen]
        table.show(_results(compared), alt="What came of each of these runs")
        differing = _settings(compared, everything=everything)
        if differing:
            table.show(differing, alt="Settings of these runs, one column a run")
        else:
            st.caption("Their settings are the same.")


def _told(known: dict[int, Run]) -> Callable[[int], str]:
    def told(number: int) -> str:
        chosen = known[number].settings
        return f"run {number} · size {chosen.size} · θ {chosen.theta:g}"

    return told


def _results(runs: Sequence[Run]) -> list[dict[str, Any]]:
    found = {run.id: sums.summary(run) for run in runs}
    for told in found.values():
        asked = max(1, told["kept"] + told["exhausted"] + told["failed"])
        cost = told["cost_usd"]
        told["share kept"] = f"{100 * told['kept'] / asked:.0f} %"
        told["kept by iteration"] = " · ".join(map(str, told["by_iteration"])) or "–"
        told["tokens"] = told["prompt_tokens"] + told["completion_tokens"]
        told["USD a kept pair"] = (
            f"{cost / told['kept']:.4f}" if cost is not None and told["kept"] else "–"
        )
        told["calls a kept pair"] = (
            f"{(told['calls'] + told['replayed']) / told['kept']:.1f}" if told["kept"] else "–"
        )
    names = {
        "instructions": "instructions",
        "kept": "kept",
        "share kept": "kept of those that have ended",
        "kept by iteration": "kept by iteration",
        "kept_target": "of them the target's response",
        "exhausted": "exhausted",
        "failed": "failed",
        "calls": "calls paid",
        "replayed": "replayed",
        "calls a kept pair": "calls a kept pair, replayed ones too",
        "tokens": "tokens paid",
        "cost_usd": "USD",
        "USD a kept pair": "USD a kept pair",
        "seconds": "seconds",
    }
    return [
        {"result": words, **{f"run {run.id}": _cell(found[run.id][name]) for run in runs}}
        for name, words in names.items()
    ]


def _settings(runs: Sequence[Run], *, everything: bool) -> list[dict[str, Any]]:
    lines = []
    for name, read in _SETTINGS.items():
        values = [read(run.settings) for run in runs]
        differs = any(value != values[0] for value in values)
        if differs or everything:
            cells = {f"run {run.id}": _cell(v) for run, v in zip(runs, values, strict=True)}
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


def _row(run: Run) -> dict[str, Any]:
    row, told = run.row, sums.summary(run)
    chosen = row.settings
    return {
        "run": run.id,
        "state": str(run.state),
        "started (UTC)": row.created_at[:16].replace("T", " "),
        "size": chosen.size,
        "kept": told["kept"],
        "strong": told["kept_strong"],
        "target": told["kept_target"],
        "exhausted": told["exhausted"],
        "failed": told["failed"],
        # What was imported was written under nobody knows which settings.
        "rubrics": None if chosen.imported else chosen.rubrics,
        "iterations": chosen.iterations,
        "θ": chosen.theta,
        "seed": None if chosen.imported else chosen.seed,
        "temp.": None if chosen.imported else chosen.temperature,
        "off": "imported"
        if chosen.imported
        else ", ".join(word for name, word in _OFF.items() if not getattr(chosen, name)) or "–",
        "calls": told["calls"],
        "replayed": told["replayed"],
        "tokens": told["prompt_tokens"] + told["completion_tokens"],
        "USD": told["cost_usd"],
        "seconds": told["seconds"],
        "strong model": chosen.strong,
        "target model": chosen.target,
        "judge": chosen.judge,
    }
