"""How many words a text has, for the rules that drop what is too short or too long."""

from __future__ import annotations

import re

# Chinese and Japanese put no blanks between words: there each character counts as one.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def count(text: str) -> int:
    """The number of words: what stands between blanks."""
    return sum(1 for _ in _WORD.finditer(text))
