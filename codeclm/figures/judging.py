"""What a judge gives, and how far reviewers agree with it (paper §3.4 and §4.3)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.figures import palette
from codeclm.figures.frame import blank, name_place, say
from codeclm.figures.labels import number, percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: (θ, pairs on which judge and reviewers agree, approved pairs that this θ would not keep).
Point = tuple[float, int, int]

_SCORES = tuple(range(1, 11))
_NO_SCORES = "No scores yet: they appear with the first judgements."
_NO_DECISIONS = "No decisions yet: they appear with the first pairs approved or rejected."


def score_histograms(cells: Sequence[tuple[float, float, int]]) -> go.Figure:
    """How many strong and target responses have each averaged score (1..10).

    ``cells`` holds (strong, target, how many). A score between two whole ones goes up from the
    half.
    """
    import plotly.graph_objects as go

    figure = blank(280, legend_space=True, barmode="group", bargap=0.18)
    if not any(count for *_, count in cells):
        return say(figure, _NO_SCORES)
    for name, at, colour in (("strong", 0, palette.STRONG), ("target", 1, palette.TARGET)):
        found = _by_score(cells, at)
        figure.add_trace(
            go.Bar(
                name=name,
                x=_SCORES,
                y=[found[score] for score in _SCORES],
                marker={"color": colour},
                hovertemplate=f"%{{y}} {name} responses with %{{x}}<extra></extra>",
            )
        )
    figure.update_xaxes(range=[0.4, 10.6], dtick=1, title_text="averaged score")
    figure.update_yaxes(title_text="responses", rangemode="tozero")
    return figure


def describe_score_histograms(cells: Sequence[tuple[float, float, int]]) -> str:
    """Both histograms in one sentence: the most frequent score of each, and the top scores."""
    total = sum(count for *_, count in cells)
    if not total:
        return _NO_SCORES
    told = []
    for name, at in (("strong", 0), ("target", 1)):
        found = _by_score(cells, at)
        peak = max(_SCORES, key=lambda score: (found[score], score))
        high = found[9] + found[10]
        told.append(
            f"{name} responses most often have {peak}"
            f" ({percent(found[peak], total)}), and {percent(high, total)} have 9 or 10"
        )
    return f"Scores of {number(total)} judged instructions: {'; '.join(told)}."


def agreement_curve(points: Sequence[Point], decided: int, approved: int) -> go.Figure:
    """Share of decided pairs on which judge and reviewers agree, and of approved pairs lost, by θ.

    ``points`` begin at the run's θ; the smallest θ of those that agree best is marked.
    """
    import plotly.graph_objects as go

    figure = blank(280, legend_space=True)
    if not points or not decided:
        return say(figure, _NO_DECISIONS)
    thetas = [theta for theta, *_ in points]
    lines = [
        ("agree", [100 * agree / decided for _, agree, _ in points], palette.KEPT, "solid"),
    ]
    if approved:
        lost = [100 * lost / approved for *_, lost in points]
        lines.append(("approved pairs lost", lost, palette.FAILED, "dot"))
    for name, shares, colour, dash in lines:
        figure.add_trace(
            go.Scatter(
                name=name,
                x=thetas,
                y=shares,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                hovertemplate=f"{name}: %{{y:.0f}} % at θ %{{x:g}}<extra></extra>",
            )
        )
    best, agree, _ = _best(points)
    figure.add_shape(
        type="line", x0=best, x1=best, y0=0, y1=100, name="best",
        line={"color": palette.NEUTRAL, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    name_place(
        figure,
        f"best: θ {best:g}, {percent(agree, decided)}",
        best,
        103,
        xanchor="right" if best > 7 else "left",
        yanchor="bottom",
    )
    figure.update_xaxes(range=[thetas[0] - 0.2, 9.2], dtick=1, title_text="θ")
    figure.update_yaxes(range=[0, 112], dtick=25, title_text="% of decided pairs")
    return figure


def describe_agreement_curve(points: Sequence[Point], decided: int, approved: int) -> str:
    """The curve in one sentence: agreement at the run's θ, at the best one, and what that loses."""
    if not points or not decided:
        return _NO_DECISIONS
    theta, now, _ = points[0]
    best, agree, lost = _best(points)
    told = (
        f"Over {number(decided)} decided pairs judge and reviewers agree on"
        f" {percent(now, decided)} at θ = {theta:g}"
    )
    if best == theta:
        return f"{told}, and no higher θ agrees better."
    return (
        f"{told}; θ = {best:g} agrees best with {percent(agree, decided)} and would lose"
        f" {number(lost)} of {number(approved)} approved pairs."
    )


def _by_score(cells: Sequence[tuple[float, float, int]], at: int) -> Counter[int]:
    found: Counter[int] = Counter()
    for cell in cells:
        found[min(10, max(1, math.floor(cell[at] + 0.5)))] += cell[2]
    return found


def _best(points: Sequence[Point]) -> Point:
    return max(points, key=lambda point: (point[1], -point[0]))
