"""An entry's rubrics and actions side by side, to edit."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from codeclm.pipeline.merging import meaning as same_meaning
from codeclm.records import Rubric
from codeclm.ui import keys, text

_WIDTHS = [5, 5, 1.2, 0.7, 0.9]
#: What stands over the fields; where they are below each other, each has its own label instead.
_HEAD = (
    "Rubric: what makes an instruction hard here",
    "Action: how to make it harder in that respect",
    "Order",
    "Use",
    "Remove",
)
#: The fields of a pair, by which their keys begin.
_FIELDS = ("rubric", "action", "order", "use", "remove")


def begun(entry: int, version: object, written: Sequence[Rubric]) -> tuple[object, list[Rubric]]:
    """The version to edit, with its pairs: the one at hand, or an older one while edits lie on it.

    What was typed and not saved stays when one looks at another entry, or when somebody saves a
    version meanwhile.
    """
    drawn = keys.of("_begun", entry)
    before, rows = st.session_state.get(drawn, (version, list(written)))
    if before != version and not _is_edited(entry, before, rows):
        before, rows = version, list(written)
    st.session_state[drawn] = (before, rows)
    return before, rows


def forget(entry: int, version: object, rows: Sequence[Rubric]) -> None:
    """Put away what was typed over a version; the next run of the page draws it anew."""
    for place in range(len(rows) + 1):
        for name in _FIELDS:
            st.session_state.pop(keys.of(name, entry, version, place), None)
    st.session_state.pop(keys.of("_begun", entry), None)


def fields(entry: int, version: object, written: Sequence[Rubric]) -> list[Rubric]:
    """Draw the fields; returns what they hold, removed and empty ones left out.

    One empty row at the end takes a new pair. They come in the order of their numbers.
    """
    with st.container(key="head-of-rubrics"):
        for column, words in zip(st.columns(_WIDTHS), _HEAD, strict=True):
            column.caption(words)
    rows = [*written, Rubric("", "")]
    with st.container(key="fields-of-rubrics"):
        found = [
            _row(pair, entry, version, place, place == len(written))
            for place, pair in enumerate(rows)
        ]
    return [pair for _, pair in sorted(filter(None, found), key=lambda row: row[0])]


def warnings(written: Sequence[Rubric]) -> list[str]:
    """What is odd about a set, in our words: an action that says what something else says."""
    told = []
    seen: dict[object, int] = {}
    for place, pair in enumerate(written, 1):
        if not pair.action.strip():
            continue  # not to be saved like that, which is said then
        action = _said(pair.action)
        if action == _said(pair.rubric):
            told.append(f"Action {place} only repeats its rubric.")
        if action in seen:
            told.append(f"Action {place} says the same as action {seen[action]}.")
        seen.setdefault(action, place)
    return told


def _row(
    pair: Rubric, entry: int, version: object, place: int, new: bool
) -> tuple[int, Rubric] | None:
    """One pair's fields and its place in the order; None when it is removed or empty."""
    columns = st.columns(_WIDTHS, vertical_alignment="center")
    label = "New rubric" if new else f"Rubric {place + 1}"
    marks = entry, version, place
    asked = columns[0].text_area(
        label,
        pair.rubric,
        height=72,
        key=keys.of("rubric", *marks),
        persist_state="session",
        label_visibility="collapsed",
        placeholder="A new rubric …" if new else None,
    )
    done = columns[1].text_area(
        "New action" if new else f"Action {place + 1}",
        pair.action,
        height=72,
        key=keys.of("action", *marks),
        persist_state="session",
        label_visibility="collapsed",
        placeholder="… and its action" if new else None,
    )
    order = columns[2].number_input(
        f"Order of {label}",
        1,
        99,
        place + 1,
        key=keys.of("order", *marks),
        persist_state="session",
        label_visibility="collapsed",
    )
    used = columns[3].checkbox(
        f"Use {label}",
        pair.enabled,
        key=keys.of("use", *marks),
        label_visibility="collapsed",
        persist_state="session",
    )
    gone = not new and columns[4].checkbox(
        f"Remove {label}",
        key=keys.of("remove", *marks),
        label_visibility="collapsed",
        persist_state="session",
    )
    asked, done = (asked or "").strip(), (done or "").strip()
    return (order, Rubric(asked, done, used)) if (asked or done) and not gone else None


def _is_edited(entry: int, version: object, rows: Sequence[Rubric]) -> bool:
    """Whether any field of a version holds something else than it was drawn with."""
    for place, pair in enumerate([*rows, Rubric("", "")]):
        first = (pair.rubric, pair.action, place + 1, pair.enabled, False)
        for name, value in zip(_FIELDS, first, strict=True):
            now = st.session_state.get(keys.of(name, entry, version, place), value)
            if (now.strip() if isinstance(now, str) else now) != value:
                return True
    return False


def _said(words: str) -> object:
    """What a text is compared by: its words whatever their order, or itself if it has none."""
    return same_meaning(words) or text.visible(words)
