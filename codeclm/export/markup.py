"""Words of people and models inside a card: shown as they are, read as nothing.

Every sign that Markdown, HTML or a formula would act on is written as its number, which renders as
the sign and never as structure (CommonMark §6.2). Characters that nobody sees become U+FFFD.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>#|~$!&^@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
#: At the start of a line these make lists, rules and headings.
_FIRST = re.compile(r"(\d{1,9}(?=[.)])|)([-+=.)])")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def line(text: str, most: int = 200) -> str:
    """A text as one line of Markdown, cut to ``most`` characters with an ellipsis."""
    plain = one_line(text[: 4 * most + 64])
    if len(plain) > most:
        plain = plain[: most - 1].rstrip() + "…"
    return _numbered(plain)


def quote(text: str) -> str:
    """A text as a quotation, one paragraph a line."""
    lines = [_numbered(plain) for plain in map(one_line, text.splitlines()) if plain]
    return "\n>\n".join(f"> {plain}" for plain in lines)


def code(text: str) -> str:
    """A short text of ours or a name, set as code; works in a table, too."""
    # Numbers of signs mean nothing inside a code span of Markdown, but do in HTML's.
    return f"<code>{line(text)}</code>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 0) -> str:
    """A table whose last ``right`` columns are numbers.

    Cells are Markdown already: ``line`` makes them of what people wrote.
    """
    ruler = [*["---"] * (len(head) - right), *["--:"] * right]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ruler, *rows))


def scalar(text: str) -> str:
    """A text as a quoted scalar that JSON and YAML read alike."""
    return json.dumps(one_line(text), ensure_ascii=False)


def one_line(text: str) -> str:
    """The text with single blanks, and a sign for each character that is not seen."""
    joined = " ".join(text.split())
    if joined.isascii() and joined.isprintable():
        return joined
    return "".join(char if _is_seen(char) else "\ufffd" for char in joined)


def _is_seen(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _HIDDEN


def _numbered(plain: str) -> str:
    numbered = _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", plain)
    first = _FIRST.match(numbered)
    return f"{first[1]}&#{ord(first[2])};{numbered[first.end() :]}" if first else numbered
