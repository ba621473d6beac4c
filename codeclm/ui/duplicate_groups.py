"""Groups of pairs that are alike: what is kept, its duplicates with the shared words marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import DuplicateGroup, Evidence, Look, Pair
from codeclm.ui import badge, evidence, keys, looking, notice, session, text

#: Groups on a page, and duplicates of one that are in sight, at first and at most.
PAGE, IN_SIGHT, MOST = 6, 3, 100


def groups(project: Project, look: Look) -> list[DuplicateGroup]:
    """The groups of a look, those with something to decide first."""
    marks = (look.created_at, *project.exports.mark())
    return _groups((str(session.studio().path), project.id, *marks), project)


@st.cache_resource(show_spinner=False, max_entries=8, ttl=1800)
def _groups(marks: tuple[Any, ...], _project: Project) -> list[DuplicateGroup]:
    return _project.looks.groups()


def draw(project: Project, found: Sequence[DuplicateGroup]) -> None:
    """A page of the groups."""
    if not found:
        notice.empty("No two instructions are alike.", "Look again when pairs are added.")
        return
    last = -(-len(found) // PAGE)
    at = st.pagination(last, key="groups-page") if last > 1 else 1
    for group in found[(at - 1) * PAGE : at * PAGE]:
        _group(project, group)


def _group(project: Project, group: DuplicateGroup) -> None:
    kept = project.pair(group.kept)
    whole = st.session_state.get(keys.of("whole-group", group.kept), False)
    found = project.looks.group(group.kept, MOST if whole else IN_SIGHT)
    with st.container(border=True, gap="small", key=keys.of("group", group.kept)):
        with st.container(horizontal=True, vertical_alignment="center"):
            badge.status(kept.status)
            st.badge("kept of the group", color="green")
            _facts(project, kept)
            st.space("stretch")
            looking.reject_all(
                "duplicate",
                group.pending,
                f"the other {text.number(group.pending)}" if group.pending > 1 else "the other one",
                of=group.kept,
            )
        text.marked(kept.instruction, [], 2000)
        for one in found:
            _duplicate(project, one)
        if group.duplicates > IN_SIGHT:
            shown = min(group.duplicates, MOST)
            which = "All" if shown == group.duplicates else "The first"
            st.toggle(f"{which} {text.number(shown)}", key=keys.of("whole-group", group.kept))


def _duplicate(project: Project, one: Evidence) -> None:
    with st.container(key=keys.of("duplicate", one.finding.pair), gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            badge.status(one.pair.status)
            _facts(project, one.pair)
            st.caption(f"{one.finding.similarity or 0:.2f}", width="content")
            text.word(one.finding.why, 60)
            st.space("stretch")
            st.button(
                "Keep this one",
                key=keys.of("keep", one.finding.pair),
                type="tertiary",
                on_click=_keep,
                args=(one.finding.pair,),
                help="What is like this one is its duplicate then; nothing is rejected by it.",
            )
        ours, _ = evidence.shared(one.pair.instruction, one.theirs)
        text.marked(one.pair.instruction, ours, 2000)


def _facts(project: Project, pair: Pair) -> None:
    looking.to_review(project, f"pair {pair.id}", pair=str(pair.id))
    length = text.number(len(pair.instruction) + len(pair.response))
    told = f"gap {text.signed(pair.gap)} · iteration {pair.iteration} · {length} characters"
    st.caption(told, width="content")


@notice.guarded
def _keep(pair: int) -> None:
    project = session.project()
    if project:
        project.looks.keep(pair)
        notice.say(f"Pair {pair} is kept of its group.")
