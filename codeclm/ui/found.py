"""Servers that run on this machine already, and their models as choices."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.found import FoundServer, find_servers
from codeclm.pipeline.projects import Project
from codeclm.settings import Endpoint
from codeclm.ui import keys, models, notice, page, session, text

#: Seconds for which what was found is not looked for again.
KEPT = 30


def draw(project: Project) -> None:
    """Each server with its models, and a way to take one of them for a role."""
    page.section("Found on this machine")
    known = session.studio().endpoints()
    found = _look(repr(sorted(known.items())), known)
    for server in found:
        _server(project, server)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not found:
            st.caption(
                "No model server answers on this machine. Ollama, llama.cpp, LM Studio and vLLM"
                " are found on their usual ports, others at the address of their endpoint.",
                width="content",
            )
        st.button("Look again", key="look-again", type="tertiary", on_click=_look.clear)


@st.cache_data(ttl=KEPT, show_spinner=False)
def _look(where: str, _endpoints: dict[str, Endpoint]) -> list[FoundServer]:
    return find_servers(_endpoints.values())


def _server(project: Project, server: FoundServer) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width="content", gap=None):
            text.word(server.endpoint, 40)
            text.quiet(server.address, keys.of("found", server.endpoint))
        if server.problem:
            st.caption(f"It {server.problem}.", width="content")
            return
        _choices(project, server)
    if server.embedders:
        told = ", ".join(f"{server.endpoint}:{name}" for name in server.embedders)
        text.quiet(f"For embeddings only: {text.line(told, 300)}", f"embeds-{server.endpoint}")


def _choices(project: Project, server: FoundServer) -> None:
    if not server.writers:
        return
    name = st.selectbox(
        f"Models of {text.label(server.endpoint)}",
        server.writers,
        format_func=lambda name: text.line(name, 80),
        key=keys.of("found-model", server.endpoint),
    )
    for role in models.ROLES:
        st.button(
            f"Use as {role}",
            key=keys.of("use", role, server.endpoint),
            on_click=notice.guarded(_use),
            args=(project, role, server.endpoint, name),
        )


def _use(project: Project, role: str, endpoint: str, model: str) -> None:
    project.configure(**{role: models.joined(role, endpoint, model)})
    models.chosen_elsewhere(role)
    notice.say(f"Saved as the {role} model.")
