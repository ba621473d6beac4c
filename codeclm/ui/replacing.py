"""Fix one, apply to similar: a phrase found and replaced in all pairs that match, seen before."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.pipeline.reviews import Place, Replacement, Where
from codeclm.records import Pair, PairFilter
from codeclm.ui import decisions, difference, keys, notice, pair_filter, pick, queue, session, text

WHERE: dict[Where, str] = {
    "both": "instruction and response",
    "response": "response only",
    "instruction": "instruction only",
}
PLACES: dict[Place, str] = {
    "anywhere": "anywhere",
    "start": "only as its first words",
    "end": "only as its last words",
}
#: Changes that are shown at once.
SHOWN = 10
_OLD, _NEW = "find", "with"


def begin(old: str, new: str, where: str) -> None:
    """Go to the view with an edit's phrase filled in."""
    st.session_state.update({"pick-view": "replace", _OLD: old, _NEW: new, "pick-where": where})
    queue.forget_change()


@st.fragment
def draw(wanted: PairFilter) -> None:
    """What is looked for, what would become of it, and the button that does it."""
    with notice.shown():
        project = session.studio().project_of(wanted.project)
        notice.flush()
        change = _asked()
        if not change.old:
            st.caption(
                "A phrase is looked for letter for letter in the pairs that match the filter above."
                " Nothing is changed before you have seen what would be."
            )
            decisions.takes("replace", queue.turn())
            return
        count = _count(project, wanted, change)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                f"Replace in {text.counted(count, 'pair')}",
                key=keys.of("replace", hash((wanted, change))),
                type="primary",
                disabled=not count,
                on_click=_replace,
                args=(wanted, change),
            )
            decisions.takes("replace", queue.turn())
        if not count:
            notice.empty("No pair holds this phrase.", "Letters count as they are: A is not a.")
            return
        _preview(project, wanted, change, count)


def _asked() -> Replacement:
    columns = st.columns([2, 2, 1.3, 1.3])
    old = columns[0].text_area("Find", key=_OLD, bind="query-params", height=80, max_chars=2000)
    new = columns[1].text_area(
        "Replace with (nothing strips it)",
        key=_NEW,
        bind="query-params",
        height=80,
        max_chars=2000,
    )
    where = pick.one("In", list(WHERE), "where", lambda name: WHERE[name], where=columns[2])
    place = pick.one("Where", list(PLACES), "place", lambda name: PLACES[name], where=columns[3])
    return Replacement(old=str(old or ""), new=str(new or ""), where=where, place=place)


def _count(project: Project, wanted: PairFilter, change: Replacement) -> int:
    """Counted once for as long as no text changes."""
    mark = (str(session.studio().path), wanted, change, *project.reviews.texts_mark())
    return _counted(mark, project, wanted, change)


@st.cache_resource(show_spinner="Looking through the pairs …", max_entries=10)
def _counted(mark: object, _project: Project, _wanted: PairFilter, _change: Replacement) -> int:
    return sum(1 for _ in _project.reviews.replaced(_wanted, _change))


def _preview(project: Project, wanted: PairFilter, change: Replacement, count: int) -> None:
    last = -(-count // SHOWN)
    at = st.pagination(last, key=keys.of("changes", hash((wanted, change)))) if last > 1 else 1
    first = (at - 1) * SHOWN
    st.caption(f"Changes {first + 1} to {min(count, first + SHOWN)} of {text.number(count)}")
    for pair, instruction, response in islice(
        project.reviews.replaced(wanted, change), first, first + SHOWN
    ):
        _one(pair, instruction, response)


def _one(pair: Pair, instruction: str, response: str) -> None:
    with st.container(border=True, gap="small"):
        st.caption(f"pair {pair.id} · {pair.status}")
        for before, after in ((pair.instruction, instruction), (pair.response, response)):
            if before != after:
                text.difference(difference.of(before, after))


@notice.guarded
def _replace(wanted: PairFilter, change: Replacement) -> None:
    project = session.project()
    if project is None:
        return
    done = project.reviews.replace_all(wanted, change, pair_filter.reviewer())
    notice.say(f"{text.counted(done, 'pair')} edited; Undo takes all of it back.")
