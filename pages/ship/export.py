"""Export: choose pairs and a format, see the rows as they are written, write, get them again."""

import streamlit as st

from codeclm.ui import (
    export_check,
    export_form,
    export_history,
    export_plan,
    notice,
    page,
    text,
)

PREVIEW = 3


def nothing(project, settings) -> None:
    """What to do when the choice selects no pair."""
    card = project.card()
    status = settings.wanted.status
    if not card.pairs:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        page.send("Go to Run", "create/run.py", project)
    elif status == "approved" and not card.approved:
        notice.empty(
            "No pair is approved yet.",
            f"{text.number(card.pending)} pairs wait on Review: approve those that are good,"
            " then come back.",
        )
        page.send("Go to Review", "curate/review.py", project)
    else:
        notice.empty("No pair matches.", "Choose another status, run or use case.")


def write(project, settings, parts, found) -> None:
    """The button that writes what was chosen, and what that is."""
    rows = sum(part.rows for part in parts)
    ready = rows and (found is not None or not settings.leave_out)
    going = export_history.under_way(project)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Export {text.counted(rows, 'row')}"
        if st.button(label, type="primary", key="export", disabled=going or not ready):
            pairs = sum(part.pairs for part in parts)
            export_plan.write(project, settings, pairs, seen=found is not None)
            st.rerun()
        st.caption(export_plan.told(project, settings, parts, found), width="content")


def preview(project, settings, parts) -> None:
    """The first rows, byte for byte."""
    page.section("The first rows, as they are written")
    for line in project.exports.preview(settings, parts[0], PREVIEW):
        text.block(line)


with page.opened("Export") as project:
    settings = export_form.draw(project, export_check.left_out())
    count = export_plan.count(project, settings)
    if not count:
        nothing(project, settings)
        export_history.show(project)
        st.stop()
    action, (left, right) = st.container(), st.columns([3, 2], gap="medium")
    with right:
        found = export_check.report(project, settings, count)
    parts = export_plan.parts(project, settings, found)
    with action:
        write(project, settings, parts, found)
    with left:
        preview(project, settings, parts)
    with right:
        if found:
            export_check.show(project, found, settings)
        export_history.show(project)
