"""Run: settings, what it may cost, a preview, and the run itself while it goes on."""

from dataclasses import replace

import streamlit as st

from codeclm import records
from codeclm.ui import (
    chain_card,
    costs,
    further,
    notice,
    page,
    run_form,
    run_history,
    session,
    table,
    text,
    watch,
    work,
)


def start(project, settings, *, going: bool) -> None:
    """The estimate and both buttons."""
    with st.container(border=True):
        left, right = st.columns([3, 1], vertical_alignment="center")
        costs.estimate(left, project.estimate(settings))
        with right.container(horizontal=True, horizontal_alignment="right", wrap=False):
            preview = st.button(f"Preview {run_form.PREVIEW}", disabled=going)
            whole = st.button("Start run", type="primary", disabled=going)
    if preview or whole:
        work.start(project, replace(settings, size=run_form.PREVIEW) if preview else settings)
        st.rerun()


def previewed(run) -> None:
    """A small run's chains whole, kept or not: what a large run would be made of."""
    chains = run.chains(run_form.PREVIEW) if run.settings.size <= run_form.PREVIEW else []
    if chains:
        st.markdown(f"##### The chains of run {run.id}")
    for chain in chains:
        chain_card.show(chain)


def failed(run) -> None:
    """What ended without a result."""
    found = run.failures(100)
    if not found:
        return
    ended = text.counted(run.counts().failed, "instruction")
    with st.expander(f"Failures of run {run.id} ({text.number(len(found))}, ending {ended})"):
        rows = [
            {
                "step": failure.step,
                "item": failure.item,
                "kind": failure.kind,
                "message": failure.message,
                "reply": failure.raw,
            }
            for failure in found
        ]
        table.show(rows, alt="Failed items with their step, reason and reply")
        further.failures_again(run)


def history(runs, *, going: bool) -> None:
    """Every run with its settings, and some of them side by side."""
    st.markdown("##### Runs")
    if not runs:
        st.caption(
            "None besides the one above."
            if going
            else "None yet. Preview 5 shows whole chains for the price of a few calls."
        )
        return
    run_history.rows(runs)
    run_history.beside(runs)


with page.opened("Run") as project:
    if not project.metadata(records.Status.APPROVED):
        notice.empty(
            "No approved metadata yet.",
            "A run writes instructions for approved use cases and skills. Approve some first.",
        )
        page.send("Go to Metadata", "create/metadata.py", project)
        st.stop()
    runs = [run for run in project.runs() if run.settings.goal == "pairs"]
    newest = runs[0] if runs else None
    run_form.presets()
    going = newest is not None and work.is_going(newest)
    with notice.shown():
        settings = run_form.settings(project)
        if session.pretends(project.row):
            st.caption(
                "These models are **simulated**: the run shows every step and costs nothing,"
                " and its pairs are not real data."
            )
        waiting = len(project.metadata(records.Status.PENDING))
        if waiting:
            told = text.plural(waiting, "entry is", "entries are")
            st.caption(f"{told} still pending on Metadata and stay out of this run.")
        start(project, settings, going=going)
    if newest:
        watch.follow(newest)
        further.under_caps(newest, settings)
        further.from_here(newest)
        failed(newest)
        if not going:
            costs.beside(newest)
            previewed(newest)
    # A run that goes on is drawn above, once a second; the table is drawn once.
    history(runs[1:] if going else runs, going=going)
    if newest and not going and newest.counts().kept:
        with st.container(horizontal=True):
            page.go("Look at the gaps →", "curate/gaps.py", project)
            page.go("Review the pairs →", "curate/review.py", project)
