"""What only a person can say of a project's data sets; the card warns of what is not said."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from codeclm.pipeline.exporting import missing_terms
from codeclm.pipeline.projects import Project
from codeclm.records import Terms
from codeclm.ui import keys, notice

_FIELDS = {
    "title": ("Title", "the project's name"),
    "summary": ("What it is, in a sentence or two", ""),
    "language": ("Language code", "en"),
    "licence": ("Licence of this data set", "cc-by-4.0"),
    "seeds_licence": ("Licence of the seeds", "cc0-1.0, or own work"),
    "strong_terms": (
        "What the strong model's provider says on training other models with its replies",
        "allowed, see …",
    ),
}


def draw(project: Project) -> None:
    """The form behind a button that says how much is missing."""
    said = project.exports.terms
    lacking = missing_terms(said)
    label = f"Card · {len(lacking)} to say" if lacking else "Card"
    with st.popover(label), st.form(keys.of("terms", project.id), border=False):
        for warning in lacking:
            st.caption(warning)
        given = {
            name: st.text_input(
                label,
                getattr(said, name),
                placeholder=placeholder,
                max_chars=2000,
                key=keys.of("terms", name, project.id),
            )
            for name, (label, placeholder) in _FIELDS.items()
        }
        if st.form_submit_button("Save"):
            terms = Terms(**{name: str(value or "").strip() for name, value in given.items()})
            if asdict(terms) != asdict(said):
                project.exports.say(terms)
                notice.say("Saved for every card from now on.")
            st.rerun()
