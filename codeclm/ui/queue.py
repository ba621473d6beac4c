"""The review queue: which pair is shown, and what is done to it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import streamlit as st

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline.projects import Project
from codeclm.pipeline.reviews import FLAGGED, change_between
from codeclm.records import Pair, PairFilter, Side, Status
from codeclm.ui import keys, notice, pair_filter, session, text

#: In the URL: how many pairs of the queue were skipped, the pair shown out of turn, and which of
#: its fields are open.
AT, PAIR, FIELDS = "at", "pair", "fields"
_TURN, _ACTED, _COUNTED, _CHANGED = "_turn", "_acted", "_counted", "_changed"
#: A count is made anew after so many times as long as it took.
_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be reviewed: ``size`` pairs, of which the one at ``place`` is shown.

    ``held`` are those that others have on screen.
    """

    wanted: PairFilter
    size: int
    place: int
    pair: Pair | None
    held: int = 0

    @property
    def is_second_look(self) -> bool:
        """Whether what others decided is not to be seen."""
        return self.wanted.second_look is not None


def look(project: Project, wanted: PairFilter) -> Queue:
    """The queue as it stands, with the pair to show, which nobody else is given meanwhile."""
    size = _counted(project, wanted)
    reviewer = pair_filter.reviewer()
    held = len(project.reviews.claimed_by_others(reviewer))
    shown = session.whole(st.query_params.get(PAIR))
    if shown:
        try:
            return Queue(wanted, size, place(), project.pair(shown), held)
        except StoreError:
            st.query_params.pop(PAIR, None)
    at = min(place(), max(0, size - 1))
    found = _next(project, wanted, reviewer, at)
    if found is None and at:
        found = _next(project, wanted, reviewer, 0)
    return Queue(wanted, size, at, project.pair(found) if found else None, held)


def _next(project: Project, wanted: PairFilter, reviewer: str, at: int) -> int | None:
    """Only what is still to be decided is claimed, and only by those who say their name."""
    if wanted.status is not Status.PENDING and wanted.second_look is None:
        return next(iter(project.pair_ids(wanted, 1, at)), None)
    if reviewer:
        return project.reviews.claim_next(wanted, reviewer, at)
    return next(iter(project.reviews.next_free(wanted, reviewer, at)), None)


def reviewed(project: Project, wanted: PairFilter) -> tuple[int, int]:
    """How many pairs under this filter have a decision, and how many there are."""
    every = replace(wanted, status=None, second_look=None)
    total = _counted(project, every)
    return total - _counted(project, replace(every, status=Status.PENDING)), total


def _counted(project: Project, wanted: PairFilter) -> int:
    """How many there are. What takes long to count is not counted at every key."""
    known: dict[PairFilter, tuple[int, float]] = st.session_state.setdefault(_COUNTED, {})
    now = time.monotonic()
    if wanted in known and known[wanted][1] > now:
        return known[wanted][0]
    found = project.count_pairs(wanted)
    took = time.monotonic() - now
    if len(known) > 20:
        known.clear()
    known[wanted] = (found, now + _PATIENCE * took if took > 0.02 else 0.0)
    return found


def place() -> int:
    """How many pairs of the queue come before the one to show."""
    return session.whole(st.query_params.get(AT))


def fields() -> str:
    """Which fields of the pair are open: ``edit``, ``note`` or none."""
    return st.query_params.get(FIELDS, "")


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


# Deciding --------------------------------------------------------------------------------------


@notice.guarded
def decide(
    turn: int,
    pair: Pair,
    wanted: PairFilter,
    decision: Status,
    reason: str = "",
    side: Side | None = None,
) -> None:
    """Approve or reject the pair that was on screen, if nobody else has meanwhile.

    ``side`` is the response that a blind reviewer found the better one.
    """
    project = session.project()
    if project is None or not _first(turn):
        return
    if decision is Status.REJECTED:
        own = str(st.session_state.get(keys.of("own-reason", pair.id)) or "").strip()
        reason = reason or own
    done = project.reviews.decide(
        pair.id,
        decision,
        expected=pair.status,
        reason=reason,
        reviewer=pair_filter.reviewer(),
        swap=side is not None and side != pair.response_from,
        blind=blind(),
    )
    if not done:
        notice.say("Somebody else has decided on this pair meanwhile.")
        return
    left = wanted.status is not None and wanted.status is not decision
    _move(0 if left or wanted.second_look is not None else 1)


@notice.guarded
def skip(turn: int, size: int) -> None:
    """Show the next pair; after the last one the first."""
    if not _first(turn):
        return
    _move(1)
    if place() >= size:
        st.query_params[AT] = "0"


