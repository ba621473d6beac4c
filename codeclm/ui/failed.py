"""What of a run failed, with the raw replies, and asking it again."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import RunState
from codeclm.ui import keys, notice, page, sums, table, text, work

#: Failures that are listed; there may be more.
SHOWN = 100
#: What an item of a run is that goes no further.
_ITEMS = {
    "metadata": ("seed", "seeds"),
    "rubrics": ("entry", "entries"),
    "rejudge": ("sample", "samples"),
    "evaluate": ("response or assessment", "responses or assessments"),
}


def show(project: Project, run: Run) -> None:
    """Draw what ended without a result, nothing where all went well."""
    found = run.failures(SHOWN)
    if not found:
        return
    with st.expander(_label(run, len(found))):
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
        page.go("All failures, with whole replies →", "curate/failures.py", project)
        if not _can_be_asked(run):
            return
        if st.button("Ask these again", key=keys.of("retry", run.id)):
            _again(run)


def _can_be_asked(run: Run) -> bool:
    return run.state not in (RunState.RUNNING, RunState.QUEUED) and run.can_retry


def _label(run: Run, count: int) -> str:
    more = "at least " if count == SHOWN else ""
    if run.settings.goal in _ITEMS:
        return f"Run {run.id}: {more}{text.plural(count, *_ITEMS[run.settings.goal])} failed"
    ended = text.counted(sums.counts(run).failed, "instruction")
    return f"Run {run.id}: {more}{text.counted(count, 'failure')}, ending {ended}"


def _again(run: Run) -> None:
    number = run.retry()
    work.submit(run)
    notice.say(f"{text.plural(number, 'failure is', 'failures are')} asked again.")
    st.rerun()
