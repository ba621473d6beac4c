"""Checks: refusals, cut endings, loops, leaked prompts and the like, each to be decided on."""

import streamlit as st

from codeclm.records import CHECKS
from codeclm.ui import evidence, looking, notice, page, pick, table, text


def settings():
    """What the checks can be told."""
    language = st.text_input(
        "Language of instructions",
        key="language",
        bind="query-params",
        placeholder="any; en, de, zh …",
        max_chars=8,
        width=220,
    )
    return {"language": str(language or "").strip().lower()}


def overview(project, counts) -> None:
    """How many pairs are flagged with what."""
    table.show(
        [
            {"check": check, "pairs": counts.get(check, 0), "what it finds": looking.MEANING[check]}
            for check in CHECKS
        ],
        alt="Checks with the pairs they flag that nobody has rejected",
        columns={"what it finds": st.column_config.TextColumn(width="large")},
    )


def one(project, check: str) -> None:
    """The findings of a check."""
    waiting = looking.pending(project, check)
    with st.container(horizontal=True, vertical_alignment="center"):
        looking.to_review(project, "Decide on them in Review", finding=check)
        st.space("stretch")
        looking.reject_all(check, waiting, f"all {text.number(waiting)} pending")
        looking.undo()
    evidence.listed(project, check, "Choose another check above.")


with page.opened("Checks") as project:
    if not project.card().pairs:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    found = looking.bar(project, "checks", "Check the texts", settings)
    if found is None:
        notice.empty(
            "Nobody has looked yet.",
            "Nothing is rejected by it: pairs are flagged, and you decide. It asks no model.",
        )
        st.stop()
    counts = project.looks.flagged()
    overview(project, counts)
    chosen = pick.one(
        "Check",
        CHECKS,
        "check",
        lambda name: f"{name} ({counts.get(name, 0)})",
        default=max(CHECKS, key=lambda name: counts.get(name, 0)),
        labelled=False,
    )
    one(project, chosen)
