"""Counts as bars: use cases, skills, and the pairs kept at each iteration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codeclm.figures import palette
from codeclm.figures.frame import blank, say
from codeclm.figures.labels import folded, label, number, percent, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: How many bars are drawn before the rest is folded into one.
TOP = 15


def use_case_bars(counts: Mapping[str, int], *, top: int = TOP, unit: str = "pairs") -> go.Figure:
    """Horizontal bars, the largest use case first; those after ``top`` become ``other (k)``.

    ``unit`` is our own word for what is counted (pairs, seeds, entries).
    """
    return _bars(counts, top, unit, "No use cases yet.")


def skill_bars(counts: Mapping[str, int], *, top: int = TOP, unit: str = "pairs") -> go.Figure:
    """Horizontal bars, the most frequent skill first; those after ``top`` become ``other (k)``."""
    return _bars(counts, top, unit, "No skills yet.")


def entry_bars(counts: Mapping[str, int], *, top: int = TOP, unit: str = "seeds") -> go.Figure:
    """Horizontal bars of metadata entries, the one with most seeds behind it first."""
    # Entries of one use case differ in what comes after it.
    return _bars(counts, top, unit, _NO_ENTRIES, width=64)


def describe_entry_bars(counts: Mapping[str, int], *, unit: str = "seeds") -> str:
    """The entries in one sentence: how many there are, which come first, how many have one seed."""
    told = _described(counts, unit, "entry", _NO_ENTRIES, nouns="entries")
    single = sum(1 for count in counts.values() if count == 1)
    return f"{told} {number(single)} of them have one." if len(counts) > 1 else told


def describe_use_case_bars(counts: Mapping[str, int], *, unit: str = "pairs") -> str:
    """The use cases in one sentence: how many there are and which come first."""
    return _described(counts, unit, "use case", "No use cases yet.")


def describe_skill_bars(counts: Mapping[str, int], *, unit: str = "pairs") -> str:
    """The skills in one sentence: how many there are and which come first."""
    return _described(counts, unit, "skill", "No skills yet.")


def kept_per_iteration(counts: Mapping[int, tuple[int, int]]) -> go.Figure:
    """Stacked bars of the pairs kept at each iteration, 1 being the basic instruction.

    ``counts`` maps the iteration to (strong responses kept, target responses kept). Below each
    iteration stands its share of all pairs (paper Fig. 3).
    """
    import plotly.graph_objects as go

    figure = blank(280, legend_space=True, barmode="stack")
    total = sum(map(sum, counts.values()))
    if not total:
        return say(figure, _NOTHING_KEPT)
    iterations = list(range(1, max(counts) + 1))
    # The pattern says the same as the colour, for those who cannot tell the colours apart.
    for place, name, colour, shape in (
        (0, "strong response", palette.STRONG, ""),
        (1, "target response", palette.TARGET, "/"),
    ):
        figure.add_trace(
            go.Bar(
                name=name,
                x=iterations,
                y=[counts.get(iteration, (0, 0))[place] for iteration in iterations],
                marker={"color": colour, "pattern": {"shape": shape, "fillmode": "overlay"}},
                hovertemplate=f"%{{y}} pairs with the {name} at iteration %{{x}}<extra></extra>",
            )
        )
    shares = [percent(sum(counts.get(iteration, (0, 0))), total) for iteration in iterations]
    figure.update_xaxes(
        tickvals=iterations,
        ticktext=[f"{at}<br>{share}" for at, share in zip(iterations, shares, strict=True)],
        title_text="iteration",
        showgrid=False,
    )
    figure.update_yaxes(title_text="pairs", rangemode="tozero")
    return figure


def describe_kept_per_iteration(counts: Mapping[int, tuple[int, int]]) -> str:
    """The kept pairs in one sentence, iteration by iteration."""
    total = sum(map(sum, counts.values()))
    if not total:
        return _NOTHING_KEPT
    parts = [
        f"{number(sum(counts[at]))} at iteration {at} ({percent(sum(counts[at]), total)})"
        for at in sorted(counts)
    ]
    target = sum(kept for _, kept in counts.values())
    return (
        f"{number(total)} pairs kept: {', '.join(parts)}; "
        f"{number(target)} of them carry the target's response."
    )


_NOTHING_KEPT = "No pairs kept yet."
_NO_ENTRIES = "No entries yet."


def _bars(
    counts: Mapping[str, int], top: int, unit: str, empty: str, *, width: int = 32
) -> go.Figure:
    import plotly.graph_objects as go

    bars = folded({name: count for name, count in counts.items() if count}, top)
    figure = blank(max(160, 26 * len(bars) + 70), showlegend=False)
    if not bars:
        return say(figure, empty)
    total = sum(count for _, count in bars)
    # Bars stand at numbers, not at names: two names cut to the same label stay two bars, and a
    # name such as 2024-01 does not turn the axis into one of dates.
    places = list(range(len(bars)))
    rest = len(bars) > top
    figure.add_trace(
        go.Bar(
            orientation="h",
            x=[count for _, count in bars],
            y=places,
            text=[f"{number(count)} · {percent(count, total)}" for _, count in bars],
            textposition="auto",
            customdata=[label(name, 160) for name, _ in bars],
            hovertemplate=f"%{{customdata}}: %{{x}} {unit}<extra></extra>",
            marker={
                "color": [
                    palette.NEUTRAL if rest and place == top else palette.KEPT for place in places
                ]
            },
        )
    )
    figure.update_xaxes(title_text=unit, rangemode="tozero")
    figure.update_yaxes(
        tickvals=places,
        ticktext=[label(name, width) for name, _ in bars],
        range=[len(bars) - 0.4, -0.6],
        showgrid=False,
    )
    return figure


def _described(
    counts: Mapping[str, int], unit: str, noun: str, empty: str, *, nouns: str = ""
) -> str:
    bars = folded({name: count for name, count in counts.items() if count}, len(counts))
    if not bars:
        return empty
    total = sum(count for _, count in bars)
    first = ", ".join(
        f"{plain(name)} ({number(count)}, {percent(count, total)})" for name, count in bars[:3]
    )
    if len(bars) == 1:
        return f"{number(total)} {unit} over 1 {noun}: {first}."
    many = nouns or f"{noun}s"
    return f"{number(total)} {unit} over {number(len(bars))} {many}, most of them {first}."
