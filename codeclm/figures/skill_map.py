"""A map of texts: each a mark, or each cell of a grid one, with the names of its regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from codeclm.figures import palette
from codeclm.figures.frame import blank, name_place, say
from codeclm.figures.labels import block, folded, label, number, percent, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Up to so many texts are drawn one by one; more of them should come as cells of a grid.
ONE_BY_ONE = 2000
#: Categories with a colour of their own.
CATEGORIES = 8
Show = Literal["count", "gap", "category"]

_EMPTY = "No texts yet."
_OTHER = "other"
_HEIGHT = 520
#: Names stand on dark of their own, readable over marks of every colour.
_SIGN = {"bgcolor": "rgba(43,47,54,0.8)", "font_color": "#FFFFFF", "borderpad": 2}
#: Colour and form say the same; grey is for all others.
_KINDS = (
    ("#E87218", "circle"),
    ("#8603FB", "square"),
    ("#217941", "diamond"),
    ("#EE49CC", "triangle-up"),
    ("#90590E", "cross"),
    ("#E03A52", "x"),
    ("#AA21D3", "triangle-down"),
    ("#AA2296", "star"),
)
#: Hollow: a full grey mark would pass for a gap of 0.
_REST = {"color": palette.NEUTRAL, "symbol": "circle-open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A text, or the texts of a cell, at its middle.

    ``category`` is the most frequent there, which ``share`` (0..1) of them have; ``gap`` is the
    mean. ``text`` is how the text begins, or the first of them.
    """

    x: float
    y: float
    count: int = 1
    gap: float | None = None
    category: str | None = None
    share: float | None = None
    text: str = ""


#: Name of a region, how many texts it has, and where it lies.
Place = tuple[str, int, float, float]


def skill_map(
    marks: Sequence[Mark],
    places: Sequence[Place] = (),
    *,
    show: Show = "count",
    colours: Mapping[str, str] | None = None,
    unit: str = "texts",
) -> go.Figure:
    """Marks on a map, coloured by how many texts they are, by the mean gap or by category.

    A cell with more texts is a larger mark. The ``CATEGORIES`` most frequent categories have a
    colour and a form each, of ``colours`` where it names them (states have fixed colours). Marks
    can be clicked: their ``customdata`` is what is said of them, their place tells the cell.
    Regions that would be written over each other leave out the smaller ones.
    """
    figure = blank(_HEIGHT, legend_space=show == "category")
    if not marks:
        return say(figure, _EMPTY)
    largest = max(mark.count for mark in marks)
    if show == "category":
        for name, of_name, look in _by_category(marks, colours or {}):
            _add_marks(figure, of_name, label(name), look, largest, unit)
    else:
        shaded = [mark for mark in marks if show == "count" or mark.gap is not None]
        rest = [mark for mark in marks if show == "gap" and mark.gap is None]
        if shaded:
            _add_marks(figure, shaded, unit, _shaded(shaded, show, unit, largest), largest, unit)
        if rest:
            _add_marks(figure, rest, "no gap", _REST, largest, unit)
        figure.update_layout(showlegend=False)
    for name, x, y in _apart(places, marks):
        name_place(figure, label(name, 40), x, y, name="region", **_SIGN)
    hidden: dict[str, Any] = {"showticklabels": False, "zeroline": False, "showgrid": False}
    figure.update_xaxes(**hidden)
    figure.update_yaxes(**hidden)
    return figure


def describe_skill_map(
    marks: Sequence[Mark], places: Sequence[Place] = (), *, unit: str = "texts"
) -> str:
    """The map in one sentence: how many texts, and which regions most of them are in."""
    total = sum(mark.count for mark in marks)
    if not total:
        return _EMPTY
    ranked = sorted(places, key=lambda place: (-place[1], place[0]))
    told = f"{number(total)} {unit}"
    if not ranked:
        return f"{told} on a map of their words."
    first = "; ".join(
        f"{plain(name, 60)} ({percent(size, total)})" for name, size, *_ in ranked[:3]
    )
    regions = "1 region" if len(ranked) == 1 else f"{number(len(ranked))} regions"
    return f"{told} in {regions}, the largest: {first}."


