"""The map of a project's instructions: marks or cells and regions, each the way to its queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import streamlit as st

from codeclm.figures import ONE_BY_ONE, Mark
from codeclm.figures.skill_map import Show
from codeclm.pipeline.looks import bins
from codeclm.pipeline.projects import Project
from codeclm.records import Look
from codeclm.ui import chart, figures, looking, notice, session, text

#: What the map can be coloured by, by the name in the URL.
SHOWN: Mapping[str, str] = {
    "use-case": "use case",
    "gap": "gap",
    "status": "status",
    "count": "how many",
}
_SHADED: Mapping[str, Show] = {"gap": "gap", "count": "count"}
#: Characters of an instruction that are read for where the pointer rests on its mark.
BEGINNING = 200
#: In a tab: the edges of the mark that was clicked, until its queue is open.
_CLICKED = "_clicked_on_map"

Edges: TypeAlias = tuple[float, float, float, float]
#: The edges of what a mark stands for, by its place.
Known: TypeAlias = dict[tuple[float, float], Edges]


def draw(project: Project, found: Look, show: str) -> None:
    """The map with the names of its regions; a click on a mark opens its queue in Review."""
    clicked = st.session_state.pop(_CLICKED, None)
    if clicked:
        looking.open_review(project, box=",".join(map(repr, clicked)))
    figure, edges = _drawn(_key(project, found, show), project, found)
    if not edges:
        notice.empty("No pair is on the map.", "All were rejected, or none was there yet.")
        return
    st.session_state["_map"] = edges
    chart.pick(*figure, "map", _choose)
    st.caption("Click a mark, or a region in the list, to open its pairs as a queue in Review.")


def _key(project: Project, found: Look, show: str) -> tuple[Any, ...]:
    return (str(session.studio().path), found.id, found.created_at, show, *project.exports.mark())


@st.cache_resource(show_spinner=False, max_entries=12, ttl=3600)
def _drawn(key: tuple[Any, ...], _project: Project, _found: Look) -> tuple[figures.Drawn, Known]:
    """The figure, and the edges of what each mark stands for."""
    show = key[3]
    marks, edges = _marks(_project, show)
    places = [(one["name"], one["size"], one["x"], one["y"]) for one in _found.result["regions"]]
    colours = figures.STATES if show == "status" else None
    return figures.map_of(marks, places, _SHADED.get(show, "category"), colours), {
        (round(mark.x, 9), round(mark.y, 9)): box for mark, box in zip(marks, edges, strict=True)
    }


def _marks(project: Project, show: str) -> tuple[list[Mark], list[Edges]]:
    """A mark for each pair where there are few, else for each cell of a grid."""
    points = project.looks.points()
    named = 6 if show == "status" else 4
    if len(points) <= ONE_BY_ONE:
        texts = project.looks.beginnings([one[0] for one in points], BEGINNING)
        return (
            [
                Mark(x=one[1], y=one[2], gap=one[5], category=str(one[named]), text=texts[one[0]])
                for one in points
            ],
            [(one[1], one[2], one[1], one[2]) for one in points],
        )
    cells = bins(
        [(one[1], one[2]) for one in points],
        [one[5] for one in points],
        categories=[str(one[named]) for one in points],
    )
    shown = [points[cell.first][0] for cell in cells]
    texts = project.looks.beginnings(shown, BEGINNING)
    return (
        [
            Mark(
                x=(cell.x0 + cell.x1) / 2,
                y=(cell.y0 + cell.y1) / 2,
                count=cell.count,
                gap=cell.mean,
                category=cell.top,
                share=cell.share,
                text=texts[pair],
            )
            for cell, pair in zip(cells, shown, strict=True)
        ],
        [(cell.x0, cell.y0, cell.x1, cell.y1) for cell in cells],
    )


def _choose(key: str) -> None:
    """Remember which mark was clicked: a callback cannot leave the page."""
    point = chart.picked(key)
    known: Known = st.session_state["_map"]
    if point:
        st.session_state[_CLICKED] = known.get((round(point["x"], 9), round(point["y"], 9)))


def regions(project: Project, found: Sequence[Mapping[str, Any]]) -> None:
    """The regions by size, each with the way to its queue."""
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(text.number(one["size"]), width=44)
            looking.to_review(project, text.label(one["name"], 44), region=str(one["number"]))
