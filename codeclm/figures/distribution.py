"""How seeds, metadata and pairs are distributed over the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from codeclm.figures import palette
from codeclm.figures.frame import blank, say
from codeclm.figures.labels import label, number, percent, plain
from codeclm.figures.rings import Nested, describe_rings, rings

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: What the counts are of, and the counts by name.
Group = tuple[str, Mapping[str, int]]

#: Names that are drawn.
TOP = 10
_NO_NAMES = "No use cases and skills yet."
#: A group's colour, and the pattern that says the same: before a model wrote anything, and after.
_LOOKS = (
    (palette.NEUTRAL, ""),
    (palette.NEUTRAL, "/"),
    (palette.KEPT, ""),
    (palette.KEPT, "x"),
)


def share_bars(groups: Sequence[Group], *, top: int = TOP) -> go.Figure:
    """Bars of each group's share of a name, side by side: seeds, metadata, kept, approved.

    Names stand in the order they are frequent in the first group, then in the others; of more than
    ``top`` the first are drawn, and how many are not is said below. Groups without counts have no
    bars. At most four groups.
    """
    import plotly.graph_objects as go

    known = [(place, name, counts) for place, (name, counts) in enumerate(groups) if _sum(counts)]
    if not known:
        return say(blank(160), _NO_NAMES)
    names = _ranked(groups)
    shown = names[:top]
    height = (14 * len(known) + 12) * len(shown) + 130
    figure = blank(height, legend_space=True, barmode="group", bargap=0.25)
    for place, name, counts in known:
        whole, (colour, shape) = _sum(counts), _LOOKS[place]
        figure.add_trace(
            go.Bar(
                orientation="h",
                name=label(name, 24),
                x=[100 * counts.get(each, 0) / whole for each in shown],
                y=list(range(len(shown))),
                customdata=[
                    f"{label(each, 120)}<br>{label(name, 80)}: {number(counts.get(each, 0))}"
                    f" of {number(whole)} ({percent(counts.get(each, 0), whole)})"
                    for each in shown
                ],
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": colour, "pattern": {"shape": shape, "fillmode": "overlay"}},
            )
        )
    hidden = len(names) - len(shown)
    title = f"share ({number(hidden)} more names not drawn)" if hidden else "share"
    figure.update_xaxes(ticksuffix=" %", rangemode="tozero", title_text=title)
    figure.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[label(name) for name in shown],
        range=[len(shown) - 0.4, -0.6],
        showgrid=False,
    )
    return figure


def describe_share_bars(groups: Sequence[Group]) -> str:
    """The first names in one sentence, each with its share in every group."""
    known = [(name, counts) for name, counts in groups if _sum(counts)]
    if not known:
        return _NO_NAMES
    told = [
        f"{plain(each)}: "
        + ", ".join(
            f"{plain(name)} {percent(counts.get(each, 0), _sum(counts))}" for name, counts in known
        )
        for each in _ranked(groups)[:3]
    ]
    without = [plain(name) for name, counts in groups if not _sum(counts)]
    more = f" Nothing yet: {', '.join(without)}." if without else ""
    return f"Shares of the first of {number(len(_ranked(groups)))} names: {'; '.join(told)}.{more}"


def use_case_rings(rows: Sequence[Nested], *, unit: str = "pairs") -> go.Figure:
    """Use cases as the inner ring, the skills of each around it; click one to see it alone."""
    return rings(rows, unit, _NO_NAMES)


def describe_use_case_rings(rows: Sequence[Nested], *, unit: str = "pairs") -> str:
    """The largest use cases in one sentence, each with its most frequent skill."""
    return describe_rings(rows, unit, _NO_NAMES)


def _ranked(groups: Sequence[Group]) -> list[str]:
    names = {name for _, counts in groups for name, count in counts.items() if count > 0}
    return sorted(names, key=lambda name: (*(-counts.get(name, 0) for _, counts in groups), name))


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())
