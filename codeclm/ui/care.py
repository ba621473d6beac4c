"""Care of the database from a page: its size, a backup, deleting a project."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.jobs import Job
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import as_bytes
from codeclm.ui import jobs, keys, notice, session, text

_ASKED = "_delete"


def delete(project: Project, job: Job | None) -> None:
    """A quiet button that asks for the project's name, and deletes it once that is typed.

    ``job`` is the newest deletion of the project, which is shown while it goes on.
    """
    if job and job.is_open:
        jobs.follow(job)
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Delete …", key=keys.of("delete", project.id), type="tertiary"):
            st.session_state[_ASKED] = project.id
    if job:
        jobs.trouble(job)
    if st.session_state.get(_ASKED) == project.id:
        _confirm(project)


def _confirm(project: Project) -> None:
    name, held = project.name, project.holdings()
    st.caption(
        f"This goes: {text.counted(held.seeds, 'seed')} ·"
        f" {text.number(held.metadata)} metadata · {text.counted(held.runs, 'run')} ·"
        f" {text.counted(held.pairs, 'pair')} ({text.number(held.approved)} approved) ·"
        f" {text.counted(held.calls, 'paid call')}. Only a backup brings it back."
    )
    with st.form(keys.of("confirm", project.id), border=False):
        typed = st.text_input("Type the project's name", autocomplete="off")
        with st.container(horizontal=True):
            wanted = st.form_submit_button("Delete project")
            kept = st.form_submit_button("Keep it", type="tertiary")
    if kept:
        del st.session_state[_ASKED]
        st.rerun()
    # A name with hidden characters can only be typed as it is shown.
    elif wanted and " ".join((typed or "").split()) not in (name, text.visible(name)):
        notice.problem("That is not the project's name.", "Type it as it stands above.")
    elif wanted:
        del st.session_state[_ASKED]
        session.studio().jobs.submit_deletion(project)
        st.rerun()


def foot(studio: Studio) -> None:
    """The database's size and a way to back it up, in one quiet line."""
    size, job = studio.size(), studio.jobs.newest("backup")
    free = f" · {as_bytes(size.free)} free in it" if size.free else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Database: {as_bytes(size.total)}{free} · raw replies {as_bytes(size.replies)}",
            width="content",
        )
        busy = job is not None and job.is_open
        if st.button("Back up", type="tertiary", disabled=busy):
            studio.jobs.submit_backup()
            st.rerun()
    if job is None:
        return
    if job.is_open:
        jobs.follow(job)
    else:
        jobs.trouble(job)
    last = studio.jobs.newest("backup", finished=True)
    if last and last.result:
        made = f"{last.ended_at[:16].replace('T', ' ')} UTC"
        text.quiet(f"Last backup {made}: {last.result['path']}", "backup")
