"""Findings with what shows them: the text with the place marked, beside what it is like."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.looks import shared
from codeclm.pipeline.projects import Project
from codeclm.records import Evidence, Pair
from codeclm.ui import badge, keys, looking, notice, text

PAGE = 10
#: Said of what was found in a text that is another one now.
_CHANGED = " · changed since"


def listed(project: Project, kind: str, empty: str) -> None:
    """The findings of a kind, a page of them at a time, the most alike first."""
    everything = st.toggle("Rejected ones too", key=keys.of("rejected", kind))
    count = project.looks.count(kind, open_only=not everything)
    if not count:
        notice.empty("Nothing to decide here.", empty)
        return
    last = -(-count // PAGE)
    at = st.pagination(last, key=keys.of("findings", kind, everything)) if last > 1 else 1
    for one in project.looks.evidence(kind, PAGE, (at - 1) * PAGE, open_only=not everything):
        show(project, one)


def show(project: Project, one: Evidence) -> None:
    """One finding."""
    with st.container(border=True, gap="small"):
        head(project, one)
        if one.theirs:
            beside(one)
        else:
            spans = [] if one.changed else [(one.finding.start, one.finding.end)]
            text.marked(getattr(one.pair, one.finding.part), spans)


def head(project: Project, one: Evidence) -> None:
    """Which pair it is, where it stands, and why it is flagged."""
    found = one.finding
    alike = "" if found.similarity is None else f" · {found.similarity:.2f}"
    with st.container(horizontal=True, vertical_alignment="center"):
        badge.status(one.pair.status)
        looking.to_review(project, f"pair {found.pair}", pair=str(found.pair))
        st.caption(f"{found.part}{alike}{_CHANGED * one.changed}", width="content")
        text.word(found.why, 120)


def beside(one: Evidence) -> None:
    """The pair's text beside the one it is like, what both say marked in both."""
    own = getattr(one.pair, one.finding.part)
    ours, theirs = shared(own, one.theirs)
    left, right = st.columns(2, gap="medium")
    with left:
        text.marked(own, ours, 2000)
    with right:
        text.quiet(one.source, keys.of("source", one.finding.id))
        text.marked(one.theirs, theirs, 2000)


def of_pair(project: Project, pair: Pair) -> None:
    """What looks have flagged a pair with: a line each, with the text it is like behind it."""
    for one in project.looks.of_pair(pair.id):
        found = one.finding
        if not one.theirs:
            told = f"{found.kind}: {found.part}, {text.line(found.why, 160)}"
            told += _CHANGED * one.changed
            text.quiet(told, keys.of("finding", found.id))
            continue
        alike = f"{found.similarity or 0:.2f}"
        label = f"Flagged: {found.kind} ({alike}){_CHANGED * one.changed}"
        with st.expander(label, key=keys.of("flagged", found.id)):
            text.quiet(found.why, keys.of("why", found.id))
            beside(one)
