"""What is counted over all rows of a run, counted once for as long as nothing changes it.

A run that is at work is counted anew at every look.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.pipeline.estimate.comparison import Beside
from codeclm.pipeline.judged import Judged
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import Counts, RunState, Usage
from codeclm.store.views import StepCount
from codeclm.ui import session

#: What tells a run's rows from other ones: they change only together with one of these.
Mark = tuple[str, int, str, int, float, str]


def counts(run: Run) -> Counts:
    return _of(run, "counts")


def usage(run: Run) -> Usage:
    return _of(run, "usage")


def steps(run: Run) -> list[StepCount]:
    return _of(run, "steps")


def summary(run: Run) -> dict[str, Any]:
    return dict(_of(run, "summary"))


def warnings(run: Run) -> list[str]:
    return _of(run, "warnings")


def beside(run: Run) -> list[Beside]:
    return _of(run, "beside_estimate")


def judged(project: Project, run: int | None) -> Judged:
    """Everything that was scored in all runs to pairs, or in one of them."""
    marks = marks_of(project, run)
    if marks is None:
        return project.distributions.judged(run)
    return _judged(marks, run, project)


def _of(run: Run, what: str) -> Any:
    mark = mark_of(run)
    return getattr(run, what)() if mark is None else _run_counted(mark, what, run)


def marks_of(project: Project, run: int | None) -> tuple[Mark, ...] | None:
    """Those of a project's runs, or of one; None while any may be at work.

    Judging pairs again changes nothing of the runs they came from, and an evaluation of none.
    """
    runs = [one for one in project.runs() if run in (None, one.id)]
    found = [mark_of(one) for one in runs if one.settings.goal not in ("rejudge", "evaluate")]
    known = tuple(mark for mark in found if mark is not None)
    return known if len(known) == len(found) else None


def mark_of(run: Run) -> Mark | None:
    """None while the run may be at work."""
    return mark_at(run.row)


def mark_at(row: Any) -> Mark | None:
    """The same of the row of a run that has been read already."""
    if row.state in (RunState.RUNNING, RunState.QUEUED):
        return None
    path = str(session.studio().path)
    return (path, row.id, str(row.state), row.version, row.seconds, repr(row.settings))


@st.cache_resource(show_spinner=False, max_entries=500)
def _run_counted(mark: Mark, what: str, _run: Run) -> Any:
    return getattr(_run, what)()


@st.cache_resource(show_spinner=False, max_entries=20)
def _judged(marks: tuple[Mark, ...], run: int | None, _project: Project) -> Judged:
    return _project.distributions.judged(run)
