"""Reading a structured reply strictly: fence off, JSON, validated; or one whole labelled text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from codeclm.chat import Reply
from codeclm.errors import ReplyError

#: A text with something in it; white space around it is cut.
Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

_FENCE = re.compile(r"```[A-Za-z]*[ \t]*\n(.*?)\n?```", re.DOTALL)
_LABEL = re.compile(r"(?:\*\*)?(use case|task|skills)(?:\*\*)?\s*:(?:\*\*)?\s*(.+)", re.IGNORECASE)
_ITEM = re.compile(r"(\d+)[.)]\s+(.+)", re.DOTALL)


class Answer(BaseModel):
    """The shape of one structured reply: exact types, nothing missing, nothing besides."""

    model_config = ConfigDict(strict=True, extra="forbid")


A = TypeVar("A", bound=Answer)


def structured(
    reply: Reply, shape: type[A], labelled: Callable[[str], Mapping[str, Any] | None] | None = None
) -> A:
    """Read ``reply`` as ``shape``.

    ``labelled`` is the second reading, tried only on replies without a brace; it returns None
    unless the text matches as a whole. Raises ``ReplyError`` with the reply's raw text.
    """
    text = complete(reply)
    fence = _FENCE.fullmatch(text)
    text = fence[1].strip() if fence else text
    try:
        return shape.model_validate(_values(text, labelled))
    except ValidationError as error:
        raise ReplyError(_named(error), reply.text) from error
    except ValueError as error:
        raise ReplyError(str(error), reply.text) from error


def complete(reply: Reply) -> str:
    """The reply's text, stripped. Raises ``ReplyError`` when it is empty, filtered or cut."""
    refuse_silence(reply)
    if reply.finish == "length":
        raise ReplyError("it was cut off at the token limit", reply.text)
    return reply.text.strip()


def refuse_silence(reply: Reply) -> None:
    """Raise ``ReplyError`` when the provider's filter stopped the reply or nothing is in it."""
    if reply.finish == "filter":
        raise ReplyError("it was stopped by the provider's content filter", reply.text)
    if not reply.text.strip():
        raise ReplyError("it was empty", reply.text)


def _values(text: str, labelled: Callable[[str], Mapping[str, Any] | None] | None) -> Any:
    if labelled and "{" not in text:
        values = labelled(text)
        if values is not None:
            return values
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not one valid JSON object") from error


def _named(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the reply"
    return f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}"


def labels(text: str) -> dict[str, str] | None:
    """Read lines ``Use case: …`` (or ``Task: …``) and ``Skills: …``; None unless all match."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LABEL.fullmatch(line)
        if not match:
            return None
        name = "skills" if match[1].lower() == "skills" else "use_case"
        if name in found:
            return None
        found[name] = match[2].strip()
    return found if set(found) == {"use_case", "skills"} else None


def numbered(text: str) -> list[str] | None:
    """Read a list numbered 1, 2, 3 …, items over several lines included; None unless whole."""
    items: list[str] = []
    for part in re.split(r"\n(?=\s*\d+[.)]\s)", text.strip()):
        match = _ITEM.fullmatch(part.strip())
        if not match or int(match[1]) != len(items) + 1:
            return None
        items.append(match[2].strip())
    return items or None


def closed_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema object with every property required and nothing besides."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
