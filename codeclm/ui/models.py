"""Models and endpoints as pages show them. A key itself is never read into a page."""

from __future__ import annotations

from typing import Any

from codeclm.errors import SettingsError
from codeclm.pipeline.studio import Job
from codeclm.settings import Endpoint, api_key, price, split_model
from codeclm.ui import session, text

ROLES = ("strong", "target", "judge")
PROVIDERS = ("openai", "gemini")


def parts(model: str) -> tuple[str, str]:
    """Endpoint and model of ``ENDPOINT:MODEL``, both empty when it names none."""
    try:
        return split_model(model)
    except SettingsError:
        return "", ""


def joined(endpoint: str | None, model: str) -> str:
    """``ENDPOINT:MODEL``, empty when the endpoint is. Raises ``SettingsError`` without a model."""
    if not endpoint:
        if model.strip():
            raise SettingsError(
                f"No endpoint is chosen for the model {model.strip()!r}.", "Choose where it runs."
            )
        return ""
    # People who know the command line type the whole name here too.
    model = model.strip().removeprefix(f"{endpoint}:").strip()
    if not model:
        raise SettingsError(
            f"No model is named beside the endpoint {endpoint!r}.",
            "Type the name its server knows the model by.",
        )
    name = f"{endpoint}:{model}"
    split_model(name)
    return name


def key_state(endpoint: Endpoint) -> str:
    """Whether the endpoint's key is there, in our words."""
    if endpoint.provider == "simulated":
        return "needs none (simulated)"
    if not endpoint.key_env:
        return "needs none"
    try:
        api_key(endpoint)
    except SettingsError:
        return "not set"
    return "set"


def rows(endpoints: dict[str, Endpoint]) -> list[dict[str, Any]]:
    """The endpoints as table rows."""
    own = session.studio().own_endpoints()
    return [
        {
            "name": name,
            "from": "you" if name in own else "preset",
            "provider": endpoint.provider,
            "base URL": endpoint.base_url,
            "key variable": endpoint.key_env or "–",
            "key": key_state(endpoint),
            "concurrency": endpoint.concurrency,
            "$ / M in": endpoint.price_in,
            "$ / M out": endpoint.price_out,
        }
        for name, endpoint in endpoints.items()
    ]


def save_endpoint(**columns: Any) -> None:
    """Store an endpoint from a form's values. Raises ``SettingsError`` when it makes no sense."""
    session.studio().save_endpoint(Endpoint(**columns))


def priced(model: str, endpoints: dict[str, Endpoint]) -> str:
    """A model's price, in our words."""
    name, _ = parts(model)
    if name not in endpoints:
        return "endpoint unknown"
    found = price(model, endpoints[name])
    if found is None:
        return "price unknown: cost is not counted"
    if not found.prompt and not found.completion:
        return "costs nothing"
    return f"USD {found.prompt:g} in, {found.completion:g} out per million tokens"


def told(job: Job) -> str:
    """What a test of a connection says; the model's name in it is from outside."""
    if job.state in ("queued", "running"):
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
            f"left out: {left_out}" if left_out else "nothing left out",
            f"as {text.line(str(found['model']), 60)}",
        )
        if part
    )
