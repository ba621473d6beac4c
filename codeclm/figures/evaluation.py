"""What an evaluation found: the CRR with its interval, and wins, ties and losses (paper §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codeclm.figures import palette
from codeclm.figures.bars import TOP
from codeclm.figures.frame import blank, say
from codeclm.figures.labels import label, number, percent, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: (name, CRR, its interval's low and high end, comparisons); percentages 0..100.
Recovery = tuple[str, float, float, float, int]
#: (name, wins, ties, losses) from the candidate's side.
Ended = tuple[str, int, int, int]

_EMPTY = "No comparisons yet."
#: Rows of names above the bars, for reference lines that stand close together.
_LEVELS = 3


def crr_bars(
    rows: Sequence[Recovery], *, references: Mapping[str, float] | None = None, top: int = TOP
) -> go.Figure:
    """Horizontal bars of the CRR with its 95 % interval, in the order given.

    ``references`` are lines across all bars, such as what the paper reports, by name. Rows without
    comparisons are left out; of more than ``top`` the first are drawn, and how many are not is said
    below them.
    """
    import plotly.graph_objects as go

    known = [row for row in rows if row[4] > 0]
    shown = known[:top]
    figure = blank(_height(len(shown)), showlegend=False)
    if not shown:
        return say(figure, _EMPTY)
    figure.add_trace(
        go.Bar(
            orientation="h",
            x=[crr for _, crr, *_ in shown],
            y=list(range(len(shown))),
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(0.0, high - crr) for _, crr, _, high, _ in shown],
                "arrayminus": [max(0.0, crr - low) for _, crr, low, *_ in shown],
                "color": palette.NEUTRAL,
                "thickness": 1.5,
            },
            # At the foot of its bar, where the interval does not cross it.
            text=[f"{crr:.1f}\u202f%" for _, crr, *_ in shown],
            textposition="inside",
            insidetextanchor="start",
            customdata=[_told(row) for row in shown],
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": palette.KEPT},
        )
    )
    drawn = {name: at for name, at in (references or {}).items() if 0 <= at <= 100}
    for place, (name, at) in enumerate(sorted(drawn.items(), key=lambda item: item[1])):
        _add_reference(figure, name, at, place % _LEVELS)
    if drawn:
        room = 28 + 14 * min(_LEVELS, len(drawn))
        figure.update_layout(margin_t=room, height=_height(len(shown)) + room - 28)
    figure.update_xaxes(range=[0, 100], dtick=25, title_text=_axis("CRR (%)", known, shown))
    figure.update_yaxes(**_names([name for name, *_ in shown]))
    return figure


def describe_crr_bars(
    rows: Sequence[Recovery], *, references: Mapping[str, float] | None = None
) -> str:
    """The bars in words: the highest and the lowest CRR with their intervals, and the references.

    One sentence tells the bars, a second one the references where there are any.
    """
    known = [row for row in rows if row[4] > 0]
    if not known:
        return _EMPTY
    ranked = sorted(known, key=lambda row: -row[1])
    if len(ranked) == 1:
        told = f"The CRR of {_plain(ranked[0])}."
    else:
        told = (
            f"CRR of {number(len(ranked))}: the highest is that of {_plain(ranked[0])}, the lowest"
            f" that of {_plain(ranked[-1])}."
        )
    named = ", ".join(f"{plain(name)} {at:.1f}\u202f%" for name, at in (references or {}).items())
    return f"{told} For reference: {named}." if named else told


def wins_ties_losses(rows: Sequence[Ended], *, top: int = TOP) -> go.Figure:
    """Horizontal bars of 100 %, each divided into wins, ties and losses, in the order given.

    The patterns say the same as the colours. Rows without comparisons are left out; of more than
    ``top`` the first are drawn, and how many are not is said below them.
    """
    import plotly.graph_objects as go

    known = [row for row in rows if sum(row[1:]) > 0]
    shown = known[:top]
    figure = blank(_height(len(shown)) + 56, legend_space=True, barmode="stack")
    if not shown:
        return say(figure, _EMPTY)
    sums = [sum(row[1:]) for row in shown]
    for name, counts, colour, shape in (
        ("wins", [wins for _, wins, _, _ in shown], palette.KEPT, ""),
        ("ties", [ties for _, _, ties, _ in shown], palette.NEUTRAL, "."),
        ("losses", [losses for *_, losses in shown], palette.FAILED, "/"),
    ):
        figure.add_trace(
            go.Bar(
                name=name,
                orientation="h",
                x=[100 * count / n for count, n in zip(counts, sums, strict=True)],
                y=list(range(len(shown))),
                text=[number(count) if count else "" for count in counts],
                textposition="inside",
                insidetextanchor="middle",
                customdata=[
                    f"{label(row[0], 160)}: {number(count)} {name}"
                    f" ({percent(count, n)} of {number(n)})"
                    for row, count, n in zip(shown, counts, sums, strict=True)
                ],
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": colour, "pattern": {"shape": shape, "fillmode": "overlay"}},
            )
        )
    figure.update_xaxes(range=[0, 100], dtick=25, title_text=_axis("% compared", known, shown))
    figure.update_yaxes(**_names([name for name, *_ in shown]))
    return figure


def describe_wins_ties_losses(rows: Sequence[Ended]) -> str:
    """The bars in one sentence: wins, ties and losses of each of the first five rows."""
    known = [row for row in rows if sum(row[1:]) > 0]
    if not known:
        return _EMPTY
    told = [
        f"{plain(name)} has {number(wins)} wins, {number(ties)} ties and {number(losses)} losses"
        f" in {number(wins + ties + losses)}"
        for name, wins, ties, losses in known[:5]
    ]
    more = f"; {number(len(known) - 5)} more" if len(known) > 5 else ""
    return f"{'; '.join(told)}{more}."


def _height(bars: int) -> int:
    return max(160, 26 * bars + 70)


def _names(names: Sequence[str]) -> dict[str, Any]:
    """The axis of names. Bars stand at numbers: names that are cut alike stay two bars."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [label(name) for name in names],
        "range": [len(names) - 0.4, -0.6],
        "showgrid": False,
    }


def _axis(title: str, known: Sequence[object], shown: Sequence[object]) -> str:
    hidden = len(known) - len(shown)
    return f"{title}; {number(hidden)} more not drawn" if hidden else title


def _add_reference(figure: go.Figure, name: str, at: float, level: int) -> None:
    figure.add_shape(
        type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", name="reference",
        line={"color": palette.IMPROVING, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        text=f"{label(name)} {at:.1f}\u202f%",
        x=at,
        y=1,
        yref="paper",
        yshift=14 * level,
        xanchor="right" if at > 50 else "left",
        yanchor="bottom",
        showarrow=False,
        font_size=11,
    )


def _told(row: Recovery) -> str:
    return label(row[0], 160) + _numbers(row)


def _plain(row: Recovery) -> str:
    return plain(row[0]) + _numbers(row)


def _numbers(row: Recovery) -> str:
    _, crr, low, high, n = row
    return f", {crr:.1f}\u202f% ({low:.1f} to {high:.1f}, {number(n)} compared)"
