"""Review: one pair at a time, with a key for each decision."""

import streamlit as st

from codeclm import records
from codeclm.ui import card, keys, notice, page, queue, session, text


def toolbar(pair, found) -> None:
    """The decisions. Buttons carry the pair's id: a late key press hits no other pair."""
    decide, turn = queue.decide, queue.turn()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            "Approve",
            key=keys.of("approve", pair.id),
            type="primary",
            shortcut=keys.APPROVE,
            on_click=decide,
            args=(turn, pair, found.wanted, records.Status.APPROVED),
            disabled=pair.status is records.Status.APPROVED,
        )
        st.button(
            "Reject",
            key=keys.of("reject", pair.id),
            shortcut=keys.REJECT,
            on_click=decide,
            args=(turn, pair, found.wanted, records.Status.REJECTED),
            disabled=pair.status is records.Status.REJECTED,
        )
        reason(pair)
        st.button(
            "Edit",
            key=keys.of("edit", pair.id),
            shortcut=keys.EDIT,
            on_click=queue.start_edit,
            args=(turn, pair.id),
        )
        st.button(
            "Skip",
            key=keys.of("skip", pair.id),
            shortcut=keys.SKIP,
            on_click=queue.skip,
            args=(turn, found.size),
        )
        undo_button(pair.id, turn)


def reason(pair) -> None:
    """Why a pair is rejected: one of the usual reasons, or words of one's own."""
    st.selectbox(
        "Reason",
        queue.REASONS,
        index=None,
        key=keys.of("reason", pair.id),
        placeholder="reason for a reject",
        label_visibility="collapsed",
        width=190,
    )
    # A field of its own: what is typed counts as soon as Reject is clicked, without Enter.
    st.text_input(
        "Reason in your own words",
        key=keys.of("own-reason", pair.id),
        placeholder="or in your own words",
        label_visibility="collapsed",
        max_chars=200,
        width=190,
    )


def undo_button(mark, turn: int) -> None:
    """Take back what was done last."""
    st.button(
        "Undo", key=keys.of("undo", mark), shortcut=keys.UNDO, on_click=queue.undo, args=(turn,)
    )


def edit(pair) -> None:
    """Instruction and response in place; the machine's stay beside them."""
    instruction, response = keys.of("new-instruction", pair.id), keys.of("new-response", pair.id)
    with st.form(keys.of("form", pair.id)):
        st.text_area("Instruction", pair.instruction, height=120, key=instruction)
        st.text_area(
            f"Response (kept from the {pair.response_from} model)",
            pair.response,
            height=260,
            key=response,
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save edit", type="primary", on_click=queue.save_edit, args=(pair,)
            )
            st.form_submit_button("Cancel", on_click=queue.end_edit)


def original(pair) -> None:
    """The instruction as the machine wrote it."""
    if pair.edited and pair.chain and pair.chain[-1].instruction != pair.instruction:
        with st.expander("Instruction before the edit"):
            text.show(pair.chain[-1].instruction)


@st.fragment
def review(wanted) -> None:
    """The pair on screen. A fragment: a decision draws this again and nothing else."""
    with notice.shown():
        project = session.studio().project_of(wanted.project)
        notice.flush()
        found = queue.look(project, wanted)
        done, total = queue.reviewed(project, wanted)
        st.progress(
            done / total if total else 0.0,
            text=f"{text.number(done)} of {text.number(total)} reviewed"
            f" · {text.number(found.size)} in this queue",
        )
        pair = found.pair
        if pair is None:
            notice.empty(
                "Nothing left in this queue.",
                "Choose another status or use case above, or go on to Export.",
            )
            undo_button("none", queue.turn())
            page.go("Next: Export →", "ship/export.py", project)
            return
        if queue.editing():
            edit(pair)
        else:
            toolbar(pair, found)
            card.show(pair, project)
            original(pair)


with page.opened("Review") as project:
    if not project.card().pairs:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    review(queue.filters(project))
