"""An entry's rubrics and actions side by side, to edit."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from codeclm.records import Rubric
from codeclm.ui import keys, text

_WIDTHS = [5, 5, 0.9, 1.1]


def fields(entry: int, version: object, written: Sequence[Rubric]) -> list[Rubric]:
    """Draw the fields inside a form; returns what they hold, removed and empty ones left out.

    One empty row at the end takes a new pair.
    """
    rubric, action, use, away = st.columns(_WIDTHS)
    rubric.caption("Rubric: what makes an instruction hard here")
    action.caption("Action: how to make it harder in that respect")
    use.caption("Use")
    away.caption("Remove")
    rows = [*written, Rubric("", "")]
    found = [
        _row(pair, entry, version, place, place == len(written)) for place, pair in enumerate(rows)
    ]
    return [pair for pair in found if pair]


def warnings(written: Sequence[Rubric]) -> list[str]:
    """What is odd about a set, in our words: an action that says what something else says."""
    told = []
    seen: dict[str, int] = {}
    for place, pair in enumerate(written, 1):
        action = _same(pair.action)
        if not action:
            told.append(f"Rubric {place} has no action, so it improves nothing.")
            continue
        if action == _same(pair.rubric):
            told.append(f"Action {place} only repeats its rubric.")
        if action in seen:
            told.append(f"Action {place} is the same as action {seen[action]}.")
        seen.setdefault(action, place)
    return told


def _row(pair: Rubric, entry: int, version: object, place: int, new: bool) -> Rubric | None:
    """One pair's fields; None when it is removed or empty."""
    columns = st.columns(_WIDTHS, vertical_alignment="center")
    label = "New rubric" if new else f"Rubric {place + 1}"
    marks = entry, version, place
    asked = columns[0].text_area(
        label,
        pair.rubric,
        height=72,
        key=keys.of("rubric", *marks),
        label_visibility="collapsed",
        placeholder="A new rubric …" if new else None,
    )
    done = columns[1].text_area(
        "New action" if new else f"Action {place + 1}",
        pair.action,
        height=72,
        key=keys.of("action", *marks),
        label_visibility="collapsed",
        placeholder="… and its action" if new else None,
    )
    used = columns[2].checkbox(
        f"Use {label}", pair.enabled, key=keys.of("use", *marks), label_visibility="collapsed"
    )
    gone = not new and columns[3].checkbox(
        f"Remove {label}", key=keys.of("remove", *marks), label_visibility="collapsed"
    )
    asked, done = (asked or "").strip(), (done or "").strip()
    return Rubric(asked, done, used) if (asked or done) and not gone else None


def _same(words: str) -> str:
    return " ".join(text.visible(words).casefold().split()).rstrip(".")
