"""Asking again: who judges, how often, which pairs, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from codeclm.errors import SettingsError
from codeclm.pipeline.projects import Project
from codeclm.pipeline.run_settings import of_rejudge
from codeclm.pipeline.runs import Run
from codeclm.records import PairFilter, Status
from codeclm.settings import RunSettings
from codeclm.ui import costs, judge_sums, models, notice, session, text, work

_STATUSES = ("any", "pending", "approved", "rejected")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be judged again, by whom."""

    settings: RunSettings
    wanted: PairFilter
    at_most: int | None


def draw(project: Project, run: int | None, *, going: bool, primary: bool) -> RunSettings | None:
    """The fields, the number of calls and the button; ``primary`` unless something waits.

    Returns the settings as they stand, None while they make no sense.
    """
    with st.container(border=True), notice.shown():
        wish = _fields(project, run)
        _ask(project, wish, going=going, primary=primary)
        return wish.settings
    return None


def _fields(project: Project, run: int | None) -> Wish:
    row = project.row
    endpoint, model = models.parts(row["judge"] or row["strong"])
    names = list(session.studio().endpoints())
    first = st.columns([1.1, 1.4, 0.8, 0.8], vertical_alignment="bottom")
    picked = first[0].selectbox(
        "Judge's endpoint",
        names,
        index=names.index(endpoint) if endpoint in names else None,
        format_func=lambda name: text.line(name, 40),
        placeholder="Endpoint",
        key="rejudge-endpoint",
    )
    typed = first[1].text_input("Judge's model", model, key="rejudge-model")
    samples = first[2].number_input("Samples", 1, 100, 1, key="rejudge-samples")
    temperature = first[3].number_input("Temperature", 0.0, 2.0, 0.0, 0.1, key="rejudge-temp")
    second = st.columns([1.1, 1.4, 0.8, 0.8], vertical_alignment="bottom")
    status = second[0].selectbox("Status of the pairs", _STATUSES, key="rejudge-status")
    more = second[1].toggle(
        "Beside the samples there are",
        key="rejudge-more",
        help="Off: samples are counted from the first judgement on; what the same judge has said"
        " already is replayed for nothing. On: all of them are asked anew.",
    )
    most = second[2].number_input(
        "At random", 1, None, None, key="rejudge-most", placeholder="all pairs"
    )
    cap = second[3].number_input("Cap: calls", 1, None, None, key="rejudge-cap", placeholder="none")
    if not picked and not typed:
        raise SettingsError("No judge is chosen.", "Choose an endpoint and type a model.")
    settings = of_rejudge(
        project,
        judge=models.joined("judge", picked, typed or ""),
        more=more,
        temperature=temperature,
        samples=int(samples),
        budget_calls=int(cap) if cap else None,
        concurrency=work.CONCURRENCY,
    )
    wanted = project.filter(run=run, status=None if status == "any" else Status(status))
    return Wish(settings, wanted, int(most) if most else None)


def _ask(project: Project, wish: Wish, *, going: bool, primary: bool) -> None:
    expected = judge_sums.rejudge_estimate(project, wish.settings, wish.wanted, wish.at_most)
    pairs = expected.total.fewest // (2 * wish.settings.samples)
    left, right = st.columns([2.4, 1], vertical_alignment="center")
    with left:
        st.caption(
            f"{text.counted(pairs, 'pair')} × {text.counted(wish.settings.samples, 'sample')} × 2"
            f" orders = {text.counted(expected.total.fewest, 'call')} before re-asks and replays"
        )
        costs.estimate(st.container(), expected)
        costs.concerns(wish.settings, expected)
    pressed = right.button(
        f"Re-judge {text.counted(pairs, 'pair')}",
        type="primary" if primary else "secondary",
        disabled=going,
        key="rejudge",
    )
    if pressed:
        run: Run = work.submit(project.plan_rejudge(wish.settings, wish.wanted, wish.at_most))
        notice.say(f"Re-judge {run.id} is started.")
        st.rerun()
