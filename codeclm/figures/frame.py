"""What all figures have in common: margins, grid, fonts, nothing behind the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codeclm.figures.palette import NEUTRAL, faint

if TYPE_CHECKING:
    import plotly.graph_objects as go

_CLEAR = "rgba(0,0,0,0)"
_GRID = faint(NEUTRAL, 0.25)


def blank(height: int, *, legend_space: bool = False, **layout: Any) -> go.Figure:
    """A figure without traces, ``height`` pixels high; ``layout`` is added to what all share.

    ``legend_space`` keeps a strip below the axis free for a legend.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        layout={
            "template": "none",
            "height": height,
            "paper_bgcolor": _CLEAR,
            "plot_bgcolor": _CLEAR,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 84 if legend_space else 8},
            "font": {"color": NEUTRAL, "size": 12},
            "hoverlabel": {"namelength": -1, "align": "left"},
            "modebar": {"bgcolor": _CLEAR, "color": NEUTRAL},
            "legend": {
                # At the foot of the figure, whatever room the axis above it takes.
                "orientation": "h",
                "yref": "container",
                "y": 0.01,
                "yanchor": "bottom",
                "x": 0,
                "traceorder": "normal",
            },
            "bargap": 0.12,
            "dragmode": False,
        }
    )
    _draw_grid(figure)
    figure.update_layout(**layout)
    return figure


def panels(rows: int, columns: int, height: int, titles: Sequence[str], **layout: Any) -> go.Figure:
    """As ``blank``, divided into panels that share their axes, each with its title above it.

    ``titles`` are labels. What panels stand for then needs no colours of its own.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=rows,
        cols=columns,
        figure=blank(height),
        shared_xaxes=columns == 1,
        shared_yaxes=rows == 1,
        subplot_titles=list(titles),
        # A share of the whole height, of which a title takes about 28 pixels.
        vertical_spacing=min(0.5, 34 / height) if rows > 1 else 0,
        horizontal_spacing=0.03,
    )
    figure.update_annotations(font_size=12)
    if columns == 1:
        figure.update_annotations(x=0, xanchor="left")
    _draw_grid(figure)
    figure.update_layout(showlegend=False, **layout)
    return figure


def _draw_grid(figure: go.Figure) -> None:
    grid: dict[str, Any] = {"gridcolor": _GRID, "zerolinecolor": _GRID, "automargin": True}
    figure.update_xaxes(**grid)
    figure.update_yaxes(**grid)


def say(figure: go.Figure, sentence: str) -> go.Figure:
    """An empty figure that says why it is empty, instead of axes around nothing."""
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(
        text=sentence, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font_size=13
    )
    return figure


def name_place(figure: go.Figure, text: str, x: float, y: float, **where: Any) -> None:
    """Write the name of a region; ``where`` are plotly's references and anchors."""
    figure.add_annotation(text=text, x=x, y=y, showarrow=False, font_size=11, **where)


def add_spots(
    figure: go.Figure, xs: Sequence[float], ys: Sequence[float], says: Sequence[str]
) -> None:
    """Unseen marks over the cells of a heat map: a browser selects marks, and no cells."""
    import plotly.graph_objects as go

    figure.add_trace(
        go.Scatter(
            x=list(xs),
            y=list(ys),
            mode="markers",
            marker={"symbol": "square", "size": 15, "opacity": 0},
            selected={"marker": {"opacity": 0.35, "color": NEUTRAL}},
            unselected={"marker": {"opacity": 0}},
            customdata=list(says),
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
            name="spots",
        )
    )
