"""The filter over pairs that Review and its table share; every choice of it is in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Any, Literal

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import SIDES, PairFilter, PairOrder, Status
from codeclm.ui import keys, pick, session, text

STATUSES = ("pending", "approved", "rejected", "any")
ORDERS: dict[PairOrder, str] = {
    "plan": "as planned",
    "gap_down": "largest gap first",
    "gap_up": "smallest gap first",
    "longest": "longest first",
    "shortest": "shortest first",
    "random": "at random",
    "newest": "newest first",
}
LOOKS = {
    "all": "all",
    "second": "second look: decided by others, not by me",
    "disputed": "reviewers disagree",
}
EDGE = 9.0
#: In the URL: pairs that no look has flagged.
_UNFLAGGED = "none"
#: The places of the URL that narrow, beside the ones that are always in sight.
_MORE = ("run", "iteration", "model", "tag", "side", "look", "rejudge", "range", "finding")


def draw(project: Project) -> PairFilter:
    """The filter bar. Returns what it selects."""
    columns = st.columns([1.15, 1.5, 1.3, 1.4, 1.6, 1, 1.1])
    status = pick.one(
        "Status",
        STATUSES,
        "status",
        lambda name: "any status" if name == "any" else name,
        where=columns[0],
        labelled=False,
    )
    use_case = pick.use_case(project, "Use case", "use_case", where=columns[1], labelled=False)
    skill = pick.skill(project, "Skill", "skill", where=columns[2], labelled=False)
    order = pick.one(
        "Order", list(ORDERS), "order", ORDERS.__getitem__, where=columns[3], labelled=False
    )
    words = _field(columns[4], "Text", "text", "search the texts", 500)
    reviewer = _field(columns[6], "Reviewer", "reviewer", "your name", 60)
    with columns[5].popover(_label(), width="stretch"):
        more = _more(project, reviewer)
    wanted = project.filter(
        status=None if status == "any" else Status(status),
        use_case=use_case,
        skill=skill,
        order=order,
        **_place(project),
        **more,
    )
    return _found(project, wanted, words)


def _place(project: Project) -> dict[str, Any]:
    """The region or cell of the map whose queue this is, with the ways back."""
    named, box = st.query_params.get("region", ""), _box()
    # What is no number, or too long for one, would be region 0.
    number = session.whole(named)
    region = number if str(number) == named else None
    if region is None and box is None:
        return {}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Only a part of the map", width="content")
        query = session.query(project.id)
        st.page_link("pages/curate/map.py", label="Back to the map", query_params=query)
        st.button("Show all", type="tertiary", key="whole-map", on_click=_leave_place)
    return {"region": region, "box": box}


def _box() -> tuple[float, float, float, float] | None:
    """The edges of a cell of the map, as the URL has them; None for whatever are none."""
    try:
        x0, y0, x1, y1 = map(float, st.query_params.get("box", "").split(","))
    except ValueError:
        return None
    return (x0, y0, x1, y1) if all(map(isfinite, (x0, y0, x1, y1))) else None


def _leave_place() -> None:
    for name in ("region", "box"):
        st.query_params.pop(name, None)


def _field(where: Any, label: str, name: str, placeholder: str, most: int) -> str:
    given = where.text_input(
        label,
        key=name,
        bind="query-params",
        placeholder=placeholder,
        max_chars=most,
        label_visibility="collapsed",
    )
    return str(given or "").strip()


def _more(project: Project, reviewer: str) -> dict[str, Any]:
    """What narrows more rarely."""
    run = pick.run(project, "Run", "run")
    iteration = pick.one(
        "Iteration",
        list(range(21)),
        "iteration",
        lambda number: str(number) if number else "any",
    )
    side = pick.one("Response kept from", ["", *SIDES], "side", lambda name: name or "either")
    model = pick.one(
        "Model", ["", *_models(project)], "model", lambda name: text.line(name, 60) or "any"
    )
    tag = pick.one(
        "Tag", ["", *project.reviews.tags()], "tag", lambda name: text.line(name, 60) or "any"
    )
    flagged = project.looks.flagged()
    finding = pick.one(
        "Flagged with",
        ["", _UNFLAGGED, *flagged],
        "finding",
        lambda name: _flag(name, flagged),
    )
    second = pick.one(
        "Second judge",
        [0, *project.trust.rejudges()],
        "rejudge",
        lambda run: f"differs in re-judge {run}" if run else "any",
    )
    look = pick.one("Reviewers", list(LOOKS), "look", lambda name: LOOKS[name])
    low, high = st.slider(
        "Gap from … to",
        -EDGE,
        EDGE,
        (-EDGE, EDGE),
        0.25,
        key="range",
        bind="query-params",
        help="The strong response's score minus the target's.",
    )
    whole = (low, high) == (-EDGE, EDGE)
    return {
        "run": run,
        "iteration": iteration or None,
        "side": _side(side),
        "model": model or None,
        "tag": tag or None,
        "finding": finding if finding in flagged else None,
        "free_of": tuple(flagged) if finding == _UNFLAGGED else None,
        "differs": second or None,
        "disputed": True if look == "disputed" else None,
        "second_look": reviewer if look == "second" else None,
        "gap_from": None if whole else low,
        "gap_to": None if whole else high,
    }


def _flag(name: str, flagged: Mapping[str, int]) -> str:
    if not name:
        return "anything or nothing"
    return f"{name} ({flagged[name]})" if name in flagged else "nothing"


def _side(name: str) -> Literal["strong", "target"] | None:
    return next((side for side in SIDES if side == name), None)


def _models(project: Project) -> list[str]:
    runs = [run.settings for run in project.runs() if run.settings.goal == "pairs"]
    return sorted({model for run in runs for model in (run.strong, run.target, run.judge) if model})


def _label() -> str:
    """How many of the rarer filters are set; as the URL has it."""
    found = [name for name in _MORE if name in st.query_params]
    return f"More · {len(found)} set" if found else "More"


def _found(project: Project, wanted: PairFilter, words: str) -> PairFilter:
    """The filter with a text search, done once and not at every look."""
    if not words:
        return wanted
    marks = (str(session.studio().path), wanted.project, words, *project.reviews.texts_mark())
    return replace(wanted, among=_searched(marks, project))


@st.cache_resource(show_spinner=False, max_entries=20)
def _searched(marks: tuple[Any, ...], _project: Project) -> tuple[int, ...]:
    return tuple(_project.pair_ids(_project.filter(text=marks[2]), -1))


def reviewer() -> str:
    """Who reviews, empty while nobody has said."""
    return str(st.session_state.get("reviewer") or "").strip()


def forget_place(wanted: PairFilter, *places: str) -> None:
    """Another filter is another queue: what the URL says of the place in the old one goes."""
    name = keys.of("_wanted", *places)
    if st.session_state.get(name, wanted) != wanted:
        for place in places:
            st.query_params.pop(place, None)
    st.session_state[name] = wanted
