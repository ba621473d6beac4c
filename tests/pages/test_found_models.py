"""Models: servers of this machine are offered, and their models taken with one press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import streamlit as st
from local_servers import LlamaCpp, Ollama
from screens import Visit, press, sound, texts
from streamlit.testing.v1 import AppTest

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio

NOBODY = "No model server answers on this machine."


@pytest.fixture(autouse=True)
def _nobody_else(full: Studio) -> Iterator[None]:
    """What runs on the machine of whoever runs the tests is not asked."""
    for name in ("ollama", "vllm", "llamacpp", "lmstudio"):
        full.save_endpoint(replace(full.endpoints()[name], base_url="http://127.0.0.1:9/v1"))
    yield
    st.cache_data.clear()


def move(studio: Studio, name: str, server: Ollama | LlamaCpp) -> None:
    studio.save_endpoint(replace(studio.endpoints()[name], base_url=server.base_url))


def use(app: AppTest, role: str, endpoint: str) -> AppTest:
    app.button(f"use-{role}-{endpoint}").click().run()
    return sound(app)


def test_nothing_but_one_line_is_shown_where_nobody_answers(visit: Visit) -> None:
    app = visit("start/models")
    assert NOBODY in texts(app)
    assert not [item for item in app.selectbox if str(item.key).startswith("found-model")]


def test_a_model_of_a_server_is_taken_and_the_form_shows_it(
    project: Project, full: Studio, visit: Visit
) -> None:
    with Ollama("llama3.2:1b", "qwen3:8b", "nomic-embed-text") as server:
        move(full, "ollama", server)
        app = visit("start/models")
        assert NOBODY not in texts(app)
        assert "For embeddings only: ollama:nomic-embed-text" in texts(app)
        choice = app.selectbox("found-model-ollama")
        assert choice.options == ["llama3.2:1b", "qwen3:8b"]
        app.text_input("model-target").set_value("typed and not saved")
        choice.set_value("qwen3:8b").run()
        use(app, "target", "ollama")
        assert project.row["target"] == "ollama:qwen3:8b"
        assert [toast.value for toast in app.toast] == ["Saved as the target model."]
        press(app, "Save models")
    row = project.row
    assert (row["strong"], row["target"]) == ("simulated:strong", "ollama:qwen3:8b")


def test_a_server_started_later_is_found_when_looked_for_again(full: Studio, visit: Visit) -> None:
    with LlamaCpp() as server:
        move(full, "llamacpp", server)
        app = visit("start/models")
        assert "It has no model yet." in texts(app)
        server.models = ["tiny.gguf"]
        assert "It has no model yet." in texts(sound(app.run()))
        press(app, "Look again")
        assert app.selectbox("found-model-llamacpp").options == ["tiny.gguf"]


def test_names_from_servers_are_shown_as_they_are(
    full: Studio, project: Project, visit: Visit
) -> None:
    odd = "![x](http://127.0.0.1:9/a.png) $x$ :smile: <b>m</b>"
    with Ollama(odd, "embed ![y](http://127.0.0.1:9/b.png)") as server:
        move(full, "ollama", server)
        app = visit("start/models")
        drawn = "".join(str(item.value) for item in [*app.markdown, *app.caption])
        assert "127.0.0.1:9/a.png" not in drawn
        assert "127.0.0.1:9/b.png" not in drawn
        use(app, "judge", "ollama")
    assert project.row["judge"] == f"ollama:{odd}"
