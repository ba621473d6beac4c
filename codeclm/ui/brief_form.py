"""The brief: its parts with what one might write there, and what both models answer under."""

from __future__ import annotations

import zlib
from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import Brief
from codeclm.ui import keys, notice

#: Part: its label and an example, on the left and on the right.
_LEFT = {
    "product": ("Product", "A helpdesk for people who rent a bicycle by the month."),
    "audience": ("Who asks", "Renters, often in a hurry, few of them technical."),
    "language": ("Language of everything written", "German"),
}
_RIGHT = {
    "must": ("Must", "Ask things that the rental terms answer; name the kind of bicycle."),
    "must_not": ("Must not", "Need a photo, a map or an account to be answered."),
}


def draw(project: Project) -> None:
    """What the data is for, part by part, and what both models answer under."""
    known, row = project.wording.brief, project.row
    told = "filled in" if known.text or row["system_prompt"] else "empty"
    # A brief that was saved draws new fields; what was typed over an older one stays in its own.
    saved = (known, row["system_prompt"], bool(row["system_prompt_is_brief"]))
    mark = f"{project.id}-{zlib.crc32(repr(saved).encode('utf-8', 'replace'))}"
    with st.expander(f"Brief: what the data is for ({told})"):
        st.caption(
            "Told to the strong model when it writes instructions, rubrics and improvements."
            " Every part may stay empty."
        )
        left, right = st.columns(2)
        parts = _fields(left, right, known, mark)
        is_system = st.toggle(
            "Both models answer under the brief as their system prompt",
            saved[2],
            key=keys.of("brief", mark, "is-system"),
            persist_state="session",
        )
        answering = st.text_area(
            "Or under a system prompt of its own, which goes before the brief"
            " (every export carries what they answered under)",
            saved[1],
            height=70,
            key=keys.of("brief", mark, "system"),
            persist_state="session",
        )
        written = (parts, (answering or "").strip(), is_system)
        with st.container(horizontal=True, vertical_alignment="center"):
            wanted = st.button("Save brief")
            if written != saved:
                st.caption("Not saved yet", width="content")
    if wanted:
        project.wording.save_brief(parts)
        project.wording.answer_under(written[1], brief=is_system)
        notice.say("Brief saved. Runs planned from now on are told it.")
        st.rerun()


def _fields(left: Any, right: Any, known: Brief, mark: str) -> Brief:
    """Draw the parts into two columns; returns what they hold.

    What is typed stays while one looks at other pages; ``mark`` tells it from other briefs.
    """
    parts: dict[str, str] = {}
    for where, labels in ((left, _LEFT), (right, _RIGHT)):
        for part, (label, example) in labels.items():
            draw = where.text_input if part == "language" else where.text_area
            size = {} if part == "language" else {"height": 80 if where is left else 118}
            parts[part] = draw(
                label,
                getattr(known, part),
                placeholder=example,
                key=keys.of("brief", mark, part),
                persist_state="session",
                **size,
            )
    return Brief(**{part: (written or "").strip() for part, written in parts.items()})
