"""Another θ for a run: what it would keep, and applying it."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.judged import Judged
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import AtTheta, RunState, Status
from codeclm.ui import keys, notice, page, session, table, text

#: Steps of the slider, and the θ on both sides that is told beside the one looked at.
STEP, BESIDE = 0.25, 0.5
_DONE = (RunState.FINISHED, RunState.RUNNING, RunState.QUEUED)


def looked_at(judged: Judged, theta: float) -> None:
    """What would be kept at ``theta``, and a little below and above."""
    found = judged.at_theta(theta)
    with st.container(horizontal=True):
        st.metric("would keep", text.number(found.strong + found.target))
        st.metric("strong response", text.number(found.strong))
        st.metric("target response", text.number(found.target))
        st.metric(
            "improve further",
            text.number(found.improving),
            help="Chains that would go on: they ended inside this band with iterations left.",
        )
        st.metric("exhausted", text.number(found.exhausted))
    told = []
    for other in (theta - BESIDE, theta + BESIDE):
        if 0 <= other <= 9:
            there = judged.at_theta(other)
            told.append(f"at θ {other:g}: {text.number(there.strong + there.target)}")
    st.caption("would keep " + " · ".join(told))


def by_iteration(judged: Judged, run: Run, theta: float) -> None:
    """Kept at each iteration, at the run's own θ and at the one looked at."""
    before, after = judged.at_theta(run.settings.theta), judged.at_theta(theta)
    now = f"kept at θ {run.settings.theta:g} (now)"
    then = f"kept at θ {theta:g}"
    if now == then:
        then += " (look)"
    iterations = sorted({*before.kept, *after.kept}) or [1]
    rows = [
        {"iteration": str(at), now: sum(before.kept.get(at, (0, 0))), then: _at(after, at)}
        for at in iterations
    ]
    rows.append({"iteration": "all", now: _all(before), then: _all(after)})
    table.show(rows, alt="Pairs kept at each iteration, now and at the θ looked at")


def _at(found: AtTheta, iteration: int) -> int:
    return sum(found.kept.get(iteration, (0, 0)))


def _all(found: AtTheta) -> int:
    return found.strong + found.target


def offer(project: Project, run: Run | None, judged: Judged, theta: float) -> None:
    """The button that applies θ to one run, with what follows from it said before."""
    if run is None:
        st.caption("Choose one run to apply a θ to it.")
        return
    settings = run.settings
    if theta == settings.theta:
        st.caption(f"Run {run.id} has θ = {theta:g}.")
        return
    found = judged.at_theta(theta)
    st.button(
        f"Apply θ = {theta:g} to run {run.id}",
        key=keys.of("apply", run.id, theta),
        type="primary",
        on_click=_apply,
        args=(run, theta),
    )
    everything = project.filter(run=run.id)
    pending = project.filter(run=run.id, status=Status.PENDING)
    reviewed = project.count_pairs(everything) - project.count_pairs(pending)
    told = [f"Keeps {text.number(_all(found))}, now {text.number(_all_now(judged, run))}."]
    if reviewed:
        told.append(f"{text.counted(reviewed, 'reviewed pair')} stay.")
    if found.improving:
        told.append(
            f"{text.counted(found.improving, 'chain')} would need more improvements: resume the"
            " run on Run when you want them."
        )
    st.caption(" ".join(told) + " No call is made.")


def _all_now(judged: Judged, run: Run) -> int:
    return _all(judged.at_theta(run.settings.theta))


@notice.guarded
def _apply(run: Run, theta: float) -> None:
    project = session.project()
    run.change(theta=theta)
    if project is None:
        return
    kept = project.count_pairs(project.filter(run=run.id))
    more = " It has more to do: see Run." if run.state not in _DONE else ""
    notice.say(f"θ = {theta:g} applied: {text.counted(kept, 'pair')} now.{more}")


def follow(project: Project, run: Run | None) -> None:
    """Where to go on when a run has something to do."""
    if run is not None and run.state not in _DONE:
        page.go("Go on with the run →", "create/run.py", project)
