"""What is counted of a project's judge, counted once for as long as nothing changes it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.judging import Agreement, Lengths, Orders, Rejudged, Reviewers
from codeclm.pipeline.projects import Project
from codeclm.records import PairFilter, Share
from codeclm.settings import RunSettings
from codeclm.ui import sums


def orders(project: Project, run: int | None) -> Orders:
    return _trust(project, run, "orders")


def lengths(project: Project, run: int | None) -> Lengths:
    return _trust(project, run, "lengths")


def unreadable(project: Project, run: int | None) -> Share:
    return _trust(project, run, "unreadable")


def agreement(project: Project, run: int | None) -> Agreement:
    return _trust(project, run, "agreement", project.trust.reviews_mark())


def reviewers(project: Project, run: int | None) -> list[Reviewers]:
    return _trust(project, run, "reviewers", project.trust.reviews_mark())


def rejudged(project: Project, run: int) -> Rejudged:
    # What it is compared with changes with any run before it.
    marks = tuple(sums.mark_of(one) for one in project.runs() if one.id <= run)
    return _rejudged(marks, project.count_pairs(), run, project)


def rejudge_estimate(
    project: Project, settings: RunSettings, wanted: PairFilter, at_most: int | None
) -> Estimate:
    pairs = project.count_pairs(wanted), project.trust.reviews_mark()
    runs = tuple(sums.mark_of(one) for one in project.runs())
    return _rejudge_estimate((runs, pairs), repr(settings), wanted, at_most, project, settings)


def _trust(project: Project, run: int | None, what: str, reviews: tuple[int, ...] = ()) -> Any:
    marks = sums.marks_of(project, run)
    if marks is None:
        return getattr(project.trust, what)(run)
    return _trust_counted(marks, reviews, run, what, project)


@st.cache_resource(show_spinner=False, max_entries=200)
def _trust_counted(
    marks: tuple[sums.Mark, ...],
    reviews: tuple[int, ...],
    run: int | None,
    what: str,
    _project: Project,
) -> Any:
    return getattr(_project.trust, what)(run)


@st.cache_resource(show_spinner=False, max_entries=200)
def _rejudged(
    marks: tuple[sums.Mark | None, ...], pairs: int, run: int, _project: Project
) -> Rejudged:
    return _project.trust.rejudged(run)


@st.cache_resource(show_spinner=False, max_entries=50)
def _rejudge_estimate(
    marks: Any,
    settings: str,
    wanted: PairFilter,
    at_most: int | None,
    _project: Project,
    _settings: RunSettings,
) -> Estimate:
    return _project.estimate_rejudge(_settings, wanted, at_most)
