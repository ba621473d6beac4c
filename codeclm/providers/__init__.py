"""The models, behind one question: ``connect`` opens a provider, ``ask`` gets one reply.

Adapters translate: our request into the endpoint's words, its answer into a ``Reply``, its errors
into the tree in ``codeclm.errors``. They retry nothing and decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from codeclm.chat import Provider
from codeclm.errors import SettingsError
from codeclm.providers import templates
from codeclm.settings import Endpoint, api_key


def connect(
    endpoint: Endpoint,
    model: str,
    *,
    timeout: float,
    concurrency: int,
    left_out: Iterable[str] = (),
) -> Provider:
    """Open the provider that asks ``model`` at ``endpoint``; nothing is sent yet.

    ``timeout`` is in seconds for one call, ``concurrency`` the most calls in flight at once.
    ``left_out`` names what this model was known to refuse earlier (see ``Reply.left_out``).
    The SDK of an adapter is imported here, not with the package. Raises ``SettingsError`` when the
    endpoint's key is missing, its address or template makes no sense, or a local model is not
    there.
    """
    key = api_key(endpoint)
    _check_key(endpoint, key)
    check(endpoint)
    if endpoint.provider == "local":
        from codeclm.providers.local.provider import LocalProvider

        return LocalProvider(
            endpoint, model, timeout=timeout, concurrency=concurrency, left_out=left_out
        )
    options = {"key": key, "timeout": timeout, "concurrency": concurrency, "left_out": left_out}
    match endpoint.provider:
        case "openai":
            from codeclm.providers.openai import OpenAIProvider

            return OpenAIProvider(endpoint, model, **options)
        case "gemini":
            from codeclm.providers.gemini import GeminiProvider

            return GeminiProvider(endpoint, model, **options)
        case "simulated":
            from codeclm.providers.simulated import SimulatedProvider

            return SimulatedProvider(endpoint, model)
    raise SettingsError(
        f"The endpoint {endpoint.name!r} names an unknown provider: {endpoint.provider!r}.",
        "Use openai, gemini, simulated or local.",
    )


def connect_embedder(
    endpoint: Endpoint, model: str, *, timeout: float, concurrency: int
) -> Provider:
    """Open the provider whose replies are vectors (``Embedded``); nothing is sent yet.

    A request's messages are the texts. ``timeout`` and ``concurrency`` as for ``connect``. Raises
    ``SettingsError`` as well where the endpoint has no embeddings.
    """
    check_embeds(endpoint, model)
    key = api_key(endpoint)
    _check_key(endpoint, key)
    check(endpoint)
    if endpoint.provider == "simulated":
        from codeclm.providers.simulated import LATENCY
        from codeclm.providers.simulated.embedding import SimulatedEmbedder

        return SimulatedEmbedder(endpoint, LATENCY)
    from codeclm.providers.embeddings import OpenAIEmbedder

    return OpenAIEmbedder(endpoint, model, key=key, timeout=timeout, concurrency=concurrency)


def check_embeds(endpoint: Endpoint, model: str) -> None:
    """Raise ``SettingsError`` for a model that is known to give no embeddings."""
    if endpoint.provider == "gemini":
        raise SettingsError(
            f"The endpoint {endpoint.name!r} has no embeddings here.",
            "Google's OpenAI-compatible one has: gemini-openai:gemini-embedding-001.",
        )
    if endpoint.provider == "simulated" and model != "embedding":
        raise SettingsError(
            f"{endpoint.name}:{model} gives no embeddings.",
            f"Only {endpoint.name}:embedding does, from the texts' words.",
        )


def check(endpoint: Endpoint) -> None:
    """Raise ``SettingsError`` for an address or a template that no model can be asked with."""
    templates.check(endpoint)
    if endpoint.provider == "simulated":
        return
    if endpoint.provider == "local":
        from codeclm.providers.local import provider

        provider.check(endpoint)
        return
    try:
        address = urlsplit(endpoint.base_url)
    except ValueError:
        address = urlsplit("")
    usable = address.scheme in ("http", "https") and address.hostname
    if not usable or not endpoint.base_url.isprintable():
        raise SettingsError(
            f"The endpoint {endpoint.name!r} has no usable base URL: {endpoint.base_url!r}.",
            "It begins with http:// or https://, such as http://127.0.0.1:8000/v1.",
        )
    if endpoint.provider == "openai" and address.path.rstrip("/").endswith("/completions"):
        raise SettingsError(
            f"The base URL of the endpoint {endpoint.name!r} goes too far.",
            "It is what stands before /chat/completions, and usually ends in /v1.",
        )
    if "@" in address.netloc:
        raise SettingsError(
            f"The base URL of the endpoint {endpoint.name!r} carries a password.",
            "Leave it out, and name the environment variable of the key instead.",
        )
    if address.query or address.fragment:
        raise SettingsError(
            f"The base URL of the endpoint {endpoint.name!r} goes on after its path.",
            "Leave out what begins with ? or #: the call's own path is added at the end.",
        )


def check_model(endpoint: Endpoint, model: str) -> None:
    """Raise ``SettingsError`` for a model of which it is known, unasked, that nobody serves it."""
    if endpoint.provider == "local":
        from codeclm.providers.local import provider

        provider.plan(endpoint, model)


def time_for_a_call(endpoint: Endpoint, seconds: float) -> float:
    """The seconds that one call gets: ``seconds``, or more where answers are slow to come."""
    if endpoint.provider == "local":
        from codeclm.providers.local import provider

        return max(seconds, provider.LEAST_TIMEOUT)
    return seconds


def _check_key(endpoint: Endpoint, key: str) -> None:
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(
            f"The key for the endpoint {endpoint.name!r} holds characters no key can have.",
            f"Copy it again into {endpoint.key_env}.",
        )
