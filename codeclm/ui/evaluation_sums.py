"""What evaluations come to, counted once for as long as nothing changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.evaluations import Difference, Outcome
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import Benchmark, Evaluation, Slice
from codeclm.settings import RunSettings
from codeclm.ui import figures, sums


def result(project: Project, run: Run) -> Evaluation:
    mark = sums.mark_of(run)
    return project.evaluations.result(run.id) if mark is None else _result(mark, run.id, project)


def outcomes(project: Project, run: Run) -> list[tuple[int, Outcome | None]]:
    mark = sums.mark_of(run)
    if mark is None:
        return project.evaluations.outcomes(run.id)
    return _outcomes(mark, run.id, project)


def difference(project: Project, run: Run, other: Run) -> Difference | None:
    """How much higher the CRR of one is than that of another; None of too few."""
    marks = sums.mark_of(run), sums.mark_of(other)
    if None in marks:
        return project.evaluations.difference(run.id, other.id)
    return _difference(marks, run.id, other.id, project)


def recovered(rows: Sequence[tuple[str, Slice]]) -> figures.Drawn:
    """The CRR of named slices as a figure."""
    return _drawn("recovered", repr(rows), rows)


def ended(rows: Sequence[tuple[str, Slice]]) -> figures.Drawn:
    """Their wins, ties and losses as a figure."""
    return _drawn("ended", repr(rows), rows)


def estimate(
    project: Project, benchmark: Benchmark, settings: RunSettings, *, whole: bool
) -> Estimate:
    runs = tuple(sums.mark_of(one) for one in project.runs())
    return _estimate(runs, repr(settings), benchmark.id, whole, project, benchmark, settings)


@st.cache_resource(show_spinner=False, max_entries=100)
def _result(mark: Any, run: int, _project: Project) -> Evaluation:
    return _project.evaluations.result(run)


@st.cache_resource(show_spinner=False, max_entries=50)
def _outcomes(mark: Any, run: int, _project: Project) -> list[tuple[int, Outcome | None]]:
    return _project.evaluations.outcomes(run)


@st.cache_resource(show_spinner="Drawing again and again …", max_entries=100)
def _difference(marks: Any, run: int, other: int, _project: Project) -> Difference | None:
    return _project.evaluations.difference(run, other)


@st.cache_resource(show_spinner=False, max_entries=100)
def _drawn(what: str, told: str, _rows: Sequence[tuple[str, Slice]]) -> figures.Drawn:
    return getattr(figures, what)(_rows)


@st.cache_resource(show_spinner=False, max_entries=50)
def _estimate(
    marks: Any,
    settings: str,
    benchmark: int,
    whole: bool,
    _project: Project,
    _benchmark: Benchmark,
    _settings: RunSettings,
) -> Estimate:
    return _project.evaluations.estimate(_benchmark, _settings, whole=whole)
