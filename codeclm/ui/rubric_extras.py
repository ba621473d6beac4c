"""Beside an entry's rubrics: the versions before, and the library of sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import Metadata, Rubric, Status
from codeclm.ui import keys, notice, text

_BY = {"hand": "by hand", "call": "by the strong model", "sample": "from a sample"}
#: What a set from the library is given to.
_REACH = (
    "this entry",
    "all entries of this use case",
    "all entries without rubrics",
    "all entries",
)


def history(project: Project, entry: Metadata) -> None:
    """Every version of an entry's rubrics, each to be taken up again."""
    versions = project.rubric_sets.versions(entry.id)
    if len(versions) < 2:
        return
    with st.popover(f"History ({len(versions)})", key=keys.of("history", entry.id)):
        for version in versions:
            number = int(str(version["id"]))
            st.markdown(f"**Version {told(version)}**")
            rubrics = project.rubric_sets.version(number)
            _show(rubrics)
            older = version is not versions[0]
            if older and st.button("Take this up again", key=keys.of("take-up", number)):
                project.rubric_sets.save(entry.id, rubrics)
                notice.say(f"Version {version['version']} is taken up again, as the newest.")
                st.rerun()


def told(version: Mapping[str, object]) -> str:
    """A version by its number, who wrote it and when."""
    at = str(version["created_at"])[:16].replace("T", " ")
    return f"{version['version']}, written {_BY[str(version['origin'])]}, {at} UTC"


def keep(project: Project, entry: Metadata, written: Sequence[Rubric]) -> None:
    """Put an entry's set into the library under a name."""
    with (
        st.popover("Keep in the library", key=keys.of("keep", entry.id)),
        st.form(keys.of("keep-form", entry.id), border=False),
    ):
        name = st.text_input("Name of the set", max_chars=80, key=keys.of("keep-name", entry.id))
        st.caption("A set of the same name is replaced. The library serves every project.")
        if st.form_submit_button("Keep"):
            with notice.shown():
                project.rubric_sets.keep(name or "", written)
                notice.say("Kept in the library.")
                st.rerun()


def give(project: Project, entry: Metadata) -> None:
    """Give a set of the library to this entry or to others."""
    sets = project.rubric_sets.library()
    if not sets:
        return
    with st.popover("Use from the library", key=keys.of("give", entry.id)):
        name = st.selectbox(
            "Set", list(sets), format_func=lambda name: text.line(name, 60), key="library-set"
        )
        _show(sets[name])
        reach = st.selectbox("Give it to", _REACH, key="library-reach")
        chosen = _reached(project, entry, reach)
        with st.container(horizontal=True):
            label = f"Give it to {text.plural(len(chosen), 'entry', 'entries')}"
            if st.button(label, type="secondary", disabled=not chosen, key="library-give"):
                project.rubric_sets.give(chosen, sets[name])
                notice.say(
                    f"{text.plural(len(chosen), 'entry has', 'entries have')} a new version."
                )
                st.rerun()
            if st.button("Remove from the library", key="library-remove"):
                project.rubric_sets.forget(name)
                st.rerun()


def _reached(project: Project, entry: Metadata, reach: str) -> list[int]:
    entries = project.metadata(Status.APPROVED)
    match _REACH.index(reach):
        case 0:
            return [entry.id]
        case 1:
            return [other.id for other in entries if other.use_case == entry.use_case]
        case 2:
            return [other.id for other in entries if not project.rubric_sets.current(other.id)]
        case _:
            return [other.id for other in entries]


def _show(rubrics: Sequence[Rubric]) -> None:
    for place, pair in enumerate(rubrics, 1):
        off = "" if pair.enabled else " (not in use)"
        text.show(
            f"{place}. {text.line(pair.rubric, 200)}{off}\n   → {text.line(pair.action, 200)}"
        )
