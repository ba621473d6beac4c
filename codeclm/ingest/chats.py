"""Conversations: lists of turns, of which what the user says first is the instruction."""

from __future__ import annotations

from typing import Any, Literal, TypeGuard

#: The field of a row that is itself a list of turns.
CHAT = "messages"

_USERS = {"user", "human"}
_ASSISTANTS = {"assistant", "gpt", "model", "bot", "chatgpt"}


def is_chat(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    """Whether a value is a list of turns: ``{role, content}``, or ShareGPT's ``{from, value}``."""
    return (
        isinstance(value, list)
        and all(isinstance(turn, dict) for turn in value)
        and any(_is_turn(turn) for turn in value)
    )


def is_one_chat(values: list[Any]) -> bool:
    """Whether items are turns of one conversation, which takes two who speak."""
    return all(map(_is_turn, values)) and len({_speaker(turn) for turn in values}) > 1


def first_user_turn(turns: list[dict[str, Any]]) -> Any:
    """What the first user turn says; None when no turn is a user's.

    Parts such as ``{"type": "text", "text": "..."}`` are put on lines of their own, pictures and
    sounds left out. A content that is neither text nor parts is returned as it is.
    """
    for turn in turns:
        if _speaker(turn) in _USERS:
            return _said(turn)
    return None


def turns_of(
    turns: list[dict[str, Any]], side: Literal["user", "assistant", "system"]
) -> list[Any]:
    """What each turn of one side says, as ``first_user_turn`` returns it."""
    speakers = {"user": _USERS, "assistant": _ASSISTANTS, "system": {"system"}}[side]
    return [_said(turn) for turn in turns if _speaker(turn) in speakers]


def _is_turn(value: Any) -> bool:
    return (
        isinstance(value, dict) and _speaker(value) != "" and bool({"content", "value"} & {*value})
    )


def _speaker(turn: dict[str, Any]) -> str:
    for key in ("role", "from"):
        if isinstance(turn.get(key), str):
            return turn[key].strip().casefold()
    return ""


def _said(turn: dict[str, Any]) -> Any:
    said = turn.get("content") if turn.get("content") is not None else turn.get("value")
    if said is None:
        return ""
    if isinstance(said, list):
        texts = [part.get("text") if isinstance(part, dict) else part for part in said]
        return "\n".join(text for text in texts if isinstance(text, str))
    return said
