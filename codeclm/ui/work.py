"""Starting work from a page: a run is planned in the store, the worker does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from codeclm.errors import SettingsError
from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import RunState
from codeclm.settings import RunSettings
from codeclm.ui import session

#: Calls in flight to a model while metadata or rubrics are written.
CONCURRENCY = 32


def settings_of(project: Project, **changes: Any) -> RunSettings:
    """The settings of a run with the project's models and words."""
    row = project.row
    if not row["strong"]:
        raise SettingsError("This project has no strong model yet.", "Choose one on Models.")
    base = {role: row[role] for role in ("strong", "target", "judge")}
    return project.wording.fill(RunSettings(**{**base, **changes}))


def extract(project: Project) -> Run:
    """Have every seed encoded into metadata."""
    return submit(project.plan_from_seeds(extraction(project)))


def extraction(project: Project) -> RunSettings:
    """The settings under which seeds are encoded."""
    return settings_of(project, goal="metadata", concurrency=CONCURRENCY)


def write_rubrics(
    project: Project, entries: Sequence[int], count: int, *, anew: bool = False
) -> Run:
    """Have rubrics and actions written for some entries, ``anew`` instead of from the journal."""
    settings = replace(writing(project, count), generation=project.next_generation() if anew else 0)
    return submit(project.plan_from_metadata(settings, entries=list(entries)))


def writing(project: Project, count: int) -> RunSettings:
    """The settings under which ``count`` rubrics an entry are written."""
    return settings_of(project, goal="rubrics", rubrics=count, concurrency=CONCURRENCY)


def try_action(project: Project, entry: int, action: str) -> Run:
    """Have one action tried on an instruction of an entry."""
    settings = trial_settings(project, action)
    return submit(project.plan_from_metadata(settings, entries=[entry]))


def trial_settings(project: Project, action: str) -> RunSettings:
    """The settings under which an action is tried: two calls, the first replayed if it can be."""
    return settings_of(project, goal="trial", action=action, size=1, concurrency=2)


def start(project: Project, settings: RunSettings) -> Run:
    """Start a run over the approved metadata, or the seeds where its strategy begins with these."""
    if not settings.decodes:
        return submit(project.plan_from_seeds(settings))
    return submit(project.plan_from_metadata(settings))


def estimate(project: Project, settings: RunSettings) -> Estimate:
    """What such a run may take."""
    if not settings.decodes:
        return project.estimate_from_seeds(settings)
    return project.estimate(settings)


def preview(project: Project, settings: RunSettings, size: int) -> Run:
    """Start a few chains under ``settings``, only to be looked at."""
    few = replace(settings, goal="preview", size=size, stop_at_kept=None, stop_at_approved=None)
    return start(project, few)


def submit(run: Run) -> Run:
    """Give a run to the worker, also to go on with it."""
    session.studio().jobs.submit_run(run)
    return run


def resume_under(run: Run, settings: RunSettings) -> Run:
    """Go on with a paused run under the caps of ``settings``."""
    run.change(
        budget_calls=settings.budget_calls,
        budget_tokens=settings.budget_tokens,
        budget_usd=settings.budget_usd,
        role_budgets=settings.role_budgets,
    )
    return submit(run)


def stop(run: Run) -> None:
    """Have the worker finish what is in flight and stop."""
    session.studio().jobs.stop_run(run)


def is_going(run: Run) -> bool:
    """Whether the worker has this run, or is about to take it."""
    job = session.studio().jobs.of_run(run)
    if job is None or not job.is_open:
        return False
    if job.state == "queued":
        # A look at a waiting job starts a worker when there is none.
        return session.studio().jobs.get(job.id).is_open
    return run.state is not RunState.INTERRUPTED


def newest(project: Project, goal: str) -> Run | None:
    """The newest run of a project that goes as far as ``goal``."""
    return next((run for run in project.runs() if run.settings.goal == goal), None)
