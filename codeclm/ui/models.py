"""Models and endpoints as pages show them. A key itself is never read into a page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.errors import SettingsError
from codeclm.pipeline import endpoints
from codeclm.pipeline.jobs import Job
from codeclm.settings import Endpoint, price, split_model
from codeclm.ui import keys, session, text

ROLES = ("strong", "target", "judge")
SIMULATED = ("strong", "target")


def parts(model: str) -> tuple[str, str]:
    """Endpoint and model of ``ENDPOINT:MODEL``, both empty when it names none."""
    try:
        return split_model(model)
    except SettingsError:
        return "", ""


def joined(role: str, endpoint: str | None, model: str) -> str:
    """``ENDPOINT:MODEL``, empty when the endpoint is. Raises ``SettingsError`` without a model.

    The simulated endpoint has two models, of which the one of the role is taken unasked.
    """
    if not endpoint:
        if model.strip():
            raise SettingsError(
                f"No endpoint is chosen for the model {model.strip()!r}.", "Choose where it runs."
            )
        return ""
    # People who know the command line type the whole name here too.
    model = model.strip().removeprefix(f"{endpoint}:").strip()
    if endpoint == "simulated":
        model = model or ("target" if role == "target" else "strong")
        if model not in SIMULATED:
            raise SettingsError(
                f"There is no simulated model {model!r}.",
                f"The simulated models are {' and '.join(SIMULATED)}: stand-ins without a network.",
            )
    if not model:
        raise SettingsError(
            f"No model is named beside the endpoint {endpoint!r}.",
            "Type the name its server knows the model by.",
        )
    name = f"{endpoint}:{model}"
    split_model(name)
    return name


def field(name: str, role: str) -> str:
    """The key of a role's field; a new one after ``chosen_elsewhere``, which starts it afresh."""
    times = st.session_state.get(f"_chosen-{role}", 0)
    return keys.of(name, role, times) if times else keys.of(name, role)


def chosen_elsewhere(role: str) -> None:
    """Have the role's fields show what is saved, whatever was typed into them."""
    st.session_state[f"_chosen-{role}"] = st.session_state.get(f"_chosen-{role}", 0) + 1


def rows(known: dict[str, Endpoint]) -> list[dict[str, Any]]:
    """The endpoints as table rows."""
    own = session.studio().own_endpoints()
    return [
        {
            "name": name,
            "from": "you" if name in own else "preset",
            "key": endpoints.key_state(endpoint),
            "key variable": endpoint.key_env or "–",
            "base URL": endpoint.base_url,
            "provider": endpoint.provider,
            "template": endpoint.template,
            "in flight": endpoint.concurrency,
            "requests / min": endpoint.rpm,
            "tokens / min": endpoint.tpm,
            "$ / M in": endpoint.price_in,
            "$ / M out": endpoint.price_out,
            "headers": ", ".join(endpoints.header_lines(endpoint)),
            "body fields": ", ".join(endpoints.body_lines(endpoint)),
        }
        for name, endpoint in known.items()
    ]


def priced(model: str, known: dict[str, Endpoint]) -> str:
    """A model's price, in our words."""
    name, _ = parts(model)
    if name not in known:
        return "endpoint unknown"
    found = price(model, known[name])
    if found is None:
        return "price unknown: cost is not counted"
    if not found.prompt and not found.completion:
        return "costs nothing"
    return f"USD {found.prompt:g} in, {found.completion:g} out per million tokens"


def told(job: Job) -> str:
    """What a test of a connection says; the model's name in it is from outside."""
    if job.is_open:
        return "testing …"
    if job.state != "finished" or job.result is None:
        return job.message or f"The test was {job.state}."
    found = job.result
    structured = "structured output: yes" if found["structured"] else "structured output: no"
    left_out = ", ".join(found["left_out"])
    return " · ".join(
        part
        for part in (
            f"answered in {found['latency']:.2f} s",
            structured,
            f"works without {left_out}, which this model refuses" if left_out else "",
            f"as {text.line(str(found['model']), 60)}",
        )
        if part
    )