def _add_marks(
    figure: go.Figure,
    marks: Sequence[Mark],
    name: str,
    look: Mapping[str, Any],
    largest: int,
    unit: str,
) -> None:
    import plotly.graph_objects as go

    figure.add_trace(
        go.Scatter(
            x=[mark.x for mark in marks],
            y=[mark.y for mark in marks],
            mode="markers",
            name=name,
            customdata=[_said(mark, unit) for mark in marks],
            hovertemplate="%{customdata}<extra></extra>",
            marker={
                "size": [_size(mark.count, largest) for mark in marks],
                "opacity": 0.85,
                "line": {"width": 0},
                **look,
            },
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 0.25}},
        )
    )


def _size(count: int, largest: int) -> float:
    """Pixels across: the area grows with the count, but what is small can still be seen."""
    return 7.0 if largest == 1 else round(4 + 11 * (count / largest) ** 0.5, 1)


def _shaded(marks: Sequence[Mark], show: Show, unit: str, largest: int) -> dict[str, Any]:
    bar = {"thickness": 10, "outlinewidth": 0}
    if show == "gap":
        return {
            "color": [mark.gap for mark in marks],
            "cmin": -9,
            "cmax": 9,
            "colorscale": [[0, palette.TARGET], [0.5, palette.NEUTRAL], [1, palette.STRONG]],
            "colorbar": {"title": {"text": "mean gap"}, **bar},
        }
    if largest == 1:
        return {"color": palette.KEPT}
    return {
        "symbol": "square",
        "color": [mark.count for mark in marks],
        "cmin": 0,
        "colorscale": [[0, palette.NEUTRAL], [1, palette.KEPT]],
        "colorbar": {"title": {"text": unit}, **bar},
    }


def _by_category(
    marks: Sequence[Mark], colours: Mapping[str, str]
) -> list[tuple[str, list[Mark], dict[str, Any]]]:
    """Name, marks and look of each category that is drawn, the most frequent first."""
    counts: Counter[str] = Counter()
    for mark in marks:
        if mark.category is not None:
            counts[mark.category] += mark.count
    drawn = [name for name, _ in folded(counts, CATEGORIES)][:CATEGORIES]
    looks: dict[str, dict[str, Any]] = {
        name: {"color": colours.get(name, colour), "symbol": form}
        for name, (colour, form) in zip(drawn, _KINDS, strict=False)
    }
    found = [
        (name, [mark for mark in marks if mark.category == name], look)
        for name, look in looks.items()
    ]
    rest = [mark for mark in marks if mark.category not in looks]
    if rest:
        found.append((_OTHER, rest, _REST))
    return found


def _said(mark: Mark, unit: str) -> str:
    first = ", the first:" if mark.text else ""
    parts = [] if mark.count == 1 else [f"{number(mark.count)} {unit}{first}"]
    if mark.text:
        parts.append(block(mark.text))
    if mark.category is not None:
        share = "" if mark.count == 1 or mark.share is None else f" ({100 * mark.share:.0f} %)"
        parts.append(label(mark.category, 80) + share)
    if mark.gap is not None:
        parts.append(f"gap {mark.gap:+.1f}" if mark.count == 1 else f"mean gap {mark.gap:+.1f}")
    return "<br>".join(parts) or f"1 of the {unit}"


def _apart(places: Sequence[Place], marks: Sequence[Mark]) -> list[tuple[str, float, float]]:
    """The names that have room, the largest region's first."""
    wide = (max(mark.x for mark in marks) - min(mark.x for mark in marks)) or 1.0
    high = (max(mark.y for mark in marks) - min(mark.y for mark in marks)) or 1.0
    kept: list[tuple[str, float, float]] = []
    for name, _, x, y in sorted(places, key=lambda place: (-place[1], place[0])):
        if all(abs(x - a) > 0.22 * wide or abs(y - b) > 0.05 * high for _, a, b in kept):
            kept.append((name, x, y))
    return kept
