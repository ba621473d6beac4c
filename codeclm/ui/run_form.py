"""The settings of a run as widgets, the paper's values beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.settings import Caps, RunSettings, Strategy
from codeclm.ui import session, strategy_form, work
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
_PAPER: dict[str, Any] = {
    "size": 2000,
    "rubrics": 4,
    "iterations": 4,
    "theta": 3.0,
    "temperature": 0.7,
    "max_tokens": 2048,
    "batch": 10,
    "use_rubrics": True,
    "use_filter": True,
    "repeat_actions": True,
}
#: What the paper says nothing of.
_OURS: dict[str, Any] = {"seed": 0, "concurrency": 64, "timeout": 120.0, "fresh": False}
#: Label, name and step of the settings that are always in sight. What a value may be is said by
#: ``RunSettings``: a field with bounds of its own would keep what it shows from being read.
_FIRST = (
    ("Size (paper: 2000)", "size", 1),
    ("Rubrics (paper: 4)", "rubrics", 1),
    ("Iterations (paper: 4)", "iterations", 1),
    ("θ (paper: 3)", "theta", 0.5),
    ("Seed", "seed", 1),
    ("Calls in flight", "concurrency", 1),
)
#: Those that only mean something where instructions are improved until the gap is clear.
_IMPROVING = {"rubrics", "iterations", "theta"}
#: The same of those that are folded away, line by line.
_LINES = (
    (
        ("Cap: calls", "budget_calls", 1),
        ("Cap: tokens", "budget_tokens", 1),
        ("Cap: USD", "budget_usd", 1.0),
    ),
    (
        ("Stop at pairs kept", "stop_at_kept", 1),
        ("Stop at pairs approved", "stop_at_approved", 1),
    ),
    (
        ("Temperature (paper: 0.7)", "temperature", 0.1),
        ("Tokens an answer (paper: 2048)", "max_tokens", 1),
        ("Instructions a call", "batch", 1),
        ("Seconds for a call", "timeout", 10.0),
    ),
)
#: Label and name of what is on or off.
_SWITCHES = (
    ("Self-Rubrics", "use_rubrics"),
    ("Contrastive Filtering", "use_filter"),
    ("Actions may repeat", "repeat_actions"),
    ("Ask everything anew", "fresh"),
)
#: What each setting does, in one sentence.
_HELP: dict[str, str] = {
    "size": "Basic instructions to write; each becomes at most one pair.",
    "rubrics": "Rubrics and actions that each metadata entry gets where it has none yet.",
    "iterations": "Versions of an instruction at most, the basic one included.",
    "theta": "A pair is kept when strong and target are more than this apart, of 9 at most.",
    "seed": "Every random choice follows from it: the same seed draws the same.",
    "concurrency": "At most so many calls at once to each model; fewer where a server needs it.",
    "temperature": "For everything the strong model writes and both answer; the judge has 0.",
    "max_tokens": "An answer of either model is cut there; a cut strong one is asked once more.",
    "batch": "How many instructions of an entry one call writes; not in the paper.",
    "timeout": "A call that takes longer is given up and made again.",
    "fresh": "Off, a question that was asked before costs nothing: its reply is in the journal.",
    "budget_calls": "The run pauses before it makes more calls than this.",
    "budget_tokens": "The run pauses before it may take more tokens than this.",
    "budget_usd": "The run pauses before it may cost more than this.",
    "stop_at_kept": "The run grows in stages, at most to its size, until so many are kept.",
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


def settings(project: Project, strategy: Strategy = "codeclm") -> RunSettings:
    """Draw the fields of a strategy and read them. They live in the URL.

    Raises ``SettingsError``.
    """
    first = _first_values(project)
    ours = strategy == "codeclm"
    shown = [field for field in _FIRST if ours or field[1] not in _IMPROVING]
    values = _line(shown, len(shown), first) | ({} if ours else strategy_form.own(strategy))
    switches = [switch for switch in _SWITCHES if ours or switch[1] == "fresh"]
    with st.expander("Caps, when it is enough, temperature, ablations"):
        for line in _LINES:
            values |= _line(line, 4, first)
        for column, (label, name) in zip(st.columns(4), switches, strict=False):
            values[name] = column.toggle(
                label, first[name], key=name, bind="query-params", help=_HELP.get(name)
            )
        values["role_budgets"] = _role_caps()
    values["generation"] = project.next_generation() if values.pop("fresh") else 0
    return work.settings_of(project, goal="pairs", strategy=strategy, **values)


def begun() -> None:
    """Take back what holds for one start only."""
    st.session_state.pop("fresh", None)
    st.query_params.pop("fresh", None)


def _first_values(project: Project) -> dict[str, Any]:
    """What the fields hold before anybody touches them: the project's last settings, but no caps.

    A project that has not run yet begins with the paper's, a simulated one small.
    """
    values = {**_PAPER, **_OURS}
    past = [run.settings for run in project.runs() if run.settings.goal == "pairs"]
    planned = (
        settings
        for settings in past
        if settings.size > PREVIEW and not settings.imported and settings.strategy == "codeclm"
    )
    last = next(planned, None)
    if last:
        return {name: getattr(last, name, value) for name, value in values.items()}
    return {**values, "size": SIMULATED} if session.pretends(project.row) else values


def _line(fields: Sequence[tuple[Any, ...]], columns: int, first: Mapping[str, Any]) -> dict:
    """Fields side by side; returns what they hold."""
    places = st.columns(columns, vertical_alignment="bottom")
    return {
        name: _number(place, label, name, step, first.get(name))
        for place, (label, name, step) in zip(places, fields, strict=False)
    }


def _role_caps() -> dict[str, Caps]:
    """Caps of single roles, where any is set."""
    st.caption("Caps of single roles, beside those of all together")
    found: dict[str, Caps] = {}
    for role in ROLES:
        columns = st.columns(3)
        caps = Caps(
            calls=_number(columns[0], f"{role}: calls", f"{role}_calls", 1),
            tokens=_number(columns[1], f"{role}: tokens", f"{role}_tokens", 1),
            usd=_number(columns[2], f"{role}: USD", f"{role}_usd", 1.0),
        )
        if caps != Caps():
            found[role] = caps
    return found


def _number(place: Any, label: str, name: str, step: Any, value: Any = None) -> Any:
    return place.number_input(
        label,
        # What was set elsewhere may be a whole number where a field has fractions.
        value=None if value is None else type(step)(value),
        step=step,
        # 3, not 3.00.
        format="%.10g" if isinstance(step, float) else None,
        key=name,
        bind="query-params",
        help=_HELP.get(name),
    )


def _fill(values: dict[str, Any]) -> None:
    caps = {f"budget_{cap}": None for cap in ("calls", "tokens", "usd")}
    stops = {"stop_at_kept": None, "stop_at_approved": None}
    for name, value in (_PAPER | _OURS | caps | stops | values).items():
        st.session_state[name] = value
