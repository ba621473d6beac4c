"""Compare: runs of any strategy side by side on an equal budget."""

import streamlit as st

from codeclm.ui import compared_sums, comparison, notice, page, run_settings

with page.opened("Compare") as project:
    # Each row is read once: a page that asks every run for every setting is slow.
    rows = [run.row for run in project.runs()]
    runs = {row.id: row.settings for row in rows if row.settings.goal == "pairs"}
    if not runs:
        notice.empty(
            "No runs yet.",
            "Two runs of different strategies or settings are compared here: what each keeps for"
            " what it costs.",
        )
        page.send("Go to Run", "create/run.py", project)
    elif len(runs) == 1:
        notice.empty(
            "There is one run.",
            "Start a second one with another strategy, another setting or without the filter to"
            " see both side by side.",
        )
        page.send("Go to Run", "create/run.py", project)
    else:
        chosen, equal, baseline = comparison.choose(runs)
        if len(chosen) < 2:
            st.caption("Choose two runs or more.")
        else:
            found, drawn = compared_sums.compared(project, rows, chosen, equal, baseline)
            comparison.numbers(found)
            comparison.pictures(drawn)
            page.section("In what their settings differ")
            run_settings.beside({number: runs[number] for number in chosen})
        comparison.reference()
