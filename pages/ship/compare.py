"""Compare: runs of any strategy side by side on an equal budget."""

import streamlit as st

from codeclm.ui import compared_sums, comparison, notice, page, run_settings

with page.opened("Compare") as project:
    runs = [run for run in project.runs() if run.settings.goal == "pairs"]
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
            found, drawn = compared_sums.compared(project, chosen, equal, baseline)
            comparison.numbers(found)
            comparison.pictures(drawn)
            page.section("In what their settings differ")
            run_settings.beside([run for number in chosen for run in runs if run.id == number])
        comparison.reference()
