"""Jobs as people know them: what each does, how far it is, and the page it belongs to."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.jobs import Job
from codeclm.pipeline.studio import Studio
from codeclm.ui import intake, keys, notice, own_pairs, session, text

#: What a run is there for, and the page that follows it.
_GOALS = {
    "metadata": ("Extract metadata", "create/metadata.py"),
    "rubrics": ("Write rubrics", "create/rubrics.py"),
    "trial": ("Try an action", "create/rubrics.py"),
    "preview": ("Preview", "create/run.py"),
    "pairs": ("Run", "create/run.py"),
    "rejudge": ("Re-judge", "curate/judge.py"),
    "evaluate": ("Evaluate", "ship/evaluate.py"),
}


#: What is no run, and the page that follows it.
_OTHERS: dict[str, tuple[str, str | None]] = {
    "test": ("Test connection", None),
    "import": ("Import seeds", "create/source.py"),
    "backup": ("Back up the database", "start/projects.py"),
    "delete": ("Delete a project", "start/projects.py"),
    "export": ("Export", "ship/export.py"),
    "check": ("Check what would be exported", "ship/export.py"),
    "push": ("Push to the Hub", "ship/export.py"),
    "restore": ("Restore a bundle", "start/projects.py"),
    "pull": ("Fetch a local model", "start/models.py"),
}
#: The same of looks, by what they are at.
_LOOKS = {
    "duplicates": ("Look for duplicates", "curate/duplicates.py"),
    "copies": ("Look for copies of seeds", "curate/duplicates.py"),
    "contamination": ("Look for benchmark items", "curate/duplicates.py"),
    "checks": ("Check the texts", "curate/checks.py"),
    "map": ("Draw the map", "curate/map.py"),
    "diversity": ("Measure diversity", "curate/coverage.py"),
}
#: Jobs that end where they are when they are asked to; the others are whole or not at all.
_STOPPABLE = ("run", "test", "import", "export", "check", "look", "pull")
#: Seconds between two looks.
_TICK = 0.7


def title(studio: Studio, job: Job) -> str:
    """What a job does, in our words; models' and projects' names are left to plain text."""
    what, _ = _kind(studio, job)
    return what if job.run is None else f"{what} (run {job.run})"


def about(studio: Studio, job: Job) -> str:
    """What a job is about: its project or its model, as text from outside."""
    if job.project is not None:
        return studio.project_of(job.project).name
    return str(job.arguments.get("model") or job.arguments.get("name") or "")


def page_of(studio: Studio, job: Job) -> str | None:
    """The page that follows a job, below ``pages/``; None where there is none."""
    return _kind(studio, job)[1]


def _kind(studio: Studio, job: Job) -> tuple[str, str | None]:
    if job.run is None:
        return _other(job)
    run = studio.run(job.run).settings
    return ("Score pairs", "create/source.py") if run.imported else _GOALS[run.goal]


def _other(job: Job) -> tuple[str, str | None]:
    """What a job does that is no run, and its page."""
    if job.kind == "look":
        return _LOOKS[job.arguments["kind"]]
    return ("Import pairs", "create/source.py") if "pairs" in job.arguments else _OTHERS[job.kind]


def progress(studio: Studio, job: Job) -> tuple[float | None, str]:
    """How much of a job is done (0 to 1, None where nobody can tell), and that in words."""
    if job.run is None:
        begun = "one call" if job.kind == "test" else "at work"
        return None, job.message or (begun if job.state == "running" else "not begun")
    found = studio.run(job.run).steps()
    if not found:
        return 0.0, "not begun"
    steps = [f"{step.step} {text.number(step.done)}/{text.number(step.known)}" for step in found]
    done, known = (sum(values) for values in zip(*((s.done, s.known) for s in found), strict=True))
    return min(1.0, done / max(1, known)), " · ".join(steps)


def stop(studio: Studio, job: Job) -> None:
    """The button that stops a job, or that it is being stopped."""
    if job.kind not in _STOPPABLE:
        return
    if job.stop_wanted:
        st.caption("stopping …", width="content")
    elif st.button("Stop", key=keys.of("stop-job", job.id)):
        studio.jobs.stop(job)
        st.rerun(scope="fragment")


def follow(job: Job) -> None:
    """Draw an open job again and again; when it is over, the whole page runs again."""
    st.fragment(_look, run_every=_TICK)(job.id)


def trouble(job: Job) -> None:
    """Say that a job failed, or that its process ended before it did."""
    if job.state == "failed":
        notice.problem(job.message)
    elif job.state == "interrupted":
        what = _other(job)[0]
        notice.problem(f"{what}: interrupted, and nothing of it was kept.", "Ask for it again.")


def _look(number: int) -> None:
    studio = session.studio()
    with notice.shown():
        job = studio.jobs.get(number)
        if not job.is_open:
            if job.state == "finished":
                notice.say(outcome(job))
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{title(studio, job)}**", width="content")
            st.caption(f"{progress(studio, job)[1]} …", width="content")
            stop(studio, job)


def row(studio: Studio, job: Job) -> dict[str, object]:
    """A job that is over, as a row of a table."""
    return {
        "job": job.id,
        "what": title(studio, job),
        "of": about(studio, job),
        "state": job.state,
        "message": job.message or outcome(job),
        "asked (UTC)": job.created_at[:19].replace("T", " "),
        "ended (UTC)": job.ended_at[:19].replace("T", " "),
    }


def outcome(job: Job) -> str:
    """What came of a job, from its result, in our words."""
    found = job.result or {}
    match job.kind:
        case "test" if found:
            return f"answered in {found['latency']:.2f} s"
        case "import" if "run" in found:
            return own_pairs.told(found)
        case "import" if found:
            return intake.told(found["added"], found["known"])
        case "backup" if found:
            return "Backup written."
        case "delete" if found:
            later = " The file gets smaller once nothing is at work." if found["unshrunk"] else ""
            return f"Project deleted.{later}"
        case "export" if found:
            return f"Exported {text.counted(found['rows'], 'row')}."
        case "check" if found:
            return f"Looked at {text.counted(found['pairs'], 'pair')}."
        case "look" if found:
            return "Looked at all texts."
        case "push" if found:
            return "Pushed."
        case "restore" if found:
            return f"Restored {text.counted(found['pairs'], 'pair')}."
        case "pull" if found:
            return "Fetched."
        case _:
            return ""
