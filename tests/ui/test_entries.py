"""Edits of the metadata table: only touched cells count, and they hit the right entry."""

import pytest

from codeclm.errors import SettingsError
from codeclm.records import Metadata, Status
from codeclm.ui import entries

FOUND = [
    Metadata("refunds\u200b", ("billing terms",), weight=2, id=7),
    Metadata("triage", ("urgency assessment", "short reasoning"), id=9),
]


def test_a_touched_cell_changes_its_entry_and_nothing_else() -> None:
    state = {
        "edited_rows": {
            "1": {"skills": [" a  b ", " ", "c", "c"], "weight": 3},
            "0": {"select": True},
        }
    }
    found = entries.edits(FOUND, state)
    assert found.chosen == (7,)
    assert found.changed == (Metadata("triage", ("a b", "c"), weight=3, id=9),)


def test_what_only_looks_different_is_not_written_back() -> None:
    assert entries.rows(FOUND)[0]["use case"] == "refunds⟨U+200B⟩"
    found = entries.edits(FOUND, {"edited_rows": {0: {"status": "rejected"}}})
    assert found.changed[0].use_case == "refunds\u200b"
    assert found.changed[0].status is Status.REJECTED


def test_an_entry_without_skills_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least one skill"):
        entries.edits(FOUND, {"edited_rows": {0: {"skills": [" "]}}})


def test_no_state_is_no_edit() -> None:
    assert entries.edits(FOUND, {}) == entries.Edits((), ())


def test_what_is_written_into_the_last_row_is_a_new_entry_of_a_persons() -> None:
    new = {"use case": " late  fees ", "skills": ["billing terms", "billing terms"]}
    found = entries.edits(FOUND, {"added_rows": [new]})
    assert found.added == (Metadata("late fees", ("billing terms",), origin="hand"),)
    chosen = entries.with_status(FOUND, found, [9], Status.REJECTED)
    assert chosen.added == found.added
    with pytest.raises(SettingsError, match="a use case and at least one skill"):
        entries.edits(FOUND, {"added_rows": [{"use case": "late fees"}]})