@notice.guarded
def undo(turn: int) -> None:
    """Take back what the reviewer did last, and show its pair."""
    if _first(turn):
        _turned("Taken back", again=False)


@notice.guarded
def redo(turn: int) -> None:
    """Do again what the reviewer took back last."""
    if _first(turn):
        _turned("Done again", again=True)


def _turned(words: str, *, again: bool) -> None:
    project = session.project()
    if project is None:
        return
    reviewer = pair_filter.reviewer()
    done = project.reviews.redo(reviewer) if again else project.reviews.undo(reviewer)
    if done is None:
        notice.say("There is nothing to do again." if again else "There is nothing to undo.")
        return
    st.session_state.pop(_COUNTED, None)
    left = f" {text.counted(done.left, 'pair')} stay: others have acted upon them." * bool(
        done.left
    )
    many = f": {text.counted(done.pairs, 'pair')}" if done.pairs > 1 else ""
    notice.say(f"{words}{many}.{left}")
    st.query_params.pop(FIELDS, None)
    if done.pairs == 1:
        st.query_params[PAIR] = str(done.pair)


def blind() -> bool:
    """Whether the sides are hidden."""
    return bool(st.session_state.get("blind"))


# Changing --------------------------------------------------------------------------------------


@notice.guarded
def swap(turn: int, pair: Pair) -> None:
    """Take the other response."""
    project = session.project()
    if project and _first(turn):
        st.query_params[PAIR] = str(pair.id)
        project.reviews.swap(pair.id, pair_filter.reviewer())


@notice.guarded
def flag(turn: int, pair: Pair) -> None:
    """Flag the pair for another look, or take the flag off."""
    project = session.project()
    if project and _first(turn):
        st.query_params[PAIR] = str(pair.id)
        project.reviews.tag(pair.id, FLAGGED, pair_filter.reviewer(), on=FLAGGED not in pair.tags)


@notice.guarded
def open_fields(turn: int, pair: int, which: str) -> None:
    """Show the pair's texts, or its note, in fields."""
    if _first(turn):
        st.query_params.update({PAIR: str(pair), FIELDS: which})


@notice.guarded
def close_fields() -> None:
    """Leave what is in the fields."""
    st.query_params.pop(FIELDS, None)


@notice.guarded
def save_note(pair: Pair) -> None:
    """Keep what the note's field holds."""
    project = session.project()
    if project:
        words = str(st.session_state.get(keys.of("new-note", pair.id)) or "")
        project.reviews.note(pair.id, words, pair_filter.reviewer())
    close_fields()


@notice.guarded
def save_edit(pair: Pair, wanted: PairFilter, approve: bool = False) -> None:
    """Keep what the fields hold as the text of ``pair``, which was on screen."""
    instruction, response = (
        str(st.session_state.get(keys.of(name, pair.id)) or "")
        for name in ("new-instruction", "new-response")
    )
    if not instruction.strip() or not response.strip():
        raise SettingsError("Instruction and response cannot be empty.", "Reject the pair instead.")
    project = session.project()
    if project is None:
        return
    changed = (instruction, response) != (pair.instruction, pair.response)
    if changed and not project.reviews.edit(pair, instruction, response, pair_filter.reviewer()):
        raise StoreError(
            "Somebody else has changed this pair meanwhile; your text is not saved yet.",
            "Copy what you want to keep, then cancel to see the pair as it is now.",
        )
    st.query_params.pop(FIELDS, None)
    _remember_change(pair, instruction, response)
    if approve:
        decide(turn(), pair, wanted, Status.APPROVED)
    if changed:
        notice.say("Saved; the machine's text is kept beside yours.")


def _remember_change(pair: Pair, instruction: str, response: str) -> None:
    """What an edit replaced may stand in other pairs too."""
    for where, before, after in (
        ("response", pair.response, response),
        ("instruction", pair.instruction, instruction),
    ):
        change = change_between(before, after)
        if change:
            st.session_state[_CHANGED] = (*change, where)
            return


def last_change() -> tuple[str, str, str] | None:
    """The phrase that was edited last, what it became, and where it stood."""
    return st.session_state.get(_CHANGED)


def forget_change() -> None:
    """Offer the last edit's phrase no more."""
    st.session_state.pop(_CHANGED, None)


def _move(by: int) -> None:
    out_of_turn = PAIR in st.query_params
    st.query_params.pop(PAIR, None)
    st.query_params.pop(FIELDS, None)
    if by and not out_of_turn:
        st.query_params[AT] = str(place() + by)
