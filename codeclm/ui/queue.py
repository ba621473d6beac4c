"""The review queue: which pairs are meant, which one is shown, what a decision does to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline.projects import Project
from codeclm.records import Pair, PairFilter, Status
from codeclm.ui import keys, notice, pick, session

STATUSES = ("pending", "approved", "rejected", "any")
ORDERS = {
    "plan": "as planned",
    "gap_down": "largest gap first",
    "gap_up": "smallest gap first",
    "newest": "newest first",
}
REASONS = (
    "wrong answer",
    "off the task",
    "badly written",
    "too easy",
    "unsafe",
    "duplicate",
)
#: How many pairs of the queue were skipped, and the pair shown out of turn: both in the URL.
_AT, _PAIR, _EDIT = "at", "pair", "edit"
_TURN, _ACTED = "_turn", "_acted"


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be reviewed: ``size`` pairs, of which the one at ``place`` is shown."""

    wanted: PairFilter
    size: int
    place: int
    pair: Pair | None


def filters(project: Project) -> PairFilter:
    """The filter bar; its choices are in the URL."""
    columns = st.columns([1, 1.6, 1, 1.2, 1.2])
    status = pick.one("Status", STATUSES, "status", where=columns[0])
    use_case = pick.use_case(project, "Use case", "use_case", where=columns[1])
    iteration = pick.one(
        "Iteration",
        list(range(21)),
        "iteration",
        lambda number: str(number) if number else "any",
        where=columns[2],
    )
    order = pick.one("Order", list(ORDERS), "order", lambda name: ORDERS[name], where=columns[3])
    columns[4].text_input(
        "Reviewer", key="reviewer", bind="query-params", placeholder="Your name", max_chars=60
    )
    wanted = project.filter(
        status=None if status == "any" else Status(status),
        use_case=use_case,
        iteration=iteration or None,
        order=order,
    )
    # Another filter is another queue: it starts at its beginning.
    if st.session_state.get("_wanted", wanted) != wanted:
        st.query_params.pop(_AT, None)
        st.query_params.pop(_PAIR, None)
    st.session_state["_wanted"] = wanted
    return wanted


def look(project: Project, wanted: PairFilter) -> Queue:
    """The queue as it stands, with the pair to show."""
    size = project.count_pairs(wanted)
    shown = session.whole(st.query_params.get(_PAIR))
    if shown:
        try:
            return Queue(wanted, size, place(), project.pair(shown))
        except StoreError:
            st.query_params.pop(_PAIR, None)
    at = min(place(), max(0, size - 1))
    found = project.pair_ids(wanted, 1, at)
    return Queue(wanted, size, at, project.pair(found[0]) if found else None)


def reviewed(project: Project, wanted: PairFilter) -> tuple[int, int]:
    """How many pairs under this filter have a decision, and how many there are."""
    every = replace(wanted, status=None)
    total = project.count_pairs(every)
    return total - project.count_pairs(replace(every, status=Status.PENDING)), total


def place() -> int:
    """How many pairs of the queue come before the one to show."""
    return session.whole(st.query_params.get(_AT))


def editing() -> bool:
    """Whether the pair is shown in fields."""
    return st.query_params.get(_EDIT) == "1"


def turn() -> int:
    """A number for the buttons drawn now: whatever comes from them counts once.

    When keys come faster than the page, Streamlit may hand over one press twice.
    """
    number = int(st.session_state.get(_TURN, 0)) + 1
    st.session_state[_TURN] = number
    return number


def _first(number: int) -> bool:
    """Whether nothing was done yet in this turn or a later one; now something was."""
    if number <= int(st.session_state.get(_ACTED, 0)):
        return False
    st.session_state[_ACTED] = number
    return True


@notice.guarded
def decide(turn: int, pair: Pair, wanted: PairFilter, decision: Status) -> None:
    """Approve or reject the pair that was on screen, if nobody else has meanwhile."""
    project = session.project()
    if project is None or not _first(turn):
        return
    given = [st.session_state.get(keys.of(name, pair.id)) for name in ("own-reason", "reason")]
    reason = next((str(words) for words in given if words), "")
    if decision is not Status.REJECTED:
        reason = ""
    done = project.reviews.decide(
        pair.id, decision, expected=pair.status, reason=reason, reviewer=reviewer()
    )
    if not done:
        notice.say("Somebody else has decided on this pair meanwhile.")
        return
    leaves = wanted.status is not None and wanted.status is not decision
    _move(0 if leaves else 1)


@notice.guarded
def skip(turn: int, size: int) -> None:
    """Show the next pair; after the last one the first."""
    if not _first(turn):
        return
    _move(1)
    if place() >= size:
        st.query_params[_AT] = "0"


@notice.guarded
def start_edit(turn: int, pair: int) -> None:
    """Show the pair's texts in fields."""
    if _first(turn):
        st.query_params.update({_PAIR: str(pair), _EDIT: "1"})


@notice.guarded
def save_edit(pair: Pair) -> None:
    """Keep what the edit form holds as the text of ``pair``, which was on screen."""
    instruction, response = (
        str(st.session_state.get(keys.of(name, pair.id)) or "")
        for name in ("new-instruction", "new-response")
    )
    if not instruction.strip() or not response.strip():
        raise SettingsError("Instruction and response cannot be empty.", "Reject the pair instead.")
    project = session.project()
    if project is None:
        return
    if not project.reviews.edit(pair, instruction, response, reviewer()):
        raise StoreError(
            "Somebody else has changed this pair meanwhile; your text is not saved yet.",
            "Copy what you want to keep, then cancel to see the pair as it is now.",
        )
    st.query_params.pop(_EDIT, None)
    notice.say("Saved; the machine's text is kept beside yours.")


@notice.guarded
def end_edit() -> None:
    """Leave the fields as they are."""
    st.query_params.pop(_EDIT, None)


@notice.guarded
def undo(turn: int) -> None:
    """Take back the reviewer's newest decision or edit, and show its pair."""
    if not _first(turn):
        return
    project = session.project()
    found = project.reviews.undo(reviewer()) if project else None
    if found is None:
        notice.say("There is nothing to undo.")
        return
    st.query_params[_PAIR] = str(found.pair)
    st.query_params.pop(_EDIT, None)
    notice.say("Taken back.")


def reviewer() -> str:
    """Who reviews, empty while nobody has said."""
    value: Any = st.session_state.get("reviewer")
    return str(value or "").strip()


def _move(by: int) -> None:
    out_of_turn = _PAIR in st.query_params
    st.query_params.pop(_PAIR, None)
    st.query_params.pop(_EDIT, None)
    if by and not out_of_turn:
        st.query_params[_AT] = str(place() + by)
