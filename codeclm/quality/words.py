"""The words of a text, as every measure of this room counts them.

A word is a run of letters, digits and underscores, apostrophes and hyphens inside it included, and
each character of Chinese and Japanese, which write no spaces between words. Words are compared
without their case.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\w(?:[\w'’\-]*\w)?")
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD_OR_SINGLE = re.compile(rf"[{_SINGLE}]|[^\W{_SINGLE}]+(?:['’\-]+[^\W{_SINGLE}]+)*")


def words(text: str) -> list[str]:
    """The words of a text, lower-cased."""
    # Counting single characters takes twice as long, and ASCII has none.
    return (_WORD if text.isascii() else _WORD_OR_SINGLE).findall(text.casefold())


def placed(text: str) -> list[tuple[str, int, int]]:
    """The words of ``words``, each with where it starts and ends in the text as it was given."""
    folded = text.casefold()
    found = (_WORD if text.isascii() else _WORD_OR_SINGLE).finditer(folded)
    if len(folded) == len(text):
        return [(each[0], each.start(), each.end()) for each in found]
    # Without case ß is two characters: which of the text's each of them comes from.
    origins = [place for place, letter in enumerate(text) for _ in letter.casefold()]
    return [(each[0], origins[each.start()], origins[each.end() - 1] + 1) for each in found]
