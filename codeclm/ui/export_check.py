"""What a person should know of rows before they are written, and leaving them out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from codeclm.pipeline.exporting import KINDS, Report
from codeclm.pipeline.projects import Project
from codeclm.records import Balance, ExportSettings, Problem
from codeclm.ui import jobs, keys, page, session, text

#: Pairs up to which everything is looked at without being asked to.
AT_ONCE = 2000


def left_out() -> tuple[str, ...]:
    """The kinds of problems whose pairs are not to be written, as the URL has them."""
    given = st.query_params.get("without", "").split(",")
    return tuple(kind for kind in KINDS if kind in given)


def report(project: Project, settings: ExportSettings, pairs: int) -> Report | None:
    """What was found, None while nobody has looked; many pairs are looked at by the worker."""
    bare = replace(settings, leave_out=(), splits={}, balance=Balance())
    mark = project.exports.mark()
    if pairs <= AT_ONCE:
        marks = (str(session.studio().path), project.exports.key(bare), *mark)
        return _checked(marks, project, bare)
    found = session.studio().jobs.newest("check", project)
    if found and found.is_open:
        jobs.follow(found)
        return None
    known = session.studio().jobs.checked(project, bare, mark)
    if known:
        return known
    if found:
        jobs.trouble(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Check them all", key="check"):
            session.studio().jobs.submit_check(project, bare, mark)
            st.rerun()
        st.caption(
            f"{text.counted(pairs, 'pair')} are not looked at yet for duplicates, secrets, long"
            " and broken rows.",
            width="content",
        )
    return None


@st.cache_resource(show_spinner="Looking at the rows …", max_entries=8, ttl=1800)
def _checked(marks: tuple[Any, ...], _project: Project, _settings: ExportSettings) -> Report:
    return _project.exports.check(_settings)


def show(project: Project, found: Report, settings: ExportSettings) -> None:
    """The problems by kind, each with its first rows, and a switch that leaves them out."""
    page.section("Checked")
    if not found.counts:
        st.caption(f"Nothing to say about {text.counted(found.pairs, 'pair')}.")
        return
    for kind, count in found.counts.items():
        with st.expander(f"{text.counted(count, 'pair')}: {KINDS[kind]}"):
            st.toggle(
                f"Leave out what has {KINDS[kind]}",
                value=kind in settings.leave_out,
                key=keys.of("without", kind),
                on_change=_set,
                args=(kind,),
            )
            for problem in found.listed[kind]:
                _problem(project, problem)
            if count > len(found.listed[kind]):
                st.caption(f"… and {text.number(count - len(found.listed[kind]))} more")


def _problem(project: Project, problem: Problem) -> None:
    """What is wrong with a pair, and the way to it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        query = {**session.query(project.id), "status": "any", "pair": str(problem.pair)}
        st.page_link("pages/curate/review.py", label=f"pair {problem.pair}", query_params=query)
        text.word(problem.told, 90)


def _set(kind: str) -> None:
    chosen = set(left_out())
    chosen ^= {kind}
    if chosen:
        st.query_params["without"] = ",".join(kind for kind in KINDS if kind in chosen)
    else:
        st.query_params.pop("without", None)
