"""Run: settings, what it may cost, a preview, and the run itself while it goes on."""

from dataclasses import replace

import streamlit as st

from codeclm import records
from codeclm.ui import keys, notice, page, run_form, session, table, text, watch, work

PREVIEW = 5
SHOWN = 20


def start(project, settings, *, going: bool) -> None:
    """The estimate and both buttons."""
    with st.container(border=True):
        left, right = st.columns([3, 1], vertical_alignment="center")
        left.markdown(run_form.estimate(project, settings), help="Fewest–most, before re-asks.")
        with right.container(horizontal=True, horizontal_alignment="right", wrap=False):
            preview = st.button(f"Preview {PREVIEW}", disabled=going)
            whole = st.button("Start run", type="primary", disabled=going)
    if preview or whole:
        work.start(project, replace(settings, size=PREVIEW) if preview else settings)
        st.rerun()


def raise_caps(run, settings) -> None:
    """A run that its budget has paused goes on under the caps of the form."""
    if run.state is records.RunState.PAUSED and st.button(
        "Resume with the caps above", key=keys.of("caps", run.id)
    ):
        work.resume_under(run, settings)
        st.rerun()


def failed(run) -> None:
    """What ended without a result."""
    found = run.failures(100)
    if not found:
        return
    with st.expander(f"Failures of run {run.id} ({text.number(len(found))})"):
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


def history(runs) -> None:
    """Every run with its settings beside the others'."""
    st.markdown("##### Runs")
    if not runs:
        st.caption("None yet. Preview 5 shows whole chains for the price of a few calls.")
        return
    table.show(
        run_form.history(runs[:SHOWN]),
        alt="Runs of this project with their settings and results",
        columns={"USD": st.column_config.NumberColumn(format="%.4f")},
    )


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
        start(project, settings, going=going)
    if newest:
        watch.follow(newest)
        raise_caps(newest, settings)
        failed(newest)
    # A run that goes on is drawn above, once a second; the table is drawn once.
    history(runs[1:] if going else runs)
    if newest and not going and newest.counts().kept:
        with st.container(horizontal=True):
            page.go("Look at the gaps →", "curate/gaps.py", project)
            page.go("Review the pairs →", "curate/review.py", project)
