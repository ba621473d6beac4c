"""Having texts looked at from a page: the button, the job while it goes on, how old a look is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from codeclm.pipeline.looks import MEANING
from codeclm.pipeline.projects import Project
from codeclm.records import Look, LookKind, Status
from codeclm.ui import embedding, jobs, keys, notice, session, text

__all__ = [
    "MEANING",
    "bar",
    "least",
    "open_review",
    "pending",
    "reject_all",
    "to_review",
    "undo",
]

_REVIEW = "pages/curate/review.py"


def bar(
    project: Project,
    kind: LookKind,
    verb: str,
    settings: Callable[[], Mapping[str, Any]] | None = None,
    *,
    primary: bool = False,
) -> Look | None:
    """A line with ``settings`` (widgets that are drawn in it) and the button ``verb``.

    Returns the newest look. While one goes on, its job is drawn in place of the button.
    """
    found = project.looks.newest(kind)
    job = session.studio().jobs.newest_look(project, kind)
    if job and job.is_open:
        jobs.follow(job)
        return found
    with st.container(horizontal=True, vertical_alignment="bottom", key=keys.of("look-bar", kind)):
        given = settings() if settings else {}
        st.button(
            verb if found is None else f"{verb} again",
            type="primary" if found is None or found.stale or primary else "secondary",
            key=keys.of("look", kind),
            on_click=_begin,
            args=(kind, given),
        )
        if found:
            st.caption(_age(found), width="content")
    if given.get("embedding"):
        embedding.estimate(project, kind, given)
    if job and (found is None or job.created_at > found.created_at):
        jobs.trouble(job)
    return found


def _age(found: Look) -> str:
    at = found.created_at[:16].replace("T", " ")
    texts = text.counted(int(found.result.get("texts", 0)), "pair")
    what = "pairs or seeds" if found.kind == "copies" else "pairs"
    stale = f" · {what} were added or changed since" if found.stale else ""
    model = found.settings.get("embedding")
    by = f" by {text.label(model, 60)}" if model else ""
    return f"{texts} looked at{by}, {at} UTC{stale}"


@notice.guarded
def _begin(kind: LookKind, given: Mapping[str, Any]) -> None:
    project = session.project()
    if project:
        session.studio().jobs.submit_look(project, kind, given)


def least(key: str) -> float:
    """From which similarity on texts are alike."""
    return float(
        st.number_input(
            "Alike from",
            0.3,
            1.0,
            0.7,
            0.05,
            key=key,
            bind="query-params",
            width=130,
            help="Jaccard similarity of the sets of runs of three words: 1 is the same wording in"
            " another order, 0 is none in common.",
        )
    )


def reject_all(kind: str, count: int, what: str, *, of: int | None = None) -> None:
    """The button that rejects what is flagged with ``kind`` and still pending."""
    st.button(
        f"Reject {what}",
        key=keys.of("reject-flagged", kind, of),
        on_click=_reject,
        args=(kind, of),
        disabled=not count,
        help="As one thing: Undo takes all of it back. What is approved stays.",
    )


@notice.guarded
def _reject(kind: str, of: int | None) -> None:
    project = session.project()
    if project is None:
        return
    done = project.looks.reject(kind, of=of, reviewer=_reviewer())
    if done:
        st.session_state[_rejected()] = st.session_state.get(_rejected(), 0) + 1
    notice.say(f"{text.counted(done, 'pair')} rejected; Undo takes all of it back.")


def undo() -> None:
    """The button that takes back what was rejected here, the last first; Review has its own."""
    st.button(
        "Undo",
        key="undo-flagged",
        on_click=_undo,
        disabled=not st.session_state.get(_rejected()),
        help="Takes back what you rejected on this page, the last first. What was decided on"
        " Review is taken back there.",
    )


@notice.guarded
def _undo() -> None:
    project = session.project()
    done = project.reviews.undo(_reviewer()) if project else None
    st.session_state[_rejected()] = max(0, st.session_state.get(_rejected(), 0) - 1)
    if done is None:
        notice.say("There is nothing to undo.")
    else:
        notice.say(f"Taken back: {text.counted(done.pairs, 'pair')}.")


def _rejected() -> str:
    """In a tab: how often pairs of the project were rejected at once and not taken back."""
    return keys.of("_rejected", st.query_params.get(session.PROJECT))


def _reviewer() -> str:
    return str(st.session_state.get("reviewer") or st.query_params.get("reviewer") or "").strip()


def to_review(project: Project, label: str, **query: Any) -> None:
    """A link to the queue of Review under a filter of its URL."""
    st.page_link(_REVIEW, label=label, query_params=_queue(project, query))


def open_review(project: Project, **query: Any) -> None:
    """Go to the queue of Review under a filter of its URL."""
    st.switch_page(_REVIEW, query_params=_queue(project, query))


def _queue(project: Project, query: Mapping[str, Any]) -> dict[str, Any]:
    return {**session.query(project.id), "status": "any", **query}


def pending(project: Project, kind: str) -> int:
    """How many flagged pairs wait for a decision."""
    return project.count_pairs(project.filter(finding=kind, status=Status.PENDING))
