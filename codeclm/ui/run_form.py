"""The settings of a run as widgets, the paper's values beside them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.settings import Caps, RunSettings
from codeclm.ui import session, work
from codeclm.ui.models import ROLES

#: Instructions of a preview, and of a first run with models that only pretend to be some.
PREVIEW = 5
SIMULATED = 60
#: What each preset sets; what it leaves out keeps the paper's value.
PRESETS: dict[str, dict[str, Any]] = {
    "Paper": {},
    "Quick look": {"size": 100, "iterations": 2},
    "Thorough": {"size": 4000, "rubrics": 6, "iterations": 6},
}
_PAPER: dict[str, Any] = {"size": 2000, "rubrics": 4, "iterations": 4, "theta": 3.0}
#: What each setting does, in one sentence.
_HELP: dict[str, str] = {
    "size": "Basic instructions to write; each becomes at most one pair.",
    "rubrics": "Rubrics and actions that each metadata entry gets where it has none yet.",
    "iterations": "Versions of an instruction at most, the basic one included.",
    "theta": "A pair is kept when strong and target are more than this apart, of 9 at most.",
    "seed": "Every random choice follows from it: the same seed draws the same.",
    "concurrency": "At most so many calls at once to each model; fewer where a server needs it.",
    "temperature": "For everything the strong model writes and both answer; the judge has 0.",
    "budget_calls": "The run pauses before it makes more calls than this.",
    "budget_tokens": "The run pauses before it may take more tokens than this.",
    "budget_usd": "The run pauses before it may cost more than this.",
    "stop_at_kept": "Enough is enough: no more is written once so many pairs are kept.",
    "stop_at_approved": "The run waits for reviews, and goes on while they fall short of this.",
    "use_rubrics": "Off, nothing is improved: an instruction has one chance (an ablation).",
    "use_filter": "Off, everything is kept with the strong response, and the target is not asked"
    " (an ablation).",
    "repeat_actions": "Off, a chain draws each action once before any comes again.",
}


def presets() -> None:
    """One button a preset; each sets the fields below."""
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        for name, values in PRESETS.items():
            st.button(name, key=f"preset-{name}", on_click=_fill, args=(values,))


def settings(project: Project) -> RunSettings:
    """Draw the fields and read them. They live in the URL. Raises ``SettingsError``."""
    values: dict[str, Any] = {}
    first = _first_values(project)
    fields = (
        ("Size (paper: 2000)", "size", 1, 1_000_000, None),
        ("Rubrics (paper: 4)", "rubrics", 1, 20, None),
        ("Iterations (paper: 4)", "iterations", 1, 20, None),
        ("θ (paper: 3)", "theta", 0.0, 9.0, 0.5),
        ("Seed", "seed", 0, None, None),
        ("Calls in flight", "concurrency", 1, 1024, None),
    )
    for column, (label, name, low, high, step) in zip(st.columns(6), fields, strict=True):
        values[name] = _number(column, label, name, low, high, first[name], step)
    with st.expander("Temperature, ablations, caps, and when it is enough"):
        values |= _more()
        values["role_budgets"] = _role_caps()
    return work.settings_of(project, goal="pairs", **values)


def _first_values(project: Project) -> dict[str, Any]:
    """What the fields hold before anybody touches them: the project's last settings.

    A project that has not run yet begins with the paper's, a simulated one small.
    """
    values = {**_PAPER, "seed": 0, "concurrency": 64}
    past = [run.settings for run in project.runs() if run.settings.goal == "pairs"]
    last = next((settings for settings in past if settings.size > PREVIEW), None)
    if last:
        return {name: getattr(last, name) for name in values}
    return {**values, "size": SIMULATED} if session.pretends(project.row) else values


def _more() -> dict[str, Any]:
    values: dict[str, Any] = {}
    columns = st.columns(4)
    values["temperature"] = _number(
        columns[0], "Temperature (paper: 0.7)", "temperature", 0.0, 2.0, 0.7, 0.1
    )
    for column, label, name in (
        (columns[1], "Cap: calls", "budget_calls"),
        (columns[2], "Cap: tokens", "budget_tokens"),
    ):
        values[name] = _number(column, label, name, 1, None, None)
    values["budget_usd"] = _number(columns[3], "Cap: USD", "budget_usd", 0.01, None, None, 1.0)
    stops = st.columns(4)
    for column, label, name in (
        (stops[0], "Stop at pairs kept", "stop_at_kept"),
        (stops[1], "Stop at pairs approved", "stop_at_approved"),
    ):
        values[name] = _number(column, label, name, 1, None, None)
    stops[2].caption("The run then grows in stages, at most to its size, until it has enough.")
    switches = st.columns(3)
    for column, label, name in (
        (switches[0], "Self-Rubrics (off: no improving)", "use_rubrics"),
        (switches[1], "Contrastive Filtering (off: keeps all)", "use_filter"),
        (switches[2], "An action may come again in a chain", "repeat_actions"),
    ):
        values[name] = column.toggle(
            label, True, key=name, bind="query-params", help=_HELP.get(name)
        )
    return values


def _role_caps() -> dict[str, Caps]:
    """Caps of single roles, where any is set."""
    st.caption("Caps of single roles, beside those of all together")
    found: dict[str, Caps] = {}
    for role in ROLES:
        columns = st.columns(3)
        caps = Caps(
            calls=_number(columns[0], f"{role}: calls", f"{role}_calls", 1, None, None),
            tokens=_number(columns[1], f"{role}: tokens", f"{role}_tokens", 1, None, None),
            usd=_number(columns[2], f"{role}: USD", f"{role}_usd", 0.01, None, None, 1.0),
        )
        if caps != Caps():
            found[role] = caps
    return found


def history(runs: list[Run]) -> list[dict[str, Any]]:
    """Runs as rows, settings and results beside each other."""
    rows = []
    for run in runs:
        row, told = run.row, run.summary()
        chosen = row.settings
        off = [
            name
            for name, on in (("rubrics", chosen.use_rubrics), ("filter", chosen.use_filter))
            if not on
        ]
        rows.append(
            {
                "run": run.id,
                "state": str(run.state),
                "started (UTC)": row.created_at[:16].replace("T", " "),
                "size": chosen.size,
                "kept": told["kept"],
                "strong": told["kept_strong"],
                "target": told["kept_target"],
                "exhausted": told["exhausted"],
                "failed": told["failed"],
                "rubrics": chosen.rubrics,
                "iterations": chosen.iterations,
                "θ": chosen.theta,
                "seed": chosen.seed,
                "temp.": chosen.temperature,
                "off": ", ".join(off) or "–",
                "calls": told["calls"],
                "replayed": told["replayed"],
                "tokens": told["prompt_tokens"] + told["completion_tokens"],
                "USD": told["cost_usd"],
                "seconds": told["seconds"],
                "strong model": chosen.strong,
                "target model": chosen.target,
                "judge": chosen.judge,
            }
        )
    return rows


def _number(
    place: Any, label: str, name: str, low: Any, high: Any, value: Any, step: Any = None
) -> Any:
    told = _HELP.get(name)
    return place.number_input(
        label, low, high, value, step=step, key=name, bind="query-params", help=told
    )


def _fill(values: dict[str, Any]) -> None:
    for name, value in (_PAPER | values).items():
        st.session_state[name] = value
