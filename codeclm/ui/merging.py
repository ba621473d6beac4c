"""Names that may mean the same, one group at a time: which to keep, which to merge into it."""

from __future__ import annotations

import hashlib

import streamlit as st

from codeclm.pipeline.merging import Kind, Synonyms
from codeclm.pipeline.projects import Project
from codeclm.ui import keys, notice, text

KINDS: tuple[Kind, ...] = ("use case", "skill")


def offer(project: Project, kind: Kind, group: Synonyms, place: int) -> None:
    """One group of names; merging says how many entries it changed."""
    names = [group.keep, *group.others]
    # Groups move up when one above them is merged: their fields go by what they hold.
    mark = hashlib.sha256("\0".join([kind, *names]).encode("utf-8", "replace")).hexdigest()[:12]
    with (
        st.form(keys.of("merge", mark), border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        kept = st.selectbox(
            f"Keep this {kind}",
            names,
            format_func=lambda name: text.line(name, 60),
            key=keys.of("keep", mark),
            width=300,
            label_visibility="visible" if place == 0 else "collapsed",
        )
        gone = st.multiselect(
            "Merge into it",
            names,
            default=list(group.others),
            format_func=lambda name: text.line(name, 60),
            key=keys.of("gone", mark),
            width="stretch",
            label_visibility="visible" if place == 0 else "collapsed",
        )
        wanted = st.form_submit_button("Merge", key=keys.of("do-merge", mark))
    others = [name for name in gone if name != kept]
    if wanted and others:
        changed = project.merge_names(kind, kept, others)
        notice.say(f"{text.plural(changed, 'entry', 'entries')} renamed or merged.")
        st.rerun()
