"""One question to a language model and its reply, independent of who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from codeclm.allowance import Allowance
from codeclm.errors import without_surrogates

Role = Literal["strong", "target", "judge"]
Step = Literal[
    "encode",
    "decode",
    "rubrics",
    "improve",
    "respond",
    "judge",
    "assess",
    "generate",
    "rate",
    "evolve",
    "gain",
    "grow",
    "test",
    "embed",
]
Finish = Literal["stop", "length", "filter"]

ROLES: tuple[Role, ...] = ("strong", "target", "judge")


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; ``role`` is system, user or assistant."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a model is asked.

    ``schema`` is the JSON schema of a structured reply, None for plain text. ``fields`` are the
    values that were put into the prompt: nothing of them is sent, they let the simulated provider
    read its input without parsing our prose.
    """

    step: Step
    messages: tuple[Message, ...]
    temperature: float
    max_tokens: int
    schema: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model answered.

    ``text`` is without the leading thinking block, which is kept in ``thinking``. Token counts
    are the server's, or None where it gave none. ``left_out`` names what the endpoint refused and
    the adapter therefore did not send (such as ``strict`` or ``temperature``). ``requests_left``
    and ``tokens_left`` are the server's rate limits where its headers tell them.
    """

    text: str
    finish: Finish = "stop"
    thinking: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model: str = ""
    fingerprint: str = ""
    left_out: tuple[str, ...] = ()
    requests_left: Allowance | None = None
    tokens_left: Allowance | None = None

    def __post_init__(self) -> None:
        # A JSON body may spell half a surrogate pair, which no database, file or page can hold.
        for name in ("text", "thinking", "model", "fingerprint"):
            object.__setattr__(self, name, without_surrogates(str(getattr(self, name) or "")))
        # Servers put all sorts of things where a token count belongs.
        for name in ("prompt_tokens", "completion_tokens"):
            count = getattr(self, name)
            if type(count) is not int or count < 0:
                object.__setattr__(self, name, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded(Reply):
    """What an embedding model answered: a vector for each message of the request, in their order.

    A vector is 32-bit floats, little-endian; all of one reply are of one length and finite. There
    is no text.
    """

    text: str = ""
    completion_tokens: int | None = 0
    vectors: tuple[bytes, ...] = ()


class Provider(Protocol):
    """Asks one model. Adapters translate and raise ``ProviderError``; they decide nothing."""

    async def ask(self, request: Request) -> Reply: ...

    async def close(self) -> None: ...
