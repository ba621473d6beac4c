"""Export: choose the pairs, see three rows as they are written, download."""

from functools import partial

import streamlit as st

from codeclm import records
from codeclm.ui import download, notice, page, pick, session, text

PREVIEW = 3
STATUSES = ["approved", "pending", "rejected", "any"]


def nothing(project, status: str) -> None:
    """What to do when the filter selects no pair."""
    card = project.card()
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


with page.opened("Export") as project:
    columns = st.columns([1.6, 1, 1.2, 1.6])
    format = pick.one(
        "Format",
        list(download.FORMATS),
        "format",
        lambda name: download.FORMATS[name],
        where=columns[0],
    )
    status = pick.one("Status", STATUSES, "which", where=columns[1])
    run = pick.run(project, "Run", "of_run", where=columns[2])
    use_case = pick.use_case(project, "Use case", "about", where=columns[3])
    wanted = project.filter(
        status=None if status == "any" else records.Status(status), run=run, use_case=use_case
    )
    count = project.count_pairs(wanted)
    if not count:
        nothing(project, status)
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Download {text.counted(count, 'pair')}",
            partial(download.whole, project, wanted, format),
            download.file_name(project, status),
            "application/jsonl",
            type="primary",
            on_click="ignore",
            key="download",
        )
        st.caption(
            f"**{text.number(count)}** {status if status != 'any' else 'kept'} pairs,"
            " one JSON object a line with its chain, scores and models; UTF-8"
        )
    if session.pretends(project.row):
        st.warning(
            "These pairs come from simulated models: the rows name them, and they are not real"
            " data."
        )
    page.section(f"First {min(PREVIEW, count)} rows, as they are written")
    for line in download.first(project, wanted, format, PREVIEW):
        text.block(line)
