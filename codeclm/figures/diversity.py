"""How long instructions are, where the unusual ones begin, and what they ask for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codeclm.figures import palette
from codeclm.figures.frame import blank, panels, say
from codeclm.figures.labels import label, number, percent, plain
from codeclm.figures.rings import Nested, describe_rings, rings

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Name of a group, its instructions by their words, and the limits of what is usual there.
Lengths = tuple[str, Sequence[tuple[int, int]], tuple[float, float] | None]

#: Bins for each doubling of the length, and pixels of a panel.
STEPS, PANEL = 3, 110
_NO_LENGTHS = "No instructions yet."


def length_histograms(groups: Sequence[Lengths]) -> go.Figure:
    """One histogram a group of the words of its instructions, in shares, on a scale of doublings.

    Dashed lines are the limits beyond which a text is told as short or long. Texts without a word
    have no place on such a scale: they stand with those of one.
    """
    import plotly.graph_objects as go

    known = [group for group in groups if any(count for _, count in group[1])]
    if not known:
        return say(blank(160), _NO_LENGTHS)
    titles = [label(name, 80) for name, *_ in known]
    figure = panels(len(known), 1, PANEL * len(known) + 90, titles, bargap=0.06)
    last, highest = 0, 0.0
    for row, (_, counts, limits) in enumerate(known, 1):
        bins = _binned(counts)
        last = max(last, *bins)
        whole = sum(bins.values())
        highest = max(highest, 100 * max(bins.values()) / whole)
        figure.add_trace(
            go.Bar(
                x=[at / STEPS for at in sorted(bins)],
                y=[100 * bins[at] / whole for at in sorted(bins)],
                width=0.92 / STEPS,
                customdata=[f"{number(bins[at])} of {_range(at)} words" for at in sorted(bins)],
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": palette.KEPT},
            ),
            row=row,
            col=1,
        )
        where: dict[str, Any] = {"row": row, "col": 1}
        for limit in limits or ():
            if limit >= 1 and math.isfinite(limit):
                figure.add_vline(
                    math.log2(limit), name="limit", **where,
                    line={"color": palette.FAILED, "width": 1.5, "dash": "dash"},
                )  # fmt: skip
    doublings = range(0, math.ceil(last / STEPS) + 1)
    figure.update_xaxes(
        tickvals=list(doublings),
        ticktext=[number(2**at) for at in doublings],
        range=[-0.5, last / STEPS + 0.5],
    )
    figure.update_xaxes(title_text="words", row=len(known), col=1)
    figure.update_yaxes(ticksuffix=" %", nticks=3, range=[0, 1.08 * highest])
    return figure


def describe_length_histograms(groups: Sequence[Lengths]) -> str:
    """The middle of each group in one sentence, and how many lie beyond the limits."""
    told = []
    for name, counts, limits in groups:
        total = sum(count for _, count in counts)
        if not total:
            continue
        low, high = limits or (0.0, math.inf)
        outside = sum(count for words, count in counts if not low <= words <= high)
        beyond = f", {number(outside)} ({percent(outside, total)}) beyond the limits"
        told.append(
            f"{plain(name)}: half of {number(total)} have at most {number(_middle(counts))} words"
            + (beyond if limits else "")
        )
    return f"Lengths. {'; '.join(told)}." if told else _NO_LENGTHS


def opening_rings(rows: Sequence[Nested], *, unit: str = "instructions") -> go.Figure:
    """Verbs that instructions open with as the inner ring, their objects around it."""
    return rings([(verb, noun or "—", count) for verb, noun, count in rows], unit, _NO_LENGTHS)


def describe_opening_rings(rows: Sequence[Nested], *, unit: str = "instructions") -> str:
    """The most frequent verbs in one sentence, each with its most frequent object."""
    named = [(verb, noun or "—", count) for verb, noun, count in rows]
    return describe_rings(named, unit, _NO_LENGTHS)


def _binned(counts: Sequence[tuple[int, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for words, count in counts:
        found[round(STEPS * math.log2(max(1, words)))] += count
    return found


def _range(at: int) -> str:
    low, high = math.ceil(2 ** ((at - 0.5) / STEPS)), math.floor(2 ** ((at + 0.5) / STEPS))
    return number(low) if low >= high else f"{number(low)} to {number(high)}"


def _middle(counts: Sequence[tuple[int, int]]) -> int:
    wanted, before = sum(count for _, count in counts) / 2, 0
    ranked = sorted(counts)
    for words, count in ranked:
        before += count
        if before >= wanted:
            return words
    return ranked[-1][0]
