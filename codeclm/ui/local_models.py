"""Local models: the small real run on Projects, fetching on Models, what a run still waits for."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline import local_trial, models
from codeclm.pipeline.estimate import wording
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import RunState, as_bytes
from codeclm.ui import jobs, keys, notice, page, session, sums, text

#: What a newcomer should know of so small a judge.
HONEST = "A 1.5B judge tells off-topic from on-topic, but not subtle mistakes."


def try_it() -> None:
    """The way through with real models and without a key."""
    found = local_trial.wanted()
    missing = sum(model.bytes - model.fetched for model in found)
    minutes = local_trial.estimate(session.studio()).total.minutes
    fetched = f"{as_bytes(missing)} to fetch once" if missing else "both are here"
    memory = as_bytes(sum(model.memory for model in found))
    can = models.can_serve()
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        if st.button("Try it with real local models", disabled=not can):
            with notice.shown():
                project, run = local_trial.begin(session.studio())
                session.studio().jobs.submit_local(run)
                notice.say(
                    "A real run of three instructions: models first, where they are missing."
                )
                session.open_page(project.id, "create/run.py")
        needs = "" if can else " It takes `pip install 'codeclm[local]'`."
        st.caption(
            f"Three instructions by two small models on this machine: {fetched}, up to {memory} of"
            f" memory, about {wording.duration(minutes)}.{needs} {HONEST}"
        )


def follow(project: Project) -> None:
    """The models that runs of a project still wait for, while they are fetched."""
    studio = session.studio()
    runs = {run.id for run in project.runs()}
    for model in models.listed():
        job = studio.jobs.pull_of(model.name)
        if job is None or job.arguments.get("run") not in runs:
            continue
        if job.is_open:
            jobs.follow(job)
        elif model.state != "here":
            jobs.trouble(job)
            _fetch(model.name, "Fetch it again")


def kept_nothing(run: Run) -> None:
    """What to make of it when a run of local models has kept no pair."""
    local = run.settings.judge.startswith("local:") and run.settings.use_filter
    counts = sums.counts(run)
    if local and run.state is RunState.FINISHED and counts.exhausted and not counts.kept:
        st.caption(
            f"Nothing is kept: the judge saw too little difference. {HONEST} Gaps shows how close"
            " its scores lie, and a smaller θ there keeps more without a call. Without Contrastive"
            " Filtering, among the ablations above, the strong responses are kept, and what was"
            " asked already is replayed for nothing."
        )


def listed() -> None:
    """Every model of the catalogue, with what can be done to it."""
    page.section("Local models")
    if not models.can_serve():
        st.caption("Serving them takes `pip install 'codeclm[local]'`.")
    for model in models.listed():
        job = session.studio().jobs.pull_of(model.name)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(model.state, color="green" if model.state == "here" else "gray")
            text.word(f"local:{model.name}")
            st.caption(
                f"{as_bytes(model.bytes)} · up to {as_bytes(model.memory)} of memory ·"
                f" {model.licence}",
                width="content",
            )
            if job is None or not job.is_open:
                _fetch(model.name, "Fetch") if model.state != "here" else _remove(model.name)
        if job and job.is_open:
            jobs.follow(job)
        elif job and model.state != "here":
            jobs.trouble(job)


def _fetch(name: str, label: str) -> None:
    st.button(label, key=keys.of("fetch", name), on_click=_begin, args=(name,))


def _remove(name: str) -> None:
    st.button("Remove", key=keys.of("remove", name), on_click=_delete, args=(name,))


@notice.guarded
def _begin(name: str) -> None:
    session.studio().jobs.submit_pull(name)


@notice.guarded
def _delete(name: str) -> None:
    freed = models.remove(name)
    notice.say(f"Removed: {as_bytes(freed)} are free again.")
