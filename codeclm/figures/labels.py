"""Model and user text as labels: short, one line, and nothing in it that plotly would act on."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping

_ENTITIES = str.maketrans(
    # Plotly draws <b>, <a href> and &entities; it hands $...$ to MathJax where that is loaded.
    {"&": "&#38;", "<": "&#60;", ">": "&#62;", "$": "&#36;"}
)
#: Joiners are invisible but words of several scripts and many emoji need them.
_JOINERS = "\u200c\u200d"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: str, width: int = 32) -> str:
    """One visible line of at most ``width`` characters, cut with an ellipsis.

    Control, bidi and zero-width characters become U+FFFD. For alternative texts, which are shown
    as they are; figures need ``label``.
    """
    # A text may have megabytes; its beginning tells whether it is cut.
    line = " ".join(text.lstrip()[: 4 * width + 64].split())[: width + 1]
    shown = "".join(_visible(char) for char in line)
    if len(shown) > width:
        shown = shown[: width - 1].rstrip() + "…"
    return shown or "(empty)"


def label(text: str, width: int = 32) -> str:
    """``plain`` with everything escaped that plotly would read as markup or as a formula."""
    return plain(text, width).translate(_ENTITIES)


def block(text: str, width: int = 120, across: int = 56) -> str:
    """As ``label``, broken into lines of at most ``across`` characters."""
    return "<br>".join(
        one.translate(_ENTITIES) for one in textwrap.wrap(plain(text, width), across)
    )


def number(value: int) -> str:
    """A count with its thousands apart: 12 345 with narrow spaces that do not break."""
    return f"{value:,}".replace(",", "\u202f")


def percent(part: int, whole: int) -> str:
    """A share as whole percent, such as ``7 %``."""
    return f"{100 * part / whole:.0f}\u202f%" if whole else "0\u202f%"


def folded(counts: Mapping[str, int], top: int) -> list[tuple[str, int]]:
    """The ``top`` largest by falling count (ties by name), the rest summed as ``other (k)``."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    head, tail = ranked[:top], ranked[top:]
    if tail:
        head.append((f"other ({len(tail)})", sum(count for _, count in tail)))
    return head


def _visible(char: str) -> str:
    if char in _JOINERS or unicodedata.category(char) not in _HIDDEN:
        return char
    return "\ufffd"
