"""How the scores of both responses lie together, with the band that improves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.figures import palette
from codeclm.figures.frame import add_spots, blank, name_place, say
from codeclm.figures.labels import number, percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

_STEP = 0.5
_STEPS = 19
_LOW, _HIGH = 1 - _STEP / 2, 10 + _STEP / 2
_EMPTY = "No scores yet: they appear with the first judgements."


def score_density(
    cells: Sequence[tuple[float, float, int]], theta: float = 3.0, *, clickable: bool = False
) -> go.Figure:
    """Heat map of the averaged scores (1..10, steps of 0.5): strong across, target upwards.

    ``cells`` holds (strong, target, how many). The band |strong − target| ≤ θ is outlined.
    ``clickable`` lays a mark over each cell.
    """
    import plotly.graph_objects as go

    figure = blank(360)
    if not any(count for _, _, count in cells):
        return say(figure, _EMPTY)
    grid: list[list[int | None]] = [[None] * _STEPS for _ in range(_STEPS)]
    for strong, target, count in cells:
        row, column = _place(target), _place(strong)
        grid[row][column] = (grid[row][column] or 0) + count
    scores = [1 + _STEP * step for step in range(_STEPS)]
    figure.add_trace(
        go.Heatmap(
            x=scores,
            y=scores,
            z=grid,
            zmin=0,
            colorscale=[[0, palette.faint(palette.NEUTRAL, 0.15)], [1, palette.KEPT]],
            colorbar={"title": {"text": "instructions"}, "thickness": 10, "outlinewidth": 0},
            hovertemplate="%{z} with strong %{x}, target %{y}<extra></extra>",
            hoverongaps=False,
        )
    )
    if clickable:
        add_spots(
            figure,
            [strong for strong, _, _ in cells],
            [target for _, target, _ in cells],
            [f"{number(count)} with strong {a:g}, target {b:g}" for a, b, count in cells],
        )
    figure.add_shape(
        type="path",
        path=_band(theta),
        name="band",
        line={"color": palette.IMPROVING, "width": 2, "dash": "dash"},
    )
    if theta < _HIGH - _LOW - 2:
        name_place(figure, "keep strong", _HIGH, _LOW, xanchor="right", yanchor="bottom")
        name_place(figure, "keep target", _LOW, _HIGH, xanchor="left", yanchor="top")
    name_place(figure, "improve", _LOW, _LOW, xanchor="left", yanchor="bottom")
    figure.update_xaxes(range=[_LOW, _HIGH], dtick=1, title_text="strong score")
    figure.update_yaxes(range=[_LOW, _HIGH], dtick=1, title_text="target score")
    return figure


def describe_score_density(cells: Sequence[tuple[float, float, int]], theta: float = 3.0) -> str:
    """The heat map in one sentence: mean scores, and how many lie inside the band."""
    total = sum(count for _, _, count in cells)
    if not total:
        return _EMPTY
    strong = sum(score * count for score, _, count in cells) / total
    target = sum(score * count for _, score, count in cells) / total
    inside = sum(count for a, b, count in cells if abs(a - b) <= theta)
    return (
        f"Scores of {number(total)} judged instructions: the strong model has {strong:.1f} on "
        f"average, the target {target:.1f}, and {number(inside)} ({percent(inside, total)}) differ "
        f"by at most θ = {theta:g}."
    )


def _place(score: float) -> int:
    """The nearest half from 1 to 10, counted from 0; a quarter goes up."""
    return min(_STEPS - 1, max(0, int((score - 1) / _STEP + 0.5)))


def _band(theta: float) -> str:
    """The outline of |x − y| ≤ θ inside the square of scores, as an SVG path."""
    size = min(theta, _HIGH - _LOW)
    corners = (
        (_LOW, _LOW),
        (_LOW + size, _LOW),
        (_HIGH, _HIGH - size),
        (_HIGH, _HIGH),
        (_HIGH - size, _HIGH),
        (_LOW, _LOW + size),
    )
    return "M " + " L ".join(f"{x:g},{y:g}" for x, y in corners) + " Z"
