"""Where the gaps between strong and target lie, and what θ makes of them (paper §3.4)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.figures import palette
from codeclm.figures.frame import blank, name_place, say
from codeclm.figures.labels import number, percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

BIN = 0.5
EDGE = 9.0
END = EDGE + BIN / 2
_EMPTY = "No gaps yet: they appear with the first judgements."


def bin_of(gap: float) -> tuple[float, float]:
    """The bin of a gap as (low, high), 0.5 wide around a multiple of 0.5.

    Averaged whole scores give gaps in halves, so that each has a bar of its own. A quarter goes
    away from zero: with θ = 3, all of the bar at 3.0 improves and all of the one at 3.5 is kept.
    """
    centre = BIN * math.floor(min(EDGE, abs(gap)) / BIN + 0.5)
    centre = -centre if gap < 0 else centre
    return centre - BIN / 2, centre + BIN / 2


def gap_histogram(counts: Sequence[tuple[float, int, int]], theta: float) -> go.Figure:
    """Histogram of the gap (strong − target, −9..9) of every judged instruction.

    ``counts`` holds (gap, iteration, how many). Bars are stacked by iteration; −θ and θ are lines,
    and the three regions they make are shaded and named.
    """
    import plotly.graph_objects as go

    figure = blank(300, legend_space=True, barmode="stack", bargap=0.06)
    if not any(count for _, _, count in counts):
        return say(figure, _EMPTY)
    bins: dict[int, dict[float, int]] = defaultdict(lambda: defaultdict(int))
    for gap, iteration, count in counts:
        bins[iteration][bin_of(gap)[0]] += count
    for iteration in sorted(bins):
        lows = sorted(bins[iteration])
        figure.add_trace(
            go.Bar(
                name=f"iteration {iteration}",
                x=[low + BIN / 2 for low in lows],
                y=[bins[iteration][low] for low in lows],
                width=BIN * 0.92,
                customdata=[_signed(low + BIN / 2) for low in lows],
                hovertemplate=f"%{{y}}, iteration {iteration}, gap %{{customdata}}<extra></extra>",
                marker={"color": palette.iteration(iteration, max(4, *bins))},
            )
        )
    _draw_regions(figure, theta)
    figure.update_xaxes(range=[-END, END], dtick=3, title_text="gap (strong − target)")
    figure.update_yaxes(title_text="instructions", rangemode="tozero")
    return figure


def describe_gap_histogram(counts: Sequence[tuple[float, int, int]], theta: float) -> str:
    """The histogram in one sentence, with the exact counts of its three regions."""
    total = sum(count for _, _, count in counts)
    if not total:
        return _EMPTY
    strong = sum(count for gap, _, count in counts if gap > theta)
    target = sum(count for gap, _, count in counts if gap < -theta)
    improve = total - strong - target
    return (
        f"Gaps of {number(total)} judged instructions at θ = {theta:g}: "
        f"{number(strong)} ({percent(strong, total)}) above θ keep the strong response, "
        f"{number(target)} ({percent(target, total)}) below −θ keep the target's, "
        f"{number(improve)} ({percent(improve, total)}) between improve."
    )


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _draw_regions(figure: go.Figure, theta: float) -> None:
    # The bar at θ improves: where there is one, its region ends behind the bar, not inside it.
    edge = theta + BIN / 2 if theta % BIN == 0 else theta
    regions = (
        (-END, -edge, "keep target", palette.TARGET),
        (-edge, edge, "improve", palette.IMPROVING),
        (edge, END, "keep strong", palette.STRONG),
    )
    for low, high, name, colour in regions:
        if high <= low:
            continue
        figure.add_shape(
            type="rect", x0=low, x1=high, y0=0, y1=1, yref="paper", layer="below",
            fillcolor=palette.faint(colour), line_width=0, name=name,
        )  # fmt: skip
        name_place(figure, name, (low + high) / 2, 1, yref="paper", yanchor="bottom")
    for place in sorted({-theta, theta}):
        figure.add_shape(
            type="line", x0=place, x1=place, y0=0, y1=1, yref="paper", name="theta",
            line={"color": palette.NEUTRAL, "width": 1.5, "dash": "dash"},
        )  # fmt: skip
