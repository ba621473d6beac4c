"""Which skills meet which use cases, how often, and how far the target is behind there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from codeclm.figures import palette
from codeclm.figures.frame import add_spots, blank, say
from codeclm.figures.labels import folded, label, number, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

Cell = tuple[str, str, int, float | None]

_EMPTY = "No use cases and skills yet."


def use_case_skill_heatmap(
    cells: Sequence[Cell],
    *,
    show: Literal["count", "gap"] = "count",
    top: int = 15,
    unit: str = "pairs",
    clickable: bool = False,
) -> go.Figure:
    """Heat map of use cases (down) by skills (across).

    ``cells`` holds (use case, skill, how many, mean gap or None). ``show`` colours by the count or
    by the mean gap (−9..9). Use cases and skills after the ``top`` most frequent are folded into
    ``other (k)``, their gaps weighted by their counts. ``clickable`` lays a mark over each cell.
    """
    import plotly.graph_objects as go

    kept = [cell for cell in cells if cell[2] > 0]
    use_cases, skills = _names(kept, 0, top), _names(kept, 1, top)
    figure = blank(max(200, 26 * len(set(use_cases.values())) + 130))
    if not kept:
        return say(figure, _EMPTY)
    counts, gaps = _sums(kept, use_cases, skills)
    down, across = list(dict.fromkeys(use_cases.values())), list(dict.fromkeys(skills.values()))
    values = counts if show == "count" else gaps
    figure.add_trace(
        go.Heatmap(
            z=[[values.get((row, column)) for column in across] for row in down],
            customdata=[
                [_hover(row, column, counts, gaps, unit) for column in across] for row in down
            ],
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            xgap=2,
            ygap=2,
            **_colours(show, unit),
        )
    )
    if clickable:
        drawn = [
            (x, y)
            for y, row in enumerate(down)
            for x, column in enumerate(across)
            if (row, column) in counts
        ]
        add_spots(
            figure,
            [x for x, _ in drawn],
            [y for _, y in drawn],
            [_hover(down[y], across[x], counts, gaps, unit) for x, y in drawn],
        )
    figure.update_xaxes(**_axis(across, 22), tickangle=-40, side="bottom")
    figure.update_yaxes(**_axis(down, 32), autorange="reversed")
    return figure


def names_of_heatmap(cells: Sequence[Cell], *, top: int = 15) -> tuple[list[str], list[str]]:
    """The names down and across in the heat map of ``cells``, folded ones as ``other (k)``."""
    kept = [cell for cell in cells if cell[2] > 0]
    down, across = _names(kept, 0, top), _names(kept, 1, top)
    return list(dict.fromkeys(down.values())), list(dict.fromkeys(across.values()))


def describe_use_case_skill_heatmap(cells: Sequence[Cell], *, unit: str = "pairs") -> str:
    """The heat map in one sentence: its size, its fullest cell and how many cells are empty."""
    kept = [cell for cell in cells if cell[2] > 0]
    if not kept:
        return _EMPTY
    counts, _ = _sums(kept, _names(kept, 0, len(kept)), _names(kept, 1, len(kept)))
    use_cases, skills = {row for row, _ in counts}, {column for _, column in counts}
    row, column = max(sorted(counts), key=lambda cell: counts[cell])
    empty = len(use_cases) * len(skills) - len(counts)
    return (
        f"{_counted(use_cases, 'use case')} by {_counted(skills, 'skill')}: most {unit} are in "
        f"{plain(row)} with {plain(column)} ({number(counts[row, column])}), and "
        f"{number(empty)} combinations are empty."
    )


def _counted(names: set[str], noun: str) -> str:
    return f"{number(len(names))} {noun}" + ("s" if len(names) != 1 else "")


def _names(cells: Sequence[Cell], side: Literal[0, 1], top: int) -> dict[str, str]:
    """Each name to the one it is drawn under: itself, or ``other (k)``; the largest first."""
    totals: dict[str, int] = defaultdict(int)
    for cell in cells:
        totals[cell[0] if side == 0 else cell[1]] += cell[2]
    drawn = [name for name, _ in folded(totals, top)]
    head = set(drawn[:top])
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    return {name: name if name in head else drawn[-1] for name in ranked}


def _sums(
    cells: Sequence[Cell], use_cases: Mapping[str, str], skills: Mapping[str, str]
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], float]]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    weighed: dict[tuple[str, str], float] = defaultdict(float)
    scored: dict[tuple[str, str], int] = defaultdict(int)
    for use_case, skill, count, gap in cells:
        place = use_cases[use_case], skills[skill]
        counts[place] += count
        if gap is not None:
            weighed[place] += gap * count
            scored[place] += count
    return dict(counts), {place: weighed[place] / scored[place] for place in scored}


def _hover(
    row: str,
    column: str,
    counts: Mapping[tuple[str, str], int],
    gaps: Mapping[tuple[str, str], float],
    unit: str,
) -> str:
    gap = gaps.get((row, column))
    mean = "" if gap is None else f", mean gap {gap:+.1f}"
    return (
        f"{label(row, 120)}<br>{label(column, 120)}<br>"
        f"{number(counts.get((row, column), 0))} {unit}{mean}"
    )


def _colours(show: Literal["count", "gap"], unit: str) -> dict[str, Any]:
    bar = {"thickness": 10, "outlinewidth": 0}
    if show == "count":
        return {
            "zmin": 0,
            "colorscale": [[0, palette.faint(palette.NEUTRAL, 0.15)], [1, palette.KEPT]],
            "colorbar": {"title": {"text": unit}, **bar},
        }
    return {
        "zmin": -9,
        "zmax": 9,
        "colorscale": [
            [0, palette.TARGET],
            [0.5, palette.faint(palette.NEUTRAL, 0.15)],
            [1, palette.STRONG],
        ],
        "colorbar": {"title": {"text": "mean gap"}, **bar},
    }


def _axis(names: Sequence[str], width: int) -> dict[str, Any]:
    # Cells stand at numbers, so that names cut to the same label stay apart.
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [label(name, width) for name in names],
        "showgrid": False,
        "zeroline": False,
    }
