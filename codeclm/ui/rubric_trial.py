"""Trying an action on an example before a thousand instructions are improved by it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import Metadata, Rubric, RunState
from codeclm.store.views import Trial
from codeclm.ui import costs, keys, page, session, text, watch, work


def draw(project: Project, entry: Metadata, written: Sequence[Rubric]) -> None:
    """Choose an action, have it tried, look at what came of it."""
    page.section("Try on an example")
    actions = {place: pair.action for place, pair in enumerate(written, 1) if pair.enabled}
    trials = project.rubric_sets.trials(entry.id)
    newest = session.studio().run(trials[0].run) if trials else None
    going = newest is not None and work.is_going(newest)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.selectbox(
            "Action",
            list(actions),
            format_func=lambda place: f"{place}. {text.line(actions[place], 100)}",
            key=keys.of("trial-action", entry.id),
        )
        if st.button("Try it", key=keys.of("trial", entry.id), disabled=going):
            work.try_action(project, entry.id, actions[place])
            st.rerun()
    expected = project.estimate(work.trial_settings(project, actions[place]), [entry.id])
    st.caption(
        "One call writes a basic instruction of this entry, one improves it by the action"
        f" ({costs.in_short(expected)}). Further actions are tried on the same instruction."
    )
    if newest is not None and (going or newest.state is not RunState.FINISHED):
        watch.follow(newest)
    tried = next((trial for trial in trials if trial.action == actions[place]), None)
    if tried and tried.basic:
        _show(tried)


def _show(trial: Trial) -> None:
    left, right = st.columns(2)
    with left:
        st.caption("The basic instruction")
        text.block(trial.basic or "")
    with right:
        st.caption("What the action makes of it")
        if trial.improved:
            text.block(trial.improved)
        else:
            st.caption("Not there: it failed, or it is still asked for.")
