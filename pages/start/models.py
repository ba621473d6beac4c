"""Models: who writes, who will be tuned, who judges; a test of each; the endpoints."""

import streamlit as st

from codeclm.ui import badge, models, notice, page, session, table, text

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
        key=f"endpoint-{role}",
    )
    typed = right.text_input(
        f"Model of {role}", model, placeholder=EXAMPLE[role], key=f"model-{role}"
    )
    return picked, typed or ""


def roles(project, row, names: list[str]) -> None:
    """The three roles in one form."""
    with st.form("roles"):
        chosen = {role: choice(role, row[role], names) for role in models.ROLES}
        saved = st.form_submit_button("Save models", type="primary")
    if saved:
        project.configure(**{role: models.joined(*chosen[role]) for role in models.ROLES})
        notice.say("Models saved.")
        st.rerun()


def tests(row, endpoints) -> None:
    """Each saved model with its price and its last test."""
    studio = session.studio()
    named = [(role, row[role]) for role in models.ROLES if row[role]]
    going = False
    for role, name in named:
        job = studio.newest_test(name)
        busy = job is not None and job.state in ("queued", "running")
        going = going or busy
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(f"Test {role}", key=f"test-{role}", disabled=busy):
                studio.submit_test(name)
                st.rerun()
            badge.role(role)
            text.word(name)
            st.caption(models.priced(name, endpoints), width="content")
            if job is None:
                st.caption("not tested yet", width="content")
            else:
                st.text(text.visible(models.told(job)), width="content")
    if going:
        st.fragment(wait, run_every=0.7)([name for _, name in named])


def wait(names: list[str]) -> None:
    """Run the page again once no test is under way."""
    found = [session.studio().newest_test(name) for name in names]
    if not any(job and job.state in ("queued", "running") for job in found):
        st.rerun()


def add_endpoint() -> None:
    """The form for an endpoint of one's own."""
    with st.form("endpoint", border=False):
        left, middle, right = st.columns(3)
        name = left.text_input("Name", placeholder="my-server")
        provider = middle.selectbox("Protocol", models.PROVIDERS)
        base_url = right.text_input("Base URL", placeholder="http://127.0.0.1:8000/v1")
        variable = left.text_input(
            "Environment variable of its key",
            placeholder="MY_SERVER_KEY",
            help="The name of the variable, never the key: it is read from the environment or"
            " from .streamlit/secrets.toml.",
        )
        cap = middle.number_input("Calls in flight at most", 1, 1024, None)
        price_in = right.number_input("USD per million tokens in", 0.0, None, None)
        price_out = right.number_input("USD per million tokens out", 0.0, None, None)
        saved = st.form_submit_button("Save endpoint")
    if saved:
        models.save_endpoint(
            name=(name or "").strip(),
            provider=provider,
            base_url=(base_url or "").strip(),
            key_env=(variable or "").strip(),
            concurrency=cap,
            price_in=price_in,
            price_out=price_out,
        )
        notice.say("Endpoint saved.")
        st.rerun()


def own_endpoints(studio) -> None:
    """Those a person added, each with a way to remove it."""
    for name in studio.own_endpoints():
        with st.container(horizontal=True, vertical_alignment="center"):
            text.word(name)
            if st.button("Remove", key=f"remove-{name}"):
                studio.delete_endpoint(name)
                notice.say("Endpoint removed.")
                st.rerun()


with page.opened("Models") as project:
    studio = session.studio()
    endpoints = studio.endpoints()
    row = project.row
    with notice.shown():
        roles(project, row, list(endpoints))
    tests(row, endpoints)
    st.markdown("##### Endpoints")
    table.show(
        models.rows(endpoints),
        alt="Every endpoint and whether its key is set",
        columns={"key variable": st.column_config.TextColumn(width=150)},
    )
    with st.expander("Add or change an endpoint"), notice.shown():
        add_endpoint()
        own_endpoints(studio)
