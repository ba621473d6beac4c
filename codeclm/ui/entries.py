"""Metadata entries as an editable table, and what a person's edits make of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from codeclm.errors import SettingsError
from codeclm.pipeline.projects import Project
from codeclm.records import Metadata, Status
from codeclm.ui import pick, text

CHOSEN = "select"
_FIXED = ["origin", "remarks"]


@dataclass(frozen=True, slots=True)
class Edits:
    """What the table says after a submit: changed entries, the ids that are ticked, new entries.

    ``ticked`` are the places of those new entries that are ticked.
    """

    changed: tuple[Metadata, ...]
    chosen: tuple[int, ...]
    added: tuple[Metadata, ...] = ()
    ticked: frozenset[int] = frozenset()


def rows(entries: Sequence[Metadata]) -> list[dict[str, Any]]:
    """The entries as rows of plain text; hidden characters are written out."""
    return [
        {
            CHOSEN: False,
            "use case": text.visible(entry.use_case),
            "skills": [text.visible(skill) for skill in entry.skills],
            "weight": entry.weight,
            "status": str(entry.status),
            "origin": entry.origin,
            "remarks": text.visible("; ".join(entry.flags)),
        }
        for entry in entries
    ]


def filtered(entries: Sequence[Metadata]) -> list[Metadata]:
    """Draw the filter bar; returns the entries it leaves. Its choices are in the URL."""
    left, right = st.columns([1, 3])
    statuses = ("any", *(str(status) for status in Status))
    status = pick.one("Status", statuses, "status", where=left)
    words = right.text_input(
        "Find in use case and skills", key="find", bind="query-params", placeholder="refund"
    )
    sought = " ".join((words or "").casefold().split())
    return [
        entry
        for entry in entries
        if status in ("any", entry.status)
        and sought in f"{entry.use_case} {' '.join(entry.skills)}".casefold()
    ]


def cells(entries: Sequence[Metadata]) -> list[tuple[str, str, int, None]]:
    """(use case, skill, weight, no gap yet) of each combination that is not rejected."""
    weights: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.status is not Status.REJECTED:
            weights.update({(entry.use_case, skill): entry.weight for skill in entry.skills})
    return [(use_case, skill, weight, None) for (use_case, skill), weight in weights.items()]


def seeds_behind(entries: Sequence[Metadata], counts: Mapping[int, int]) -> dict[str, int]:
    """Of entries by their words, how many seeds were read as them; ``counts`` is by their ids."""
    return {
        f"{entry.use_case} — {', '.join(entry.skills)}": counts[entry.id]
        for entry in entries
        if entry.id in counts and entry.status is not Status.REJECTED
    }


def table(entries: Sequence[Metadata], key: str) -> str:
    """Draw the editor inside a form; returns the key its edits lie under.

    The key changes with the entries: edits are positions, and must not outlive their rows.
    """
    drawn = f"_{key}-drawn"
    named = f"{key}-{hashlib.sha256(repr(entries).encode('utf-8', 'replace')).hexdigest()[:12]}"
    # A submit that was made over other rows brings edits that belong to none of these.
    st.session_state[f"{drawn}-before"] = st.session_state.get(drawn, named)
    st.session_state[drawn] = named
    st.data_editor(
        rows(entries),
        key=named,
        hide_index=True,
        disabled=_FIXED,
        num_rows="add",
        height=min(44 + 35 * (len(entries) + 1), 460),
        column_config={
            CHOSEN: st.column_config.CheckboxColumn(
                width=76, help="For the buttons below", default=False
            ),
            "use case": st.column_config.TextColumn(width="medium", required=True),
            "skills": st.column_config.MultiselectColumn(
                width="large", options=_skills(entries), accept_new_options=True
            ),
            "weight": st.column_config.NumberColumn(
                width="small",
                min_value=1,
                step=1,
                default=1,
                help="How many seeds stand behind it",
            ),
            "status": st.column_config.SelectboxColumn(
                width="small",
                options=[str(status) for status in Status],
                required=True,
                default=str(Status.APPROVED),
            ),
            "origin": st.column_config.TextColumn(width="small"),
            "remarks": st.column_config.TextColumn(width="medium"),
        },
        alt="Metadata entries: use case, skills, weight and status, to edit",
    )
    return named


def are_stale(key: str) -> bool:
    """Whether the rows have changed between what was on screen and what is drawn now."""
    drawn = f"_{key}-drawn"
    return st.session_state.get(f"{drawn}-before") != st.session_state.get(drawn)


def edits(entries: Sequence[Metadata], state: Mapping[str, Any]) -> Edits:
    """Read a data editor's state: only cells a person touched count."""
    changed, chosen = [], []
    for place, cells in state.get("edited_rows", {}).items():
        entry = entries[int(place)]
        if cells.get(CHOSEN):
            chosen.append(entry.id)
        changes: dict[str, Any] = {}
        if "use case" in cells:
            changes["use_case"] = " ".join((cells["use case"] or "").split())
        if "skills" in cells:
            # What was not touched comes back as it was drawn, with hidden characters written out.
            known = {text.visible(skill): skill for skill in entry.skills}
            named = (known.get(name, " ".join(name.split())) for name in cells["skills"] or ())
            changes["skills"] = tuple(dict.fromkeys(filter(None, named)))
        if "weight" in cells:
            changes["weight"] = int(cells["weight"] or 1)
        if "status" in cells:
            changes["status"] = Status(cells["status"])
        if changes:
            changed.append(_checked(replace(entry, **changes)))
    rows = state.get("added_rows", ())
    ticked = frozenset(place for place, cells in enumerate(rows) if cells.get(CHOSEN))
    return Edits(tuple(changed), tuple(chosen), tuple(map(_new, rows)), ticked)


def with_status(
    entries: Sequence[Metadata], found: Edits, ids: Collection[int], status: Status
) -> Edits:
    """The edits, and a status for the entries of ``ids``, whether they were edited or not."""
    edited = {entry.id: entry for entry in found.changed}
    for entry in entries:
        if entry.id in ids:
            edited[entry.id] = replace(edited.get(entry.id, entry), status=status)
    added = tuple(
        replace(entry, status=status) if place in found.ticked else entry
        for place, entry in enumerate(found.added)
    )
    return replace(found, changed=tuple(edited.values()), added=added)


def save(project: Project, found: Edits) -> int:
    """Store what was changed and added; returns how many entries that were."""
    project.edit_metadata(*found.changed)
    if found.added:
        project.add_metadata(found.added)
    return len(found.changed) + len(found.added)


def _new(cells: Mapping[str, Any]) -> Metadata:
    """An entry that was written into the table's last row."""
    skills = (" ".join(name.split()) for name in cells.get("skills") or ())
    return _checked(
        Metadata(
            " ".join((cells.get("use case") or "").split()),
            tuple(dict.fromkeys(filter(None, skills))),
            weight=int(cells.get("weight") or 1),
            status=Status(cells.get("status") or Status.APPROVED),
        )
    )


def _skills(entries: Sequence[Metadata]) -> list[str]:
    """Every skill there is, to choose from."""
    return sorted({text.visible(skill) for entry in entries for skill in entry.skills})


def _checked(entry: Metadata) -> Metadata:
    if not entry.use_case or not entry.skills:
        raise SettingsError(
            "An entry needs a use case and at least one skill.", "Fill both, or reject the entry."
        )
    return entry
