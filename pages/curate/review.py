"""Review: one pair at a time with a key for each decision, or many pairs at once."""

import streamlit as st

from codeclm.ui import (
    card,
    decisions,
    notice,
    page,
    pair_filter,
    pair_table,
    pick,
    queue,
    replacing,
    session,
    text,
)

VIEWS = {"one": "One by one", "table": "Table", "replace": "Find and replace"}


def progress(project, found) -> None:
    """How far the queue is, how fast it goes, and who else is at it."""
    done, total = queue.reviewed(project, found.wanted)
    told = [
        f"{text.number(done)} of {text.number(total)} reviewed",
        f"{text.number(found.size)} in this queue",
    ]
    pace = project.reviews.pace(pair_filter.reviewer())
    if pace is not None:
        told.append(f"{pace:.1f} s a pair")
    if found.held:
        told.append(f"{text.counted(found.held, 'pair')} on the screens of others")
    st.progress(done / total if total else 0.0, text=" · ".join(told))


def nothing_left(project, found) -> None:
    """The end of a queue."""
    if found.held and found.size:
        notice.empty(
            "What is left is on the screens of others.",
            "It comes back here when they skip it, or after five minutes.",
        )
    else:
        notice.empty(
            "Nothing left in this queue.",
            "Choose another status or use case above, or go on to Export.",
        )
    with st.container(horizontal=True):
        decisions.takes("queue", queue.turn())
    page.go("Next: Export →", "ship/export.py", project)


def similar() -> None:
    """The phrase that was edited last may stand in other pairs."""
    change = queue.last_change()
    if change is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="similar"):
        text.word(f"“{text.line(change[0], 50)}” may stand in other pairs too.", 120)
        st.button("Look at them", key="look-similar", on_click=replacing.begin, args=change)
        st.button("No", key="no-similar", type="tertiary", on_click=queue.forget_change)


@st.fragment
def one_by_one(wanted) -> None:
    """The pair on screen. A fragment: a decision draws this again and nothing else."""
    with notice.shown():
        project = session.studio().project_of(wanted.project)
        notice.flush()
        found = queue.look(project, wanted)
        progress(project, found)
        pair = found.pair
        if pair is None:
            nothing_left(project, found)
            return
        if queue.fields() == "edit" and not queue.blind():
            decisions.edit(pair, found)
            return
        # Elements reach the browser one after the other: the buttons of a pair come when its text
        # is there, so that no key decides on what is not on screen yet.
        above = st.container()
        card.show(pair, project, blind=queue.blind(), undecided=found.is_second_look)
        with above:
            if queue.fields() == "note":
                decisions.note(pair)
            else:
                decisions.bar(pair, found, project)
                decisions.sheet()
                similar()


with page.opened("Review") as project:
    if not project.card().pairs:
        notice.empty("No pairs yet.", "Pairs are what a run keeps. Start one on Run.")
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center"):
        view = pick.segment("View", VIEWS, "view")
        if view == "one":
            st.toggle(
                "Blind",
                key="blind",
                bind="query-params",
                help="Hides which response is whose, and shuffles the sides.",
            )
    wanted = pair_filter.draw(project)
    pair_filter.forget_place(wanted, queue.AT, queue.PAIR)
    {"one": one_by_one, "table": pair_table.draw, "replace": replacing.draw}[view](wanted)
