"""What trainers document of their formats, checked row by row.

Read for this: the data code and guides of TRL 1.16, LLaMA-Factory 0.9.5 and Axolotl 0.19, OpenAI's
guide to supervised fine-tuning with the format check of its cookbook, and Google Cloud's page on
preparing supervised tuning data for Gemini. A trainer drops, refuses or quietly misreads what is
told here; what a row says is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from codeclm.records import Layout, Row

#: The versions that were read; Gemini's page has the date of its last change, OpenAI's guide none.
READ = {
    "TRL": "1.16.0",
    "LLaMA-Factory": "0.9.5",
    "Axolotl": "0.19.0",
    "OpenAI": "undated guide",
    "Gemini": "page of 4 September 2025",
}


def faults(row: Row, layout: Layout) -> list[str]:
    """What is wrong with a row for who loads it, a sentence each. Takes a checked layout."""
    return list(_CHECKS[layout.format](row, layout.style))


@dataclass(frozen=True, slots=True)
class _Speech:
    """How a format writes a turn: its keys, the names of who speaks, and what else it may hold."""

    role: str
    content: str
    system: str
    user: str
    assistant: str
    allowed: frozenset[str] = frozenset()

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.system, self.user, self.assistant)))


_MESSAGES = _Speech(
    "role",
    "content",
    "system",
    "user",
    "assistant",
    frozenset({"role", "content", "name", "weight"}),
)
_SHAREGPT = _Speech("from", "value", "system", "human", "gpt")
_GEMINI = _Speech("role", "parts", "", "user", "model")


def _alpaca(row: Row, _style: str) -> Iterator[str]:
    yield from _text(row, "instruction")
    yield from _text(row, "output")
    if "input" in row:
        yield from _text(row, "input", empty=True)
    yield from _system(row)


def _sharegpt(row: Row, _style: str) -> Iterator[str]:
    yield from _turns(row, "conversations", _SHAREGPT)
    yield from _system(row)


def _messages(row: Row, _style: str) -> Iterator[str]:
    yield from _turns(row, "messages", _MESSAGES)


def _prompt_completion(row: Row, style: str) -> Iterator[str]:
    yield from _prompt(row, style)
    yield from _response(row, "completion", style)


def _dpo(row: Row, style: str) -> Iterator[str]:
    yield from _prompt(row, style)
    yield from _response(row, "chosen", style)
    yield from _response(row, "rejected", style)
    yield from _system(row)


def _kto(row: Row, style: str) -> Iterator[str]:
    yield from _prompt_completion(row, style)
    if "label" not in row:
        yield "It has no “label”."
    elif not isinstance(row["label"], bool):
        yield "Its “label” must be true or false."


def _gemini(row: Row, _style: str) -> Iterator[str]:
    yield from _turns(row, "contents", _GEMINI)
    if "systemInstruction" in row:
        content = row["systemInstruction"]
        parts = content.get("parts") if isinstance(content, dict) else None
        yield from _parts(parts, "In “systemInstruction”")


def _table(row: Row, _style: str) -> Iterator[str]:
    for key in ("instruction", "response"):
        if key in row:
            yield from _text(row, key)


_CHECKS: dict[str, Callable[[Row, str], Iterator[str]]] = {
    "jsonl": _table,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "messages": _messages,
    "prompt-completion": _prompt_completion,
    "dpo": _dpo,
    "kto": _kto,
    "gemini": _gemini,
    "csv": _table,
    "parquet": _table,
}


def _prompt(row: Row, style: str) -> Iterator[str]:
    if style == "conversational":
        yield from _turns(row, "prompt", _MESSAGES, last="user")
    else:
        yield from _text(row, "prompt")


def _response(row: Row, key: str, style: str) -> Iterator[str]:
    if style == "conversational":
        yield from _turns(row, key, _MESSAGES, first="assistant")
    else:
        yield from _text(row, key)


def _system(row: Row) -> Iterator[str]:
    if "system" in row:
        yield from _text(row, "system")


def _text(row: Row, key: str, *, empty: bool = False) -> Iterator[str]:
    if key not in row:
        yield f"It has no “{key}”."
        return
    yield from _said(row[key], f"Its “{key}”", empty=empty)


def _said(value: Any, what: str, *, empty: bool = False) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{what} must be text."
    elif not (empty or value.strip()):
        yield f"{what} is empty."


def _turns(row: Row, key: str, speech: _Speech, first: str = "", last: str = "") -> Iterator[str]:
    """Faults of a list of turns, from ``first`` (the user's unless told) to ``last``."""
    if key not in row:
        yield f"It has no “{key}”."
        return
    turns = row[key]
    if not isinstance(turns, list) or not turns:
        yield f"Its “{key}” must be a list of turns."
        return
    well_formed = True
    for place, turn in enumerate(turns, start=1):
        for told in _turn(turn, f"In turn {place} of “{key}”", speech):
            well_formed = False
            yield told
    if well_formed:
        roles = [turn[speech.role] for turn in turns]
        yield from _order(roles, key, speech, first or speech.user, last or speech.assistant)


def _turn(turn: Any, where: str, speech: _Speech) -> Iterator[str]:
    if not isinstance(turn, dict):
        yield f"{where}, “{speech.role}” and “{speech.content}” are missing."
        return
    if turn.get(speech.role) not in speech.roles:
        yield f"{where}, “{speech.role}” must be one of {', '.join(speech.roles)}."
    content = turn.get(speech.content)
    if speech is _GEMINI:
        yield from _parts(content, where)
    else:
        yield from _said(content, f"{where}, “{speech.content}”")
    if speech.allowed and (unknown := sorted(turn.keys() - speech.allowed)):
        yield f"{where}, nobody reads “{'”, “'.join(unknown)}”."


def _parts(parts: Any, where: str) -> Iterator[str]:
    if not isinstance(parts, list) or not parts:
        yield f"{where}, “parts” must be a list."
        return
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else None
        yield from _said(text, f"{where}, the “text” of a part")


def _order(roles: list[str], key: str, speech: _Speech, first: str, last: str) -> Iterator[str]:
    """Faults of who speaks when: a system prompt once and first, then each in their turn."""
    opened = speech.system and roles[0] == speech.system and first == speech.user
    spoken = roles[1:] if opened else roles
    if speech.system in spoken:
        yield f"A system prompt in “{key}” may only be its first turn."
    elif spoken and spoken[0] != first:
        yield f"“{key}” must begin with {first}."
    elif any(role == after for role, after in pairwise(spoken)):
        yield f"“{key}” has two turns of one role after each other."
    elif not spoken or spoken[-1] != last:
        yield f"“{key}” must end with {last}."
