"""From a status and what the server said to the error tree, the same for every adapter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codeclm.allowance import Allowance
from codeclm.errors import (
    AuthenticationFailed,
    BodyBroken,
    ConnectionFailed,
    ConnectionLost,
    ModelUnknown,
    ProviderError,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    ServerAway,
    ServerBusy,
    ServerFailed,
    TimedOut,
)
from codeclm.providers.headers import requests_left, retry_after, tokens_left
from codeclm.providers.ladder import Disputed
from codeclm.providers.unloaded import cannot_chat, how_to_get

SHOWN = 300

_TOO_LONG = re.compile(
    r"context_length|context (?:length|window|size)|string_above_max_length"
    r"|(?:prompt|input|request)\b.{0,40}\btoo (?:long|large)|too many (?:input )?tokens"
    r"|reduce the length|exceeds the maximum number of tokens",
    re.IGNORECASE,
)
_FILTERED = re.compile(
    r"content_filter|content_policy|content management policy|responsibleai|data_inspection_failed"
    r"|flagged as potentially violating|inappropriate content",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(
    r"api[ _]key (?:not valid|expired|is invalid)|api_key_invalid|invalid[_ ]api[_ ]key"
    r"|incorrect api key",
    re.IGNORECASE,
)
#: A proxy's words for a model that is starting, restarting or overloaded, and for a slow one.
_AWAY = (502, 503, 520, 521, 522, 523, 529)
_GAVE_UP_WAITING = (408, 504, 524)
_BUSY = re.compile(
    r"\b(?:busy|overloaded|loading|warming up)\b|pending requests|no (?:free )?slots?\b"
    r"|too many (?:concurrent )?requests|queue is full|at capacity",
    re.IGNORECASE,
)
#: llama.cpp has answered 500 to a schema that it cannot turn into a grammar.
_NO_SCHEMA = re.compile(r"json[ _]schema|\bgrammar\b|response_format", re.IGNORECASE)
_MODEL = re.compile(r"model", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"model_not_found|model\b.{0,120}\b(?:not found|does not exist|is not available)"
    r"|unknown model|not a valid model|no models? (?:is |are )?loaded",
    re.IGNORECASE | re.DOTALL,
)
_NO_CREDIT = re.compile(
    r"insufficient[_ ](?:quota|balance|credit|funds)|billing|out of credits?|credit balance"
    r"|payment required|PerDay",
    re.IGNORECASE,
)
#: Google's message for a limit per minute speaks of billing as well.
_PER_MINUTE = re.compile(r"per ?(?:minute|second)", re.IGNORECASE)


#: What the system says of a connection that was never made, in plain words, and what to do.
_UNMADE = (
    (
        re.compile(r"connect call failed|connection refused|actively refused", re.IGNORECASE),
        "nothing listens at its address",
        "Start it, or correct its base URL.",
    ),
    (
        re.compile(
            r"name or service|nodename|name resolution|getaddrinfo|no address", re.IGNORECASE
        ),
        "its host's name is not known",
        "Check its base URL for a slip, and that this machine is online.",
    ),
    (
        re.compile(r"wrong_version_number|record_layer|record layer", re.IGNORECASE),
        "it does not speak TLS",
        "Begin its base URL with http:// instead of https://.",
    ),
    (
        re.compile(r"certificate", re.IGNORECASE),
        "its certificate is not accepted",
        "If it is your own, have SSL_CERT_FILE name a file with the certificates to trust.",
    ),
    (
        re.compile(r"unreachable|no route", re.IGNORECASE),
        "no way leads to its host",
        "Check that this machine is online, and whether a proxy is needed.",
    ),
)


_CHECK_ADDRESS = "Check its base URL: most end in /v1."
#: A status of a server that knows the address but not what is asked of it there.
_NOT_THERE = (301, 302, 303, 307, 308, 405)


def not_connected(endpoint: str, why: str) -> ConnectionFailed:
    """Nothing was sent; ``why`` is what the system said."""
    for pattern, plainly, hint in _UNMADE:
        if pattern.search(why):
            said = f" ({why})" if "certificate" in plainly else ""
            return ConnectionFailed(
                f"No connection to the endpoint {endpoint!r}: {plainly}{said}.", hint
            )
    return ConnectionFailed(
        f"No connection to the endpoint {endpoint!r}: {why}.", "Is it running at its base URL?"
    )


def no_api(endpoint: str) -> BodyBroken:
    """A page for people came where JSON was expected."""
    return BodyBroken(
        f"The endpoint {endpoint!r} answers with a web page instead of JSON.", _CHECK_ADDRESS
    )


def is_no_call(complaint: Complaint) -> bool:
    """Whether a server says that it has no such call, rather than no such model."""
    if complaint.status == 404:
        return not (complaint.structured and _MODEL.search(complaint.said))
    return complaint.status in (405, 501)


def no_embeddings(endpoint: str, complaint: Complaint) -> RequestRefused:
    """The server has nothing at ``/embeddings``."""
    quote = f": {complaint.message}" if complaint.message else "."
    return RequestRefused(
        f"The endpoint {endpoint!r} has no embeddings ({complaint.status}){quote}",
        f"{_CHECK_ADDRESS} Or name a model of an endpoint that has them, such as"
        " openai:text-embedding-3-small or ollama:nomic-embed-text.",
    )


def broken_off(endpoint: str, why: str) -> ConnectionLost:
    """Something was sent, and no answer came."""
    return ConnectionLost(
        f"The endpoint {endpoint!r} broke the connection off before it answered: {why}.",
        "Its log may say why.",
    )


def timed_out(endpoint: str, seconds: float) -> TimedOut:
    """No answer came in time."""
    return TimedOut(
        f"The endpoint {endpoint!r} did not answer within {seconds:g} seconds.",
        "Raise the time for one call, or lower the concurrency.",
    )


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a server answered instead of a reply.

    ``said`` holds its message with codes and details, ``message`` the sentence to show.
    """

    status: int
    message: str
    said: str
    structured: bool = True
    retry_after: float | None = None
    requests_left: Allowance | None = None
    tokens_left: Allowance | None = None

    @property
    def is_filter(self) -> bool:
        """Whether the provider's content filter stopped the prompt."""
        return self.status in (400, 403, 422) and bool(_FILTERED.search(self.said))


