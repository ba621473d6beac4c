"""The two forms of OpenAI's protocol: chat, and the completion of a prompt by a base model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from codeclm.chat import Finish, Request
from codeclm.providers.ladder import COUNT_KEYWORDS, without_counts
from codeclm.providers.templates import TEMPLATES, Template
from codeclm.providers.thinking import split_thinking

_FINISH: Mapping[str, Finish] = {"length": "length", "content_filter": "filter"}
_OF_SCHEMA = ("counts", "strict", "response_format")


class Form(Protocol):
    """What is sent where, and how a choice of the answer is read."""

    path: str

    def body(self, model: str, request: Request, left_out: frozenset[str]) -> dict[str, Any]: ...

    def applicable(self, request: Request, left_out: frozenset[str]) -> Iterator[str]:
        """Which steps of the ladder would still change the request."""
        ...

    def relevant(self, request: Request, left_out: frozenset[str]) -> tuple[str, ...]:
        """What of ``left_out`` this request would have carried, in the order it is left out."""
        ...

    def read(self, choice: Mapping[str, Any]) -> tuple[str, str, Finish]:
        """Text, thinking and how it ended. A choice of another form raises the errors of
        looking into it: AttributeError, KeyError or TypeError."""
        ...


def form_of(template: str) -> Form:
    """Chat, or completion where a template is named."""
    return Completion(TEMPLATES[template]) if template else Chat()


class Chat:
    """Messages in, a message out; a schema travels as ``response_format``."""

    path = "/chat/completions"

    def body(self, model: str, request: Request, left_out: frozenset[str]) -> dict[str, Any]:
        limit = "max_completion_tokens" if "max_tokens" in left_out else "max_tokens"
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": item.role, "content": item.content} for item in request.messages],
            limit: request.max_tokens,
        }
        if "temperature" not in left_out:
            body["temperature"] = request.temperature
        if request.schema is not None and "response_format" not in left_out:
            schema = without_counts(request.schema) if "counts" in left_out else request.schema
            form: dict[str, Any] = {"name": request.step, "schema": schema}
            if "strict" not in left_out:
                form["strict"] = True
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body

    def applicable(self, request: Request, left_out: frozenset[str]) -> Iterator[str]:
        if request.schema is not None and "response_format" not in left_out:
            if any(f'"{word}"' in json.dumps(request.schema) for word in COUNT_KEYWORDS):
                yield "counts"
            yield from ("strict", "response_format")
        yield from ("max_tokens", "temperature")

    def relevant(self, request: Request, left_out: frozenset[str]) -> tuple[str, ...]:
        names = ("max_tokens", "temperature")
        if request.schema is not None:
            names = (*_OF_SCHEMA, *names)
        return tuple(name for name in names if name in left_out)

    def read(self, choice: Mapping[str, Any]) -> tuple[str, str, Finish]:
        message = choice["message"]
        text, thought = _content(message.get("content"))
        inside, text = split_thinking(text or message.get("refusal") or "")
        thinking = message.get("reasoning_content") or message.get("reasoning") or thought or inside
        told = thinking if isinstance(thinking, str) else json.dumps(thinking)
        return text, told, _finish(choice)


class Completion:
    """A prompt in, its continuation out.

    A base model takes no schema: the prompt says in words what shape is wanted.
    """

    path = "/completions"

    def __init__(self, template: Template) -> None:
        self._template = template

    def body(self, model: str, request: Request, left_out: frozenset[str]) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": model,
            "prompt": self._template.prompt(request.messages),
            "max_tokens": request.max_tokens,
            "stop": list(self._template.stop),
        }
        if "temperature" not in left_out:
            body["temperature"] = request.temperature
        return body

    def applicable(self, request: Request, left_out: frozenset[str]) -> Iterator[str]:
        yield "temperature"

    def relevant(self, request: Request, left_out: frozenset[str]) -> tuple[str, ...]:
        return ("temperature",) if "temperature" in left_out else ()

    def read(self, choice: Mapping[str, Any]) -> tuple[str, str, Finish]:
        text, ended = self._template.answer(choice["text"] or "")
        thinking, text = split_thinking(text.strip())
        return text, thinking, "stop" if ended else _finish(choice)


def _finish(choice: Mapping[str, Any]) -> Finish:
    return _FINISH.get(choice.get("finish_reason") or "", "stop")


def _content(content: Any) -> tuple[str, str]:
    """Text and thinking of a message's content, which some servers send in typed parts."""
    if content is None or isinstance(content, str):
        return content or "", ""
    answer = "".join(part["text"] for part in content if part.get("type") == "text")
    thought = [part["thinking"] for part in content if part.get("type") == "thinking"]
    return answer, "".join(item if isinstance(item, str) else _content(item)[0] for item in thought)
