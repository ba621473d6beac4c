"""Projects: open one, make one, or try it all without a key."""

import streamlit as st

from codeclm.ui import (
    badge,
    care,
    intake,
    local_models,
    notice,
    page,
    restoring,
    session,
    steps,
    text,
)


def create(studio) -> None:
    """The form that makes a project."""
    with (
        st.form("create", border=False, clear_on_submit=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input(
            "New project", placeholder="Name, such as: support answers", max_chars=120
        )
        wanted = st.form_submit_button("Create project")
    if wanted:
        with notice.shown():
            project = studio.create_project(name or "")
            notice.say("Project created. First choose its models.")
            session.open_page(project.id, "start/models.py")


def try_it(*, first: bool) -> None:
    """The way through without a key."""
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        if st.button("Try it", type="primary" if first else "secondary"):
            project = intake.try_it()
            notice.say("A sample project: simulated models are reading its 25 seeds.")
            session.open_page(project.id, "create/metadata.py")
        st.caption(
            "A sample project to click through in about a minute, without a key. Its models are"
            " **simulated**: rule-based stand-ins, so the pairs are not real data."
        )


def card(studio, found, deletion, *, latest: bool) -> None:
    """One project: name, counts, last run, next step, and its deletion while it goes on."""
    project = studio.project_of(found.id)
    row = project.row
    following = steps.next_of(steps.of(found, row))
    with st.container(border=True, height="stretch", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            text.word(found.name, 70)
            if session.pretends(row):
                badge.simulated()
        st.caption(
            f"{text.number(found.seeds)} seeds · {text.number(found.metadata)} metadata ·"
            f" {text.number(found.rubrics)} with rubrics"
        )
        st.caption(
            f"{text.number(found.pairs)} pairs · {text.number(found.pending)} to review ·"
            f" **{text.number(found.approved)} approved**"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            kind = "primary" if latest else "secondary"
            if st.button("Open", key=f"open-{found.id}", type=kind):
                session.open_page(found.id, following.file)
            if found.run_state:
                badge.run(studio.run(found.run).state, f"run {found.run}")
            st.caption(f"Next: {following.todo}", width="content")
        care.delete(project, deletion)


with page.plain("Projects"):
    studio = session.studio()
    cards = studio.projects()
    if not cards:
        notice.empty(
            "No project yet.",
            "Press *Try it* for a sample that needs no key, or name a project of your own:"
            " its models, its seeds or use cases, and its pairs will live there.",
        )
    left, right = st.columns([1, 1.2], gap="large")
    with left:
        create(studio)
    with right:
        try_it(first=not cards)
        local_models.try_it()
    columns = st.columns(3) if cards else []
    deletions = studio.jobs.deletions()
    for place, found in enumerate(cards):
        with columns[place % 3]:
            card(studio, found, deletions.get(found.id), latest=place == 0)
    restoring.draw(studio)
    care.foot(studio)
