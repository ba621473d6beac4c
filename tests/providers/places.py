"""A place to ask: an endpoint of each protocol on loopback, and how it says things."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench.server import FakeServer
from bench.service import Faults, Replies
from codeclm.chat import Message, Provider, Reply, Request
from codeclm.providers import connect
from codeclm.settings import Endpoint

KEY = "sk-loopback-0123456789abcdef"

SCORES = {
    "type": "object",
    "properties": {
        "score_1": {"type": "integer", "minimum": 1, "maximum": 10},
        "score_2": {"type": "integer", "minimum": 1, "maximum": 10},
    },
    "required": ["score_1", "score_2"],
    "additionalProperties": False,
}
THREE = {
    "type": "object",
    "properties": {
        "instructions": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 3,
            "maxItems": 3,
        }
    },
    "required": ["instructions"],
    "additionalProperties": False,
}


def question(text: str = "Name a colour.", **changes: Any) -> Request:
    values: dict[str, Any] = {
        "step": "respond",
        "messages": (Message("system", "Be brief."), Message("user", text)),
        "temperature": 0.7,
        "max_tokens": 64,
    }
    return Request(**(values | changes))


def structured(schema: dict[str, Any] = THREE, **changes: Any) -> Request:
    return question("Write instructions.", step="decode", schema=schema, **changes)


@dataclass
class Place:
    """One kind of provider and the fake server behind it."""

    kind: Any
    stack: ExitStack
    server: FakeServer | None = None
    body: dict[str, Any] = field(default_factory=dict)
    model: str = "m-1"

    def serve(self, replies: Replies | None = None, **faults: Any) -> None:
        self.server = self.stack.enter_context(FakeServer(Faults(**faults), replies))

    def endpoint(self, **changes: Any) -> Endpoint:
        values: dict[str, Any] = {"name": "here", "provider": self.kind, "body": self.body}
        if self.server is not None:
            openai = self.kind == "openai"
            values["base_url"] = self.server.base_url if openai else self.server.gemini_url
            values["key_env"] = "LOOPBACK_KEY"
        return Endpoint(**(values | changes))

    def connect(
        self, *, left_out: tuple[str, ...] = (), timeout: float = 5, **changes: Any
    ) -> Provider:
        endpoint = self.endpoint(**changes)
        return connect(endpoint, self.model, timeout=timeout, concurrency=8, left_out=left_out)

    def ask(self, *requests: Request, **options: Any) -> list[Reply]:
        """Ask one after the other over one provider, and close it."""

        async def asking() -> list[Reply]:
            provider = self.connect(**options)
            try:
                return [await provider.ask(request) for request in requests]
            finally:
                await provider.close()

        return asyncio.run(asking())

    def says(self, text: str, finish: str = "stop", usage: bool = True) -> dict[str, Any]:
        """A whole body in this protocol."""
        if self.kind == "openai":
            counts = {"usage": {"prompt_tokens": 7, "completion_tokens": 3}} if usage else {}
            message = {"role": "assistant", "content": text}
            return {"choices": [{"message": message, "finish_reason": finish}], **counts}
        names = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
        counts = {"usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 3}}
        candidate = {"content": {"parts": [{"text": text}]}, "finishReason": names[finish]}
        return {"candidates": [candidate], **(counts if usage else {})}


def complaint(
    status: int, message: str, code: str = "", headers: dict[str, str] | None = None
) -> Callable[[dict[str, Any]], tuple[int, dict[str, str], str]]:
    """Replies that are all this error."""
    error = {"code": code or status, "message": message, "status": code}
    body = json.dumps({"error": error})
    return lambda _request: (status, headers or {}, body)