def read_complaint(
    status: int, body: str, headers: Mapping[str, str], secrets: Iterable[str] = ()
) -> Complaint:
    """Read an error body of any common shape; ``secrets`` are struck out wherever they occur."""
    body = without_secrets(body, secrets)
    try:
        data: Any = json.loads(body)
    except ValueError:
        data = None
    if isinstance(data, list) and data:
        data = data[0]
    message = "" if body.lstrip().startswith("<") else body
    structured = False
    if isinstance(data, Mapping):
        error = data.get("error", data)
        structured = "error" in data or "message" in data
        if isinstance(error, Mapping):
            message = str(error.get("message") or error.get("detail") or message)
        elif isinstance(error, str):
            message = error
    message = " ".join(message.split())
    if len(message) > SHOWN:
        message = message[:SHOWN] + "…"
    return Complaint(
        status,
        message,
        body,
        structured,
        retry_after(headers, body),
        requests_left(headers),
        tokens_left(headers),
    )


def to_error(complaint: Complaint, *, endpoint: str, model: str) -> ProviderError:
    """The error a complaint is, worded for whoever runs the models.

    ``Disputed`` for a refusal that leaving something out may cure.
    """
    status, said = complaint.status, complaint.said
    quote = f": {complaint.message}" if complaint.message else "."
    place = f"The endpoint {endpoint!r}"
    if status == 401 or status == 403 or (status == 400 and _BAD_KEY.search(said)):
        return AuthenticationFailed(
            f"{place} does not accept the key ({status}){quote}",
            "Check the key, and whether it may use this model.",
        )
    if status == 402 or (status == 429 and _credit_is_gone(said)):
        return QuotaSpent(
            f"The account at {endpoint!r} has no credit left ({status}){quote}",
            "Add credit or use another endpoint, then resume.",
        )
    if status == 429:
        return RateLimited(
            f"{place} asks to slow down (429){quote}",
            "Try again in a moment, or ask for a higher limit there.",
            retry_after=complaint.retry_after,
            requests_left=complaint.requests_left,
            tokens_left=complaint.tokens_left,
        )
    if status in _GAVE_UP_WAITING:
        return TimedOut(
            f"{place} gave up waiting ({status}){quote}", "The model may be too busy or too slow."
        )
    if status in _AWAY:
        kind = ServerBusy if _BUSY.search(said) else ServerAway
        return kind(
            f"{place} is not at work ({status}){quote}",
            "It may still be starting; try again in a moment.",
            retry_after=complaint.retry_after,
        )
    if status >= 500 and not _NO_SCHEMA.search(said):
        return ServerFailed(
            f"{place} failed ({status}){quote}",
            "Its log may say why.",
            retry_after=complaint.retry_after,
        )
    return _refusal(complaint, endpoint, model, quote)


def _refusal(complaint: Complaint, endpoint: str, model: str, quote: str) -> ProviderError:
    status, said = complaint.status, complaint.said
    place = f"The endpoint {endpoint!r}"
    if status == 404 and is_no_call(complaint):
        return ModelUnknown(
            f"{place} has nothing at this address (404){quote}",
            _CHECK_ADDRESS,
        )
    if status == 404 or (status == 400 and _NO_MODEL.search(said)):
        return ModelUnknown(
            f"{place} has no model {model!r} ({status}){quote}",
            how_to_get(model, endpoint, said),
        )
    if status == 400 and cannot_chat(said):
        return ModelUnknown(
            f"{place} says that {model!r} cannot chat ({status}){quote}",
            "It gives embeddings: choose a model that writes.",
        )
    if status == 413 or _TOO_LONG.search(said):
        return RequestRefused(
            f"The request is too long for {model!r} ({status}){quote}",
            "Shorten the text or the token limit, or use a model with a longer context.",
        )
    message = f"{place} refuses the request ({status}){quote}"
    if status in (400, 422, 500):
        return Disputed(message, "Check the model's name, and what it takes.", said)
    hint = _CHECK_ADDRESS if status in _NOT_THERE else "Check what this endpoint takes."
    return RequestRefused(message, hint)


def secrets_of(key: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    """What of an endpoint no message may show: its key, and what its headers end in."""
    return (key, *(value.split()[-1] for value in headers.values() if value.strip()))


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every secret of some length replaced."""
    for secret in secrets:
        if len(secret) >= 6:
            text = text.replace(secret, "[key]")
    return text


def _credit_is_gone(said: str) -> bool:
    if "insufficient_quota" in said:
        return True
    return bool(_NO_CREDIT.search(said)) and not _PER_MINUTE.search(said)
