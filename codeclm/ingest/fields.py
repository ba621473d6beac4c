"""Dotted paths into a row: ``prompt``, ``turns.0``, ``instances.0.input``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from codeclm.ingest.chats import first_user_turn, is_chat
from codeclm.ingest.text import mend

#: Where instructions usually are, tried when no path is named.
GUESSES = ("instruction", "prompt", "question", "text", "turns.0")
#: Where conversations usually are, tried when none of those is there.
CHATS = ("messages", "conversations", "conversation")
#: Where the text an instruction is about usually is, by the field of the instruction.
_INPUTS = {
    "instruction": ("input", "context", "instances.0.input"),
    "prompt": ("input", "context"),
    "question": ("context", "input"),
}
#: Fields that often hold the whole example once more, instruction and all.
_RENDERED = {"prompt", "text"}
#: What ``lookup`` returns where there is nothing; null is a value.
MISSING = object()

_DEPTH = 6
_ITEMS = 5
_EXAMPLE = 200


def lookup(value: Any, path: str) -> Any:
    """The value at a dotted path, or ``MISSING``. A key that itself holds dots is found too."""
    if isinstance(value, dict):
        if path in value:
            return value[path]
        for key, rest in _splits(path):
            if key in value:
                found = lookup(value[key], rest)
                if found is not MISSING:
                    return found
        return MISSING
    if isinstance(value, list):
        index, _, rest = path.partition(".")
        if not (index.isascii() and index.isdigit() and len(index) < 7 and int(index) < len(value)):
            return MISSING
        return lookup(value[int(index)], rest) if rest else value[int(index)]
    return MISSING


def fields_of(values: Iterable[Any], *, every: bool = False) -> dict[str, str]:
    """Dotted path to an example (the first text that is not empty, cut at 200 characters).

    A list of turns is a field too, whose text is what the user says first. Numbers and lists of
    texts are fields only where ``every`` kind is wanted.
    """
    found: dict[str, str] = {}
    for value in values:
        if isinstance(value, str):
            continue
        for path, text in _texts(value, "", _DEPTH, every):
            if not found.get(path):
                found[path] = mend(text[:_EXAMPLE].strip())[0]
    return found


def guess(fields: Iterable[str]) -> str | None:
    """The one field instructions are usually in; None when none or several are there.

    Where there is an ``instruction``, a ``prompt`` or ``text`` beside it is taken for the whole
    example written out. A conversation is chosen when nothing else is likely.
    """
    paths = list(fields)
    likely = [path for path in paths if path.casefold() in GUESSES]
    first = [path for path in likely if path.casefold() not in _RENDERED]
    if len(likely) > 1 and [path.casefold() for path in first] == ["instruction"]:
        likely = first
    likely = likely or [path for path in paths if path.casefold() in CHATS]
    return likely[0] if len(likely) == 1 else None


def guess_input(fields: Iterable[str], field: str) -> str | None:
    """The field that usually goes with ``field`` as its input; None when there is none."""
    known = {path.casefold(): path for path in fields}
    parent, dot, name = field.casefold().rpartition(".")
    for other in _INPUTS.get(name, ()):
        if found := known.get(f"{parent}{dot}{other}"):
            return found
    return None


def _splits(path: str) -> Iterator[tuple[str, str]]:
    at = path.find(".")
    while at >= 0:
        yield path[:at], path[at + 1 :]
        at = path.find(".", at + 1)


def _texts(value: Any, path: str, depth: int, every: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif every and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield path, str(value)
    elif depth and isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else key, depth - 1, every)
    elif depth and isinstance(value, list):
        if is_chat(value):
            said = first_user_turn(value)
            yield path, said if isinstance(said, str) else ""
        elif every and value and all(isinstance(inner, str) for inner in value):
            yield path, ", ".join(value[:_ITEMS])
        for index, inner in enumerate(value[:_ITEMS]):
            yield from _texts(inner, f"{path}.{index}" if path else str(index), depth - 1, every)
