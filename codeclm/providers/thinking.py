"""Telling what a model thought from what it answered."""

from __future__ import annotations

import re

_OPEN = re.compile(r"\s*<(think|thinking)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(?:think|thinking)>", re.IGNORECASE)


def split_thinking(text: str) -> tuple[str, str]:
    """Cut a leading thinking block: ``(thinking, answer)``, both without surrounding space.

    A block that never closes is all thinking: the reply was cut before the answer began. Some
    chat templates put the opening tag into the prompt, so a closing tag with no opening one
    before it ends a block as well. Without a block the text comes back unchanged.
    """
    opened = _OPEN.match(text)
    if opened is None:
        closed = _CLOSE.search(text)
        if closed is None or re.search(r"<think", text[: closed.start()], re.IGNORECASE):
            return "", text
        return text[: closed.start()].strip(), text[closed.end() :].strip()
    closed = _CLOSE.search(text, opened.end())
    if closed is None:
        return text[opened.end() :].strip(), ""
    return text[opened.end() : closed.start()].strip(), text[closed.end() :].strip()
