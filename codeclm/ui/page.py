"""What every page has: its place in the navigation, its header, its guard against our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.ui import badge, notice, session, steps, text


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its file below ``pages/`` and its title."""

    file: str
    title: str


#: Projects that a page offers which was opened without one.
OFFERED = 5
FIRST = Place("start/projects.py", "Projects")
SECTIONS = {
    "Start": [
        FIRST,
        Place("start/models.py", "Models"),
        Place("start/prompts.py", "Prompts"),
        Place("start/jobs.py", "Jobs"),
    ],
    "Create": [
        Place("create/source.py", "Source"),
        Place("create/metadata.py", "Metadata"),
        Place("create/rubrics.py", "Rubrics"),
        Place("create/run.py", "Run"),
    ],
    "Curate": [
        Place("curate/gaps.py", "Gaps"),
        Place("curate/judge.py", "Judge"),
        Place("curate/review.py", "Review"),
        Place("curate/coverage.py", "Coverage"),
        Place("curate/duplicates.py", "Duplicates"),
        Place("curate/checks.py", "Checks"),
        Place("curate/map.py", "Map"),
        Place("curate/failures.py", "Failures"),
    ],
    "Ship": [
        Place("ship/export.py", "Export"),
        Place("ship/evaluate.py", "Evaluate"),
        Place("ship/compare.py", "Compare"),
    ],
}


@contextmanager
def opened(title: str) -> Iterator[Project]:
    """The page of a project: header, steps, errors as message and hint.

    Without a project it says so and ends the script.
    """
    st.session_state["_problems"] = 0
    with notice.shown():
        project = session.project()
        if project is None:
            st.title(title, anchor=False)
            notice.flush()
            notice.empty("No project is open.", "Open one, or make a new one, on Projects.")
            _offer(title)
            st.page_link(f"pages/{FIRST.file}", label="Go to Projects")
            st.stop()
        _header(title, project)
        notice.flush()
        yield project


@contextmanager
def plain(title: str) -> Iterator[None]:
    """A page that belongs to no project."""
    st.session_state["_problems"] = 0
    st.title(title, anchor=False)
    with notice.shown():
        notice.flush()
        yield


def section(title: str) -> None:
    """A heading below the page's own. Nobody links to it: an anchor would only stop the Tab key."""
    st.header(title, anchor=False)


def go(label: str, file: str, project: Project, missing: str = "") -> None:
    """A link to a page of the same project, and what is still to be done there. Both are ours."""
    st.page_link(
        f"pages/{file}",
        label=label,
        query_params=session.query(project.id),
        help=f"Still to do: {missing.lower()}" if missing else None,
    )


def send(label: str, file: str, project: Project) -> None:
    """The primary button of a page that has nothing to do yet: it leads to where there is."""
    if st.button(label, type="primary", key=f"send-{file}"):
        session.open_page(project.id, file)


def _offer(title: str) -> None:
    """The projects worked on last, each to be opened on the page of this title."""
    places = (place for places in SECTIONS.values() for place in places)
    file = next(place.file for place in places if place.title == title)
    for card in session.studio().projects()[:OFFERED]:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Open", key=f"offer-{card.id}"):
                session.open_page(card.id, file)
            text.word(card.name, 70)


def _header(title: str, project: Project) -> None:
    row = project.row
    found = steps.of(project.card(), row)
    following = steps.next_of(found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="crumb"):
        st.title(title, anchor=False, width="content")
        text.word(row["name"])
        if session.pretends(row):
            badge.simulated()
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key="steps"):
        for step in found:
            mark = "✓" if step.done else "○"
            name = f"**{mark} {step.name}**" if step.name == title else f"{mark} {step.name}"
            go(name, step.file, project, missing="" if step.done else step.todo)
        st.space("stretch")
        if following.name != title:
            go(f"Next: {following.todo} →", following.file, project)
        else:
            st.caption(f"Now: {following.todo}", width="content")
