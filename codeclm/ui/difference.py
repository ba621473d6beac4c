"""What became of a text, word by word, as the lines of a diff."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
#: Words around a change that are shown with it.
_AROUND = 12
#: Words beyond which two texts are not compared: it would take longer than reading them.
MOST = 6_000


def of(before: str, after: str) -> str:
    """Lines that begin with ``-`` (gone), ``+`` (new) or a blank (the same, abridged).

    Empty when nothing changed.
    """
    if before == after:
        return ""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > MOST:
        return f"- {before}\n+ {after}"
    lines: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += _lines(" ", _abridged(old[a:b], first=not lines, last=b == len(old)))
            continue
        lines += _lines("-", "".join(old[a:b])) + _lines("+", "".join(new[c:d]))
    return "\n".join(lines)


def _lines(sign: str, text: str) -> list[str]:
    return [f"{sign} {line}" for line in text.split("\n")] if text else []


def _abridged(words: list[str], *, first: bool, last: bool) -> str:
    """Words that stayed: those next to a change."""
    if len(words) <= 2 * _AROUND:
        return "".join(words)
    head = "" if first else "".join(words[:_AROUND])
    tail = "" if last else "".join(words[-_AROUND:])
    return f"{head} … {tail}".strip()
