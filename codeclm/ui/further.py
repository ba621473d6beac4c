"""Taking a run further: under raised caps, with more instructions, another θ, what failed again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.runs import Run
from codeclm.records import RunState
from codeclm.settings import RunSettings
from codeclm.ui import keys, notice, sums, text, work


def under_caps(run: Run, settings: RunSettings) -> None:
    """A run that its budget has paused goes on under the caps of the form."""
    if run.state is not RunState.PAUSED or run.waits_for_review:
        return
    if st.button("Resume with the caps above", type="primary", key=keys.of("caps", run.id)):
        work.resume_under(run, settings)
        st.rerun()


def from_here(run: Run) -> None:
    """A finished run with more instructions, more iterations or another θ."""
    if run.state is not RunState.FINISHED:
        return
    chosen = run.settings
    planned = sums.counts(run).instructions
    with st.popover("Run on from here", key=keys.of("further", run.id)):
        st.caption(
            "Nothing that is there is asked again. Another θ is applied to what is judged at once;"
            " pairs you have reviewed stay where you put them."
        )
        # Enter ends a number, and must not spend money.
        with st.form(keys.of("further-form", run.id), border=False, enter_to_submit=False):
            changes: dict[str, Any] = {}
            if not chosen.imported:
                changes["size"] = st.number_input("Instructions", planned, 10_000_000, planned)
            if not chosen.imported and chosen.strategy == "codeclm":
                changes["iterations"] = st.number_input("Iterations", 1, 20, chosen.iterations)
            if chosen.strategy == "codeclm" or chosen.use_filter:
                changes["theta"] = st.number_input("θ", 0.0, 9.0, chosen.theta, step=0.5)
            wanted = st.form_submit_button("Run on")
    if wanted:
        _change(run, changes)
        st.rerun()


def _change(run: Run, changes: dict[str, Any]) -> None:
    before = run.counts()
    # A stage may have stopped short of the size; a larger one means that the goal is given up.
    size = changes.pop("size", 0)
    if size > before.instructions:
        changes |= {"size": size, "stop_at_kept": None, "stop_at_approved": None}
    run.change(**changes)
    if run.state is RunState.FINISHED:
        kept = text.plural(run.counts().kept, "pair is", "pairs are")
        notice.say(f"Nothing needs to be asked: {kept} kept now, {before.kept} before.")
        return
    work.submit(run)
    notice.say(f"Run {run.id} goes on.")
