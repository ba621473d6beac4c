"""Rubrics: what makes instructions of an entry hard, and the actions that make them harder."""

import streamlit as st

from codeclm import records
from codeclm.ui import (
    costs,
    failed,
    keys,
    notice,
    page,
    pick,
    rubric_extras,
    rubric_form,
    rubric_trial,
    text,
    watch,
    work,
)


def generate(project, missing: list[int]) -> None:
    """Have the missing rubrics written."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.number_input(
            "Rubrics an entry (paper: 4)", 1, 20, 4, key="count", bind="query-params", width=190
        )
        if st.button(
            f"Generate missing ({text.number(len(missing))})",
            type="primary" if missing else "secondary",
            disabled=not missing,
        ):
            work.write_rubrics(project, missing, count)
            st.rerun()
        if missing and project.row["strong"]:
            expected = project.estimate(work.writing(project, count), missing)
            st.caption(
                "One call to the strong model for each entry"
                f" ({costs.in_short(expected)}). A run writes missing ones too."
            )
        else:
            st.caption("Every approved entry has its rubrics.")


def chosen(found) -> records.Metadata:
    """The entry one looks at, in the URL.

    How many rubrics it has stands below: a select box keeps showing the label it was chosen by.
    """
    entries = {entry.id: entry for entry in found}

    def told(number: int) -> str:
        entry = entries[number]
        return f"{text.line(entry.use_case, 60)} — {text.line(', '.join(entry.skills), 70)}"

    number = pick.one("Metadata entry", list(entries), "entry", told)
    return entries[number]


def edit(project, entry, written, *, missing: bool) -> None:
    """The pairs of one entry, and saving them as its next version."""
    versions = project.rubric_sets.versions(entry.id)
    version = versions[0]["version"] if versions else 0
    if versions:
        st.caption(f"Version {rubric_extras.told(versions[0])}")
    else:
        st.caption("No rubrics yet: have them generated, or write the first pair here.")
    shown, rows = rubric_form.begun(entry.id, version, written)
    with st.container(border=True):
        found = rubric_form.fields(entry.id, shown, rows)
        changed = found != rows
        if shown != version:
            st.warning(
                f"Version {version} was saved meanwhile. Below is what you typed over version"
                f" {shown}; saved, it becomes the newest. No version is ever lost."
            )
        for warning in rubric_form.warnings(found):
            st.warning(warning)
        with st.container(horizontal=True, vertical_alignment="center"):
            saved = st.button(
                "Save as a new version",
                type="secondary" if missing else "primary",
                key=keys.of("save-rubrics", entry.id, shown),
            )
            if changed or shown != version:
                st.button(
                    "Put my edits away",
                    type="tertiary",
                    key=keys.of("forget-rubrics", entry.id, shown),
                    on_click=rubric_form.forget,
                    args=(entry.id, shown, rows),
                )
            if changed:
                st.caption("Not saved yet", width="content")
    if saved and not changed:
        notice.say("Nothing has changed.")
        st.rerun()
    if saved:
        project.rubric_sets.save(entry.id, found)
        rubric_form.forget(entry.id, shown, rows)
        notice.say(
            f"{text.counted(len(found), 'rubric')} saved as version {int(str(version)) + 1}."
        )
        st.rerun()


def beside(project, entry, written, count: int) -> None:
    """What else can be done with an entry's rubrics."""
    with st.container(horizontal=True):
        if st.button("Regenerate this", key=keys.of("again", entry.id)):
            work.write_rubrics(project, [entry.id], count, anew=True)
            st.rerun()
        rubric_extras.history(project, entry)
        if written:
            rubric_extras.keep(project, entry, written)
        rubric_extras.give(project, entry)


with page.opened("Rubrics") as project:
    found = project.metadata(records.Status.APPROVED)
    run = work.newest(project, "rubrics")
    if not found:
        notice.empty(
            "No approved metadata yet.",
            "Rubrics belong to metadata entries. Extract and approve some on Metadata first.",
        )
        page.send("Go to Metadata", "create/metadata.py", project)
        st.stop()
    written = {entry.id: project.rubric_sets.current(entry.id) for entry in found}
    missing = [number for number, pairs in written.items() if not pairs]
    generate(project, missing)
    if run and not watch.follow(run):
        failed.show(project, run)
    entry = chosen(found)
    own = written[entry.id]
    with notice.shown():
        edit(project, entry, own, missing=bool(missing))
    beside(project, entry, own, max(1, len(own) or st.session_state["count"]))
    if own:
        rubric_trial.draw(project, entry, own)
