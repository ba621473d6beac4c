"""Bringing a project back from the bundle of a native export."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from codeclm.pipeline.studio import Studio
from codeclm.ui import jobs, notice, session, text


def draw(studio: Studio) -> None:
    """A bundle as a zip file from this browser, or by its path on this machine."""
    job = studio.jobs.newest("restore")
    if job and job.is_open:
        jobs.follow(job)
        return
    if job:
        jobs.trouble(job)
    with st.popover("Restore a bundle"):
        st.caption(
            "The bundle of a JSONL export, zipped as it was downloaded, becomes a project again:"
            " its pairs with their chains and reviews."
        )
        brought = st.file_uploader("Bundle", ["zip"], label_visibility="collapsed")
        if brought and st.button("Restore", type="primary", key=f"restore-{brought.file_id}"):
            with notice.shown():
                _bring_back(studio, brought.getvalue())
        with st.form("restore", border=False):
            path = st.text_input("Or a path on this machine", placeholder="/path/to/bundle")
            wanted = st.form_submit_button("Restore from there")
        if wanted and (path or "").strip():
            # It may be large, and its progress is shown like that of every job.
            studio.jobs.submit_restore(Path((path or "").strip()).expanduser())
            st.rerun()


def _bring_back(studio: Studio, data: bytes) -> None:
    """Restore what a browser has sent."""
    with tempfile.TemporaryDirectory() as folder:
        # A name from outside is never a path.
        place = Path(folder) / "bundle.zip"
        place.write_bytes(data)
        done = studio.restore(place)
    notice.say(f"Restored {text.counted(done.pairs, 'pair')}.")
    session.open_page(done.project, "curate/review.py")
