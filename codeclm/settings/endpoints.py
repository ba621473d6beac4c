"""The endpoints models are reached through: the presets, how a model is named, keys."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from codeclm.errors import SettingsError, is_storable
from codeclm.settings.places import APP_FOLDER

#: Body fields of a local endpoint that its servers are started with: the tokens of one call, prompt
#: and reply together, and the threads of one server.
SERVED_WITH = ("context", "threads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A place that serves models: where it is, which environment variable holds its key.

    Prices are US dollars per million tokens, None while unknown. ``concurrency`` caps the calls in
    flight to each of its models, ``rpm`` and ``tpm`` its requests and tokens a minute. ``template``
    names how an instruction is put to base models over ``/completions``; empty: they chat.
    ``body`` goes with every call; of a local endpoint, ``SERVED_WITH`` is how models are served.
    """

    name: str
    provider: Literal["openai", "gemini", "simulated", "local"] = "openai"
    base_url: str = ""
    key_env: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    concurrency: int | None = None
    rpm: int | None = None
    tpm: int | None = None
    template: str = ""
    price_in: float | None = None
    price_out: float | None = None

    @property
    def address(self) -> str:
        """What identifies the endpoint in the journal: its URL, or its name where it has none."""
        return self.base_url.rstrip("/") or self.provider

    @property
    def sent_body(self) -> dict[str, Any]:
        """What of ``body`` is sent, and so may change an answer."""
        kept = SERVED_WITH if self.provider == "local" else ()
        return {name: value for name, value in self.body.items() if name not in kept}


def presets() -> dict[str, Endpoint]:
    """The endpoints everyone has, by name. ``OPENAI_BASE_URL`` moves ``openai``."""
    openai_url = os.environ.get("OPENAI_BASE_URL") or "https://api.openai.com/v1"
    gemini_url = os.environ.get("GEMINI_BASE_URL") or "https://generativelanguage.googleapis.com"
    known = (
        Endpoint(name="openai", base_url=openai_url, key_env="OPENAI_API_KEY"),
        Endpoint(name="gemini", provider="gemini", base_url=gemini_url, key_env="GEMINI_API_KEY"),
        Endpoint(
            name="gemini-openai",
            base_url="https://generativelanguage.googleapis.com/v1beta/openai",
            key_env="GEMINI_API_KEY",
        ),
        Endpoint(
            name="openrouter", base_url="https://openrouter.ai/api/v1", key_env="OPENROUTER_API_KEY"
        ),
        Endpoint(name="ollama", base_url="http://127.0.0.1:11434/v1"),
        Endpoint(name="vllm", base_url="http://127.0.0.1:8000/v1"),
        Endpoint(name="llamacpp", base_url="http://127.0.0.1:8080/v1"),
        Endpoint(name="lmstudio", base_url="http://127.0.0.1:1234/v1"),
        # Two slots: the processor is one, and more calls at once only make each of them slower.
        Endpoint(name="local", provider="local", concurrency=2),
        Endpoint(name="simulated", provider="simulated"),
    )
    return {endpoint.name: endpoint for endpoint in known}


def split_model(
    name: str, such_as: str = "openai:gpt-4o, ollama:llama3.2 or simulated:strong"
) -> tuple[str, str]:
    """Split ``ENDPOINT:MODEL`` at its first colon.

    Raises ``SettingsError``, with names ``such_as`` these, when either side is missing.
    """
    endpoint, colon, model = name.partition(":")
    if not (endpoint and colon and model.strip() and is_storable(name)):
        raise SettingsError(
            f"{name!r} does not name a model.", f"Write ENDPOINT:MODEL, such as {such_as}."
        )
    return endpoint, model.strip()


def api_key(endpoint: Endpoint) -> str:
    """The endpoint's key, from its environment variable or ``.streamlit/secrets.toml``.

    Empty for an endpoint that names no variable. Raises ``SettingsError`` when one is named but
    nothing is there.
    """
    if not endpoint.key_env:
        return ""
    key = os.environ.get(endpoint.key_env, "") or str(_secrets().get(endpoint.key_env, ""))
    if not key.strip():
        raise SettingsError(
            f"No key for the endpoint {endpoint.name!r}.",
            f"Set {endpoint.key_env} in the environment or in .streamlit/secrets.toml.",
        )
    return key.strip()


def _secrets() -> dict[str, Any]:
    for folder in (Path.cwd(), APP_FOLDER):
        path = folder / ".streamlit" / "secrets.toml"
        if path.is_file():
            try:
                return tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError(
                    f"{path.name} in .streamlit is not valid TOML.",
                    'Each line reads NAME = "value".',
                ) from error
    return {}
