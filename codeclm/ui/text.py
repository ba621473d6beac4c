"""Text that people and models wrote, shown as it is: nothing in it is fetched, drawn or obeyed.

Markdown, labels, toasts and alerts read their text as Markdown, which fetches images and draws
formulas. Text from outside therefore goes through ``show``, ``block`` or, for the options of a
select box and the cells of a table, through ``line`` and ``visible``, which Streamlit draws plain.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

import streamlit as st

#: Characters beyond which a text is cut on screen; the whole text stays in the database.
LIMIT = 20_000
#: Characters of a text that are in sight before the rest of it is asked for.
FOLD = 6_000

# Controls, bidi marks, zero-width and blank-looking characters, lone surrogates, tag characters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """The text with every hidden character written out, such as ``⟨U+202E⟩``."""
    return _HIDDEN.sub(_written_out, text.replace("\r\n", "\n"))


def line(text: str, width: int = 80) -> str:
    """One visible line of at most ``width`` characters."""
    shown = " ".join(visible(text[: 4 * width + 64]).split())
    return shown if len(shown) <= width else shown[: width - 1].rstrip() + "…"


def label(text: str, width: int = 40) -> str:
    """A short text as the label of a button, which Streamlit reads as Markdown: all of it said."""
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line(text, width))
    # Names between colons become icons and colours even so; nothing is seen of the joiner.
    return escaped.replace("\\:", "\\:\u2060")


def show(text: str, limit: int = LIMIT) -> None:
    """Draw a text in the running font, white space kept."""
    st.text(_cut(text, limit))


def folded(text: str, key: str) -> None:
    """Draw a text, a long one as its beginning with a switch for all of it."""
    if len(text) <= FOLD:
        st.text(visible(text))
        return
    label = f"Show all {number(len(text))} characters"
    whole = st.session_state.get(key, False)
    st.text(visible(text if whole else text[:FOLD] + "…"))
    st.toggle(label, key=key)


def word(text: str, width: int = 60) -> None:
    """Draw a short text as wide as it is, to stand in a row with other things."""
    st.text(line(text, width), width="content")


def quiet(text: str, key: str) -> None:
    """Draw a text small and muted; ``key`` is unique on the page."""
    with st.container(key=f"quiet-{key}"):
        st.text(_cut(text, LIMIT))


def marked(text: str, spans: Sequence[tuple[int, int]], limit: int = FOLD) -> None:
    """Draw a text in the running font with some of its characters marked: ``spans`` in order.

    A long text is drawn around its first mark. What lies outside of the text is not marked.
    """
    start = 0
    spans = [(begins, _whole(text, ends)) for begins, ends in spans if begins < len(text)]
    if len(text) > limit and spans:
        start = max(0, spans[0][0] - limit // 4)
    end, at = min(len(text), start + limit), start
    parts = ["… " * (start > 0)]
    for begins, ends in spans:
        begins, ends = max(at, begins), min(end, ends)
        if begins < ends:
            parts += [_escaped(text[at:begins]), "<mark>", _escaped(text[begins:ends]), "</mark>"]
            at = ends
    parts += [_escaped(text[at:end]), " …" * (end < len(text))]
    # Nothing of the text is HTML: every sign that could be is written out.
    st.html(f'<div class="marked-text">{"".join(parts)}</div>')


def block(text: str, limit: int = LIMIT) -> None:
    """Draw a text in a fixed-width box with a copy button, long lines wrapped."""
    st.code(_cut(text, limit), language=None, wrap_lines=True)


def difference(lines: str) -> None:
    """Draw a unified diff, what is gone and what is new marked by sign and colour."""
    st.code(visible(lines), language="diff", wrap_lines=True)


def number(value: float) -> str:
    """A count with its thousands apart."""
    return f"{value:,}".replace(",", "\u202f")


def counted(count: int, noun: str) -> str:
    """A count with its noun, in the plural unless it is one."""
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")


def plural(count: int, one: str, many: str) -> str:
    """A count with the noun that fits it."""
    return f"{number(count)} {one if count == 1 else many}"


def signed(gap: float | None) -> str:
    """A gap with its sign, an en dash where there is none."""
    return "–" if gap is None else f"{gap:+g}".replace("-", "−") if gap else "0"


def _whole(text: str, end: int) -> int:
    """The end of a sign of which ``end`` is within: one that joiners hold together, or CR LF."""
    while 0 < end < len(text) and (
        _JOINERS[1] in text[end - 1 : end + 1] or text[end - 1 : end + 1] == "\r\n"
    ):
        end += 1
    return end


def _escaped(text: str) -> str:
    return html.escape(visible(text))


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return visible(text)
    return f"{visible(text[:limit])}\n… {number(len(text) - limit)} more characters"


def _written_out(found: re.Match[str]) -> str:
    char = found.group()
    if char in _JOINERS and _joins(found.string, found.start()):
        return char
    return f"⟨U+{ord(char):04X}⟩"


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands where scripts and emoji need one: between two of their signs."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(
        char > "\u02ff" and unicodedata.category(char)[0] in "LMS" for char in around
    )
