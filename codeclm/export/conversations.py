"""Formats that tell a pair as turns: messages, ShareGPT and Gemini's contents."""

from __future__ import annotations

from typing import Any

from codeclm.export.fields import beside, system, system_column
from codeclm.records import Layout, Pair, Row

Message = dict[str, str]


def messages_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``messages``, each with ``role`` and ``content``; a system prompt is the first."""
    messages = [*asked(pair, layout), answered(pair.response)]
    return [{"messages": messages, **beside(pair, layout)}]


def sharegpt_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``conversations``, each turn with ``from`` and ``value``.

    LLaMA-Factory reads a system prompt from a column of its own. Axolotl would read that column
    too, but as a turn without text in rows that have none: there it is the first turn.
    """
    said = system(pair, layout)
    turns = [{"from": "human", "value": pair.instruction}, {"from": "gpt", "value": pair.response}]
    if layout.style == "axolotl":
        first = [{"from": "system", "value": said}] if said else []
        return [{"conversations": [*first, *turns], **beside(pair, layout)}]
    column = system_column(pair, layout)
    return [{"conversations": turns, **column, **beside(pair, layout)}]


def gemini_rows(pair: Pair, layout: Layout) -> list[Row]:
    """``contents`` of a user's and a model's turn, after ``systemInstruction`` where there is one.

    Gemini does not look at the role of a system instruction, which its examples name nevertheless.
    """
    said = system(pair, layout)
    return [
        {
            **({"systemInstruction": _content("system", said)} if said else {}),
            "contents": [_content("user", pair.instruction), _content("model", pair.response)],
            **beside(pair, layout),
        }
    ]


def asked(pair: Pair, layout: Layout) -> list[Message]:
    """The messages that a response answers: a system prompt where there is one, the instruction."""
    said = system(pair, layout)
    user = {"role": "user", "content": pair.instruction}
    return [{"role": "system", "content": said}, user] if said else [user]


def answered(response: str) -> Message:
    """A response as the message it is."""
    return {"role": "assistant", "content": response}


def _content(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"text": text}]}
