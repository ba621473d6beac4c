"""Jobs as people know them: what each does, how far it is, and the page it belongs to."""

from __future__ import annotations

from codeclm.pipeline.studio import Studio
from codeclm.pipeline.worker import Job
from codeclm.ui import text

#: What a run is there for, and the page that follows it.
_GOALS = {
    "metadata": ("Extract metadata", "create/metadata.py"),
    "rubrics": ("Write rubrics", "create/rubrics.py"),
    "trial": ("Try an action", "create/rubrics.py"),
    "pairs": ("Run", "create/run.py"),
}


def title(studio: Studio, job: Job) -> str:
    """What a job does, in our words; models' and projects' names are left to plain text."""
    if job.run is None:
        return "Test connection"
    goal, _ = _GOALS[studio.run(job.run).settings.goal]
    return f"{goal} (run {job.run})"


def about(studio: Studio, job: Job) -> str:
    """What a job is about: its project or its model, as text from outside."""
    if job.project is not None:
        return studio.project_of(job.project).name
    return str(job.arguments.get("model", ""))


def page_of(studio: Studio, job: Job) -> str | None:
    """The page that follows a job, below ``pages/``; None where there is none."""
    return None if job.run is None else _GOALS[studio.run(job.run).settings.goal][1]


def progress(studio: Studio, job: Job) -> tuple[float, str]:
    """How much of a job is done (0 to 1), and that in words."""
    if job.run is None:
        return 0.0, "one call"
    found = studio.run(job.run).steps()
    if not found:
        return 0.0, "not begun"
    steps = [f"{step.step} {text.number(step.done)}/{text.number(step.known)}" for step in found]
    done, known = (sum(values) for values in zip(*((s.done, s.known) for s in found), strict=True))
    return min(1.0, done / max(1, known)), " · ".join(steps)


def row(studio: Studio, job: Job) -> dict[str, object]:
    """A job that is over, as a row of a table."""
    return {
        "job": job.id,
        "what": title(studio, job),
        "of": about(studio, job),
        "state": job.state,
        "asked (UTC)": job.created_at[:19].replace("T", " "),
        "ended (UTC)": job.ended_at[:19].replace("T", " "),
        "message": job.message or outcome(job),
    }


def outcome(job: Job) -> str:
    """What came of a job, from its result."""
    if not job.result:
        return ""
    return f"answered in {job.result['latency']:.2f} s" if "latency" in job.result else ""
