"""The map of a project's instructions: marks or cells, regions, and the pairs behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import streamlit as st

from codeclm.figures import ONE_BY_ONE, Mark
from codeclm.figures.skill_map import Show
from codeclm.pipeline.looks import Placed, bins
from codeclm.pipeline.projects import Project
from codeclm.records import Look
from codeclm.ui import chart, figures, looking, notice, session, table, text

#: What the map can be coloured by, by the name in the URL.
SHOWN: Mapping[str, str] = {
    "use-case": "use case",
    "gap": "gap",
    "status": "status",
    "count": "how many",
}
_SHADED: Mapping[str, Show] = {"gap": "gap", "count": "count"}
#: In the URL: the edges of the cell that is chosen, with commas between.
BOX = "box"
#: Pairs of a cell that are listed.
LISTED = 10

Edges: TypeAlias = tuple[float, float, float, float]
#: The edges of what a mark stands for, by its place.
Known: TypeAlias = dict[tuple[float, float], Edges]


def draw(project: Project, found: Look, show: str) -> None:
    """The map with the names of its regions; a click on a mark lists what is behind it."""
    figure, edges = _drawn(_key(project, found, show), project, found)
    if not edges:
        notice.empty("No pair is on the map.", "All were rejected, or none was there yet.")
        return
    st.session_state["_map"] = edges
    chart.pick(*figure, "map", _choose)


def _key(project: Project, found: Look, show: str) -> tuple[Any, ...]:
    return (str(session.studio().path), found.id, found.created_at, show, *project.exports.mark())


@st.cache_resource(show_spinner=False, max_entries=12, ttl=3600)
def _drawn(key: tuple[Any, ...], _project: Project, _found: Look) -> tuple[figures.Drawn, Known]:
    """The figure, and the edges of what each mark stands for."""
    show = key[3]
    marks, edges = _marks(_project.looks.points(), show)
    places = [(one["name"], one["size"], one["x"], one["y"]) for one in _found.result["regions"]]
    colours = figures.STATES if show == "status" else None
    return figures.map_of(marks, places, _SHADED.get(show, "category"), colours), {
        (round(mark.x, 9), round(mark.y, 9)): box for mark, box in zip(marks, edges, strict=True)
    }


def _marks(points: Sequence[Placed], show: str) -> tuple[list[Mark], list[Edges]]:
    """A mark for each pair where there are few, else for each cell of a grid."""
    named = 6 if show == "status" else 4
    if len(points) <= ONE_BY_ONE:
        return (
            [Mark(x=one[1], y=one[2], gap=one[5], category=str(one[named])) for one in points],
            [(one[1], one[2], one[1], one[2]) for one in points],
        )
    cells = bins(
        [(one[1], one[2]) for one in points],
        [one[5] for one in points],
        categories=[str(one[named]) for one in points],
    )
    return (
        [
            Mark(
                x=(cell.x0 + cell.x1) / 2,
                y=(cell.y0 + cell.y1) / 2,
                count=cell.count,
                gap=cell.mean,
                category=cell.top,
                share=cell.share,
            )
            for cell in cells
        ],
        [(cell.x0, cell.y0, cell.x1, cell.y1) for cell in cells],
    )


def _choose(key: str) -> None:
    """Take over which mark was clicked."""
    point = chart.picked(key)
    known: Known = st.session_state["_map"]
    box = known.get((round(point["x"], 9), round(point["y"], 9))) if point else None
    if box:
        st.query_params[BOX] = ",".join(map(repr, box))
    else:
        st.query_params.pop(BOX, None)


def behind(project: Project) -> None:
    """The pairs of the cell that is chosen, and the way to their queue."""
    box = looking.box()
    if box is None:
        st.caption("Click a mark to see the pairs behind it; each region is linked to its queue.")
        return
    wanted = project.filter(box=box)
    count = project.count_pairs(wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{text.counted(count, 'pair')} here**", width="content")
        looking.to_review(project, "Open as a queue in Review →", box=st.query_params[BOX])
    table.show(
        [
            {"pair": pair.id, "instruction": pair.instruction, "gap": pair.gap}
            for pair in map(project.pair, project.pair_ids(wanted, LISTED))
        ],
        alt="The first pairs behind the mark that was clicked",
        columns={"instruction": st.column_config.TextColumn(width="large")},
    )


def regions(project: Project, found: Sequence[Mapping[str, Any]]) -> None:
    """The regions by size, each with the way to its queue."""
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(text.number(one["size"]), width=44)
            looking.to_review(project, text.label(one["name"], 44), region=str(one["number"]))
