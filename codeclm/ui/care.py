"""Care of the database from a page: its size, a backup, deleting a project."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import as_bytes
from codeclm.ui import notice, session, text

_ASKED = "_delete"


def delete(project: Project) -> None:
    """A quiet button that asks for the project's name, and deletes it once that is typed."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Delete …", key=f"delete-{project.id}", type="tertiary"):
            st.session_state[_ASKED] = project.id
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
    with st.form(f"confirm-{project.id}", border=False):
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
        with notice.shown():
            _delete(project)


def _delete(project: Project) -> None:
    with st.spinner("Deleting …"):
        deleted = project.delete()
    del st.session_state[_ASKED]
    session.forget()
    later = " The file gets smaller once nothing is at work." if deleted.unshrunk else ""
    notice.say(f"Project deleted.{later}")
    st.rerun()


def foot(studio: Studio) -> None:
    """The database's size and a way to back it up, in one quiet line."""
    size = studio.size()
    free = f" · {as_bytes(size.free)} free in it" if size.free else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Database: {as_bytes(size.total)}{free} · raw replies {as_bytes(size.replies)}",
            width="content",
        )
        wanted = st.button("Back up", type="tertiary")
    if wanted:
        with notice.shown():
            with st.spinner("Copying …"):
                path = studio.backup()
            text.quiet(f"Backup written to {path}", "backup")
