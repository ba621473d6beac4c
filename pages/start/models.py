"""Models: who writes, who will be tuned, who judges; a test of each; the endpoints."""

import streamlit as st

from codeclm.ui import (
    badge,
    endpoint_form,
    found,
    local_models,
    models,
    notice,
    page,
    session,
    table,
    text,
)

MEANING = {
    "strong": "Strong: writes metadata, rubrics, instructions and the better responses",
    "target": "Target: the model that will be tuned",
    "judge": "Judge: scores both responses",
}
EXAMPLE = {"strong": "gpt-4o, llama3.1:70b …", "target": "llama3.2:1b …", "judge": "as strong"}


def choice(role: str, current: str, names: list[str]) -> tuple[str | None, str]:
    """Endpoint and model of one role."""
    endpoint, model = models.parts(current)
    if endpoint and endpoint not in names:
        names = [*names, endpoint]  # removed meanwhile: saving must not empty the role unseen
    options: list[str | None] = [None, *names] if role == "judge" else list(names)
    left, right = st.columns([1.2, 1], vertical_alignment="bottom")
    picked = left.selectbox(
        MEANING[role],
        options,
        index=options.index(endpoint) if endpoint in names else (0 if role == "judge" else None),
        format_func=lambda name: "the strong model" if name is None else text.line(name, 40),
        placeholder="Endpoint",
        key=models.field("endpoint", role),
    )
    typed = right.text_input(
        f"Model of {role}",
        model,
        placeholder=EXAMPLE[role],
        key=models.field("model", role),
    )
    return picked, typed or ""


def roles(project, row, names: list[str]) -> None:
    """The three roles in one form."""
    with st.form("roles"):
        chosen = {role: choice(role, row[role], names) for role in models.ROLES}
        saved = st.form_submit_button("Save models", type="primary")
    if saved:
        project.configure(**{role: models.joined(role, *chosen[role]) for role in models.ROLES})
        row = project.row
        missing = [role for role in ("strong", "target") if not row[role]]
        still = f" Still to choose: {' and '.join(missing)}." if missing else ""
        done = "Models saved." if any(row[role] for role in models.ROLES) else "Nothing is chosen."
        notice.say(f"{done}{still}")
        st.rerun()


def warn(row) -> None:
    """Say what makes little sense about the choice."""
    if row["strong"] and row["strong"] == row["target"]:
        st.warning(
            "Strong and target are the same model: their answers differ by chance only, so"
            " Contrastive Filtering will keep next to nothing."
        )


def tests(row, endpoints) -> None:
    """Each saved model with its price and its last test."""
    studio = session.studio()
    named = [(role, row[role]) for role in models.ROLES if row[role]]
    going = False
    for role, name in named:
        job = studio.jobs.newest_test(name)
        busy = job is not None and job.is_open
        going = going or busy
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(f"Test {role}", key=f"test-{role}", disabled=busy):
                studio.jobs.submit_test(name)
                st.rerun()
            badge.role(role)
            text.word(name)
            st.caption(models.priced(name, endpoints), width="content")
            if job is None:
                st.caption("not tested yet", width="content")
            else:
                badge.job(job.state)
                st.text(text.visible(models.told(job)), width="content")
    if going:
        st.fragment(wait, run_every=0.7)([name for _, name in named])


def wait(names: list[str]) -> None:
    """Run the page again once no test is under way."""
    found = [session.studio().jobs.newest_test(name) for name in names]
    if not any(job and job.is_open for job in found):
        st.rerun()


with page.opened("Models") as project:
    studio = session.studio()
    endpoints = studio.endpoints()
    row = project.row
    with notice.shown():
        roles(project, row, list(endpoints))
    warn(row)
    tests(row, endpoints)
    found.draw(project)
    with notice.shown():
        local_models.listed()
    page.section("Endpoints")
    table.show(
        models.rows(endpoints),
        alt="Every endpoint and whether its key is set",
        columns={"key variable": st.column_config.TextColumn(width=190)},
    )
    with st.expander("Add or change an endpoint"):
        with notice.shown():
            endpoint_form.draw()
        with notice.shown():
            endpoint_form.removals()
