"""What can be done to the pair on screen: a button and a key for each, and their help sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.pipeline.reviews import FLAGGED
from codeclm.records import SIDES, Pair, Status
from codeclm.ui import card, keys, notice, queue, session, text
from codeclm.ui.queue import Queue

#: Reasons that have a key of their own: 1 to 9.
KEYED = 9
SHEET = (
    (keys.APPROVE, "approve"),
    (keys.REJECT, "reject, with the words in the reason's field if there are any"),
    ("1 … 9", "reject with that reason"),
    (keys.EDIT, "edit instruction and response; Ctrl+Enter saves and approves"),
    (keys.SKIP, "skip to the next pair, after the last one to the first"),
    (keys.SWAP, "take the other response, or go back to the one before"),
    (keys.FLAG, "flag for another look, or take the flag off"),
    (keys.NOTE, "write a note"),
    (keys.UNDO, "undo what you did last, many pairs at once as one thing"),
    (keys.REDO, "do again what you undid last"),
    (keys.HELP, "this sheet"),
    (f"{keys.LEFT}, {keys.RIGHT}", "in blind reviews: approve with the left, or right, response"),
)


def bar(pair: Pair, found: Queue, project: Project) -> None:
    """The buttons. Each carries the pair's id: a late key press hits no other pair."""
    turn = queue.turn()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _approve(pair, found, turn)
        refused = pair.status is Status.REJECTED and not found.is_second_look
        given = (turn, pair, found.wanted, Status.REJECTED)
        _button(pair, "Reject", keys.REJECT, queue.decide, *given, disabled=refused)
        _button(pair, "Skip", keys.SKIP, queue.skip, turn, found.size)
        # Both would tell which response was kept.
        if not queue.blind():
            _button(pair, "Edit", keys.EDIT, queue.open_fields, turn, pair.id, "edit")
            alone = pair.target_response is None
            _button(pair, "Swap", keys.SWAP, queue.swap, turn, pair, disabled=alone)
        flag = "Unflag" if FLAGGED in pair.tags else "Flag"
        _button(pair, flag, keys.FLAG, queue.flag, turn, pair)
        _button(pair, "Note", keys.NOTE, queue.open_fields, turn, pair.id, "note")
        takes("queue", turn)
        st.space("stretch")
        _help(pair)
    _reasons(pair, found, project, turn)


def takes(view: str, turn: int) -> None:
    """Undo and redo. They are of the reviewer and not of a pair: a press that comes late counts."""
    for label, shortcut, action in (
        ("Undo", keys.UNDO, queue.undo),
        ("Redo", keys.REDO, queue.redo),
    ):
        st.button(
            label,
            key=keys.of(label.lower(), view),
            shortcut=shortcut,
            on_click=action,
            args=(turn,),
        )


def sheet() -> None:
    """All keys, where the help is open. No dialog: keys would go on working unseen below it."""
    if st.session_state.get("keys-open"):
        with st.container(border=True, gap=None, key="quiet-keys"):
            for name, what in SHEET:
                st.text(f"{name}  {what}")


def _approve(pair: Pair, found: Queue, turn: int) -> None:
    """One button, or in blind reviews one for each side."""
    given = (turn, pair, found.wanted, Status.APPROVED)
    if not queue.blind():
        done = pair.status is Status.APPROVED and not found.is_second_look
        _button(pair, "Approve", keys.APPROVE, queue.decide, *given, main=True, disabled=done)
        return
    for name, shortcut, side in zip(
        ("left", "right"), (keys.LEFT, keys.RIGHT), card.sides(pair, blind=True), strict=True
    ):
        _button(
            pair,
            f"Approve {name}",
            shortcut,
            queue.decide,
            *(*given, "", side),
            main=True,
            disabled=side == "target" and pair.target_response is None,
        )


def _button(
    pair: Pair,
    label: str,
    shortcut: str,
    action: Callable[..., None],
    *given: Any,
    main: bool = False,
    disabled: bool = False,
) -> None:
    st.button(
        label,
        key=keys.of(label.lower().replace(" ", "-"), pair.id),
        type="primary" if main else "secondary",
        shortcut=shortcut,
        on_click=action,
        args=given,
        disabled=disabled,
    )


def _reasons(pair: Pair, found: Queue, project: Project, turn: int) -> None:
    """Reject with a reason: a button each for the usual ones, words of one's own beside them."""
    reasons = project.reviews.reasons()
    refused = pair.status is Status.REJECTED and not found.is_second_look
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reasons"):
        st.caption("Reject as", width="content")
        for number, reason in enumerate(reasons[:KEYED], 1):
            st.button(
                text.label(reason, 30),
                key=keys.of("reason", number, pair.id),
                # In blind reviews the first numbers choose a side.
                shortcut=None if queue.blind() else str(number),
                on_click=queue.decide,
                args=(turn, pair, found.wanted, Status.REJECTED, reason),
                disabled=refused,
            )
        # What is typed counts as soon as Reject is clicked, without Enter.
        st.text_input(
            "Reason in your own words",
            key=keys.of("own-reason", pair.id),
            placeholder="own words, then Reject",
            label_visibility="collapsed",
            max_chars=200,
            width=190,
        )
        with st.popover("Reasons", type="tertiary"):
            _own_reasons(reasons)


def _own_reasons(reasons: list[str]) -> None:
    key = keys.of("own-reasons", hash(tuple(reasons)))
    st.text_area("The project's reasons, one a line", "\n".join(reasons), key=key, height=190)
    st.button("Save reasons", on_click=_save_reasons, args=(key,))
    st.caption("The first nine have keys. Saving none brings the usual ones back.")


@notice.guarded
def _save_reasons(key: str) -> None:
    project = session.project()
    if project:
        project.reviews.save_reasons(str(st.session_state.get(key) or "").splitlines())


def _help(pair: Pair) -> None:
    st.button(
        "Keys",
        key=keys.of("help", pair.id),
        type="tertiary",
        shortcut=keys.HELP,
        on_click=_toggle_help,
    )


def _toggle_help() -> None:
    st.session_state["keys-open"] = not st.session_state.get("keys-open", False)


# Fields ----------------------------------------------------------------------------------------


def edit(pair: Pair, found: Queue) -> None:
    """Instruction and response in fields, the other response in sight."""
    with st.form(keys.of("form", pair.id), border=False):
        with st.container(horizontal=True):
            for label, approve in (("Save and approve", True), ("Save", False)):
                st.form_submit_button(
                    label,
                    type="primary" if approve else "secondary",
                    on_click=queue.save_edit,
                    args=(pair, found.wanted, approve),
                )
            st.form_submit_button("Cancel", on_click=queue.close_fields)
        st.text_area(
            "Instruction", pair.instruction, height=110, key=keys.of("new-instruction", pair.id)
        )
        for column, side in zip(st.columns(2, gap="medium"), SIDES, strict=True):
            with column:
                if side == pair.response_from:
                    st.text_area(
                        "Response that is kept",
                        pair.response,
                        height=340,
                        key=keys.of("new-response", pair.id),
                    )
                else:
                    st.caption("The other response")
                    text.show(card.response_of(pair, side))


def note(pair: Pair) -> None:
    """The note in a field."""
    with st.form(keys.of("note-form", pair.id), border=False):
        st.text_area("Note", pair.note, height=90, max_chars=2000, key=keys.of("new-note", pair.id))
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save note", type="primary", on_click=queue.save_note, args=(pair,)
            )
            st.form_submit_button("Cancel", on_click=queue.close_fields)
