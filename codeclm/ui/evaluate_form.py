"""Comparing on a set: who is measured, by whom, who judges, and what that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from codeclm.errors import SettingsError
from codeclm.pipeline.evaluations import together
from codeclm.pipeline.projects import Project
from codeclm.pipeline.run_settings import of_evaluation
from codeclm.records import Benchmark, Party
from codeclm.settings import RunSettings
from codeclm.ui import costs, evaluated, evaluation_sums, models, notice, pick, session, text, work

#: What stands for responses that came with the set, and for a model that is none of those offered.
_RECORDED, _OTHER = "recorded", "other"
#: Exports that the candidate may have been tuned on.
_EXPORTS = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be compared: the candidate first, then those beside it."""

    settings: tuple[RunSettings, ...]
    whole: bool
    export: int | None


def draw(
    project: Project, benchmark: Benchmark, *, going: bool, primary: bool
) -> RunSettings | None:
    """The fields, the number of calls and the button; ``primary`` unless something waits.

    Returns the candidate's settings as they stand, None while they make no sense.
    """
    with st.container(border=True), notice.shown():
        st.caption(
            "Both answer every item; the judge scores and explains both answers in both orders, and"
            " a response wins only if it wins in both (paper §4)."
        )
        wish = _fields(project, benchmark)
        _ask(project, benchmark, wish, going=going, primary=primary)
        return wish.settings[0]
    return None


def _fields(project: Project, benchmark: Benchmark) -> Wish:
    row = project.row
    first = st.columns(3)
    bases = evaluated.bases(project)
    known = _known(project, bases)
    candidate, own = _who(first[0], "candidate", benchmark, known, row["target"])
    reference, given = _who(first[1], "reference", benchmark, known, row["strong"])
    with first[2]:
        judge = _model("judge", known, row["judge"] or row["strong"])
    second = st.columns([1.6, 1.1, 0.8, 0.7], vertical_alignment="bottom")
    beside = second[0].multiselect(
        "Beside it, against the same reference",
        [name for name in dict.fromkeys((*bases, row["strong"])) if name and name != candidate],
        format_func=lambda name: _named(name, bases),
        key="evaluate-beside",
        placeholder="nobody",
        help="The untuned target as base shows what tuning did; the strong model, what there is to"
        " reach.",
    )
    export = _tuned_on(project, second[1])
    whole = second[2].toggle(
        "The whole set",
        key="evaluate-whole",
        help="Off: what is held out for metadata is not compared on.",
    )
    cap = second[3].number_input(
        "Cap: calls",
        1,
        None,
        None,
        key="evaluate-cap",
        placeholder="none",
        help="Of each candidate's evaluation: it pauses there.",
    )
    recorded: tuple[Party, ...] = (*own, *given)
    common: dict[str, Any] = {
        "reference": reference,
        "judge": judge,
        "budget_calls": int(cap) if cap else None,
        "concurrency": work.CONCURRENCY,
    }
    settings = [of_evaluation(project, candidate=candidate, recorded=recorded, **common)]
    settings += [
        of_evaluation(project, candidate=name, recorded=given, **common) for name in beside
    ]
    return Wish(tuple(settings), bool(whole), export)


def _known(project: Project, bases: Sequence[str]) -> list[str]:
    """The models of the project, and those it has compared before."""
    row = project.row
    before = (
        name
        for settings in (run.settings for run in project.evaluations.listed())
        for role, name in (("target", settings.target), ("strong", settings.strong))
        if role not in settings.recorded
    )
    return list(dict.fromkeys(filter(None, (*bases, row["strong"], row["judge"], *before))))


def _who(
    column: Any, party: Party, benchmark: Benchmark, known: Sequence[str], usual: str
) -> tuple[str, tuple[Party, ...]]:
    """Who one side is: a model, or whoever gave the responses that came with the set."""
    with column:
        if party not in benchmark.recorded:
            return _model(party, known, usual), ()
        chosen = _model(party, known, _RECORDED, recorded=True)
        if chosen != _RECORDED:
            return chosen, ()
        name = st.text_input(
            f"Who gave them ({party})",
            key=f"evaluate-{party}-name",
            placeholder=f"recorded:{party}",
            max_chars=120,
            help="Only a name for them; nobody is asked.",
        )
        return name or "", (party,)


def _model(who: str, known: Sequence[str], usual: str, *, recorded: bool = False) -> str:
    """A model of those that are known, or any endpoint's."""
    options = [*([_RECORDED] if recorded else []), *known, _OTHER]
    chosen = st.selectbox(
        who.capitalize(),
        options,
        index=options.index(usual) if usual in options else len(options) - 1,
        format_func=_told,
        key=f"evaluate-{who}",
    )
    if chosen != _OTHER:
        return chosen or ""
    left, right = st.columns([1, 1.3])
    endpoint = left.selectbox(
        f"Endpoint of the {who}",
        list(session.studio().endpoints()),
        index=None,
        format_func=lambda name: text.line(name, 40),
        placeholder="Endpoint",
        key=f"evaluate-{who}-endpoint",
    )
    typed = right.text_input(f"Model of the {who}", key=f"evaluate-{who}-model")
    if not endpoint and not typed:
        raise SettingsError(f"No {who} is chosen.", "Choose an endpoint and type a model.")
    return models.joined("target" if who == "candidate" else who, endpoint, typed or "")


def _told(name: str) -> str:
    if name == _RECORDED:
        return "the responses that came with the set"
    return "another model" if name == _OTHER else text.line(name, 60)


def _named(name: str, bases: Sequence[str]) -> str:
    what = "base" if name in bases else "strong"
    return f"{what}: {text.line(name, 50)}"


def _tuned_on(project: Project, column: Any) -> int | None:
    """The export that the candidate was tuned on, if one says so; in the URL."""
    found = [export.id for export in project.exports.history(_EXPORTS)]
    return (
        pick.one(
            "Candidate tuned on",
            [0, *found],
            "export",
            lambda number: f"export {number}" if number else "not said",
            where=column,
        )
        or None
    )


def _ask(project: Project, benchmark: Benchmark, wish: Wish, *, going: bool, primary: bool) -> None:
    first = wish.settings[0]
    expected = [
        evaluation_sums.estimate(project, benchmark, one, whole=wish.whole) for one in wish.settings
    ]
    items = benchmark.items if wish.whole else benchmark.evaluated
    every = together(expected)
    calls = every.total.fewest
    left, right = st.columns([2.4, 1], vertical_alignment="center")
    with left:
        more = f" for {text.counted(len(expected), 'candidate')}" if len(expected) > 1 else ""
        st.caption(
            f"{text.counted(items, 'item')}, both responses judged in both orders:"
            f" {text.counted(calls, 'call')}{more} before re-asks and replays"
        )
        costs.estimate(st.container(), every)
        # A cap is that of one evaluation.
        costs.concerns(first, expected[0])
    pressed = right.button(
        f"Evaluate on {text.counted(items, 'item')}",
        type="primary" if primary else "secondary",
        disabled=going or not items,
        key="evaluate",
    )
    if pressed:
        # Planned all of them before any is begun: what one lacks is said at once.
        runs = [
            project.evaluations.plan(
                benchmark, one, whole=wish.whole, export=None if place else wish.export
            )
            for place, one in enumerate(wish.settings)
        ]
        for run in runs:
            work.submit(run)
        notice.say(f"{text.counted(len(runs), 'evaluation')} started.")
        st.rerun()
