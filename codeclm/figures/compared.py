"""Runs side by side: pools and their cost, iterations, lengths, gaps, and skills beside the seeds'.

Each run has a bar or a panel under its name, so that no colour has to tell runs apart. Names are
shown as labels; rows stand in the order given.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codeclm.figures import palette
from codeclm.figures.frame import blank, panels, say
from codeclm.figures.gaps import BIN, END, bin_of
from codeclm.figures.labels import label, number, percent, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: (name, pairs in the pool, what one of them cost or None).
Pooled = tuple[str, int, float | None]
#: (name, counts by value).
Counted = tuple[str, Sequence[tuple[float, int]]]

#: Skills that are drawn, bins that lengths are counted in at most, pixels of a panel.
SKILLS, BINS, PANEL = 12, 40, 90
_NO_PAIRS = "No pairs yet."
_NO_GAPS = "No gaps: nothing of these runs was judged."
_NO_SKILLS = "No skills: neither these runs nor the seeds have metadata."


def pool_bars(rows: Sequence[Pooled], unit: str, digits: int) -> go.Figure:
    """Two panels of horizontal bars: the size of each pool, and what a kept pair cost.

    ``unit`` is our own word for the cost, such as calls, ``digits`` are those behind its point.
    """
    import plotly.graph_objects as go

    if not any(pairs for _, pairs, _ in rows):
        return say(blank(160), _NO_PAIRS)
    figure = panels(1, 2, max(160, 30 * len(rows) + 80), ["kept pairs", f"{unit} a kept pair"])
    places = list(range(len(rows)))
    costs = [cost for _, _, cost in rows]
    for column, values, told, colour in (
        (1, [pairs for _, pairs, _ in rows], [number(pairs) for _, pairs, _ in rows], palette.KEPT),
        (
            2,
            costs,
            ["" if cost is None else _cost(cost, digits) for cost in costs],
            palette.NEUTRAL,
        ),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h", x=values, y=places, text=told, textposition="auto",
                customdata=[label(name, 160) for name, *_ in rows],
                hovertemplate="%{customdata}: %{text}<extra></extra>",
                marker={"color": colour},
            ),
            row=1,
            col=column,
        )  # fmt: skip
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(**_names([name for name, *_ in rows]))
    return figure


def describe_pool_bars(rows: Sequence[Pooled], unit: str, digits: int) -> str:
    """Each pool and the cost of one of its pairs, in one sentence."""
    if not any(pairs for _, pairs, _ in rows):
        return _NO_PAIRS
    told = [
        f"{plain(name)} has {number(pairs)}"
        + ("" if cost is None else f" at {_cost(cost, digits)} {unit} each")
        for name, pairs, cost in rows
    ]
    return f"Kept pairs: {'; '.join(told)}."


def iteration_shares(rows: Sequence[tuple[str, Sequence[int]]]) -> go.Figure:
    """Horizontal bars of 100 %, each divided by the iteration that pairs were kept at.

    The counts stand in the bars; iterations are a ramp of colours with the first at the left.
    """
    import plotly.graph_objects as go

    if not any(sum(kept) for _, kept in rows):
        return say(blank(160), _NO_PAIRS)
    figure = blank(max(160, 30 * len(rows) + 130), legend_space=True, barmode="stack")
    last = max(len(kept) for _, kept in rows)
    sums = [sum(kept) for _, kept in rows]
    for at in range(last):
        counts = [kept[at] if at < len(kept) else 0 for _, kept in rows]
        figure.add_trace(
            go.Bar(
                name=f"iteration {at + 1}",
                orientation="h",
                x=[100 * count / whole if whole else 0 for count, whole in _with(counts, sums)],
                y=list(range(len(rows))),
                text=[f"{at + 1}: {number(count)}" if count else "" for count in counts],
                textposition="inside",
                insidetextanchor="middle",
                customdata=[
                    f"{label(name, 160)}: {number(count)} at iteration {at + 1}"
                    f" ({percent(count, whole)})"
                    for (name, _), (count, whole) in zip(rows, _with(counts, sums), strict=True)
                ],
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": palette.iteration(at + 1, max(4, last))},
            )
        )
    figure.update_xaxes(range=[0, 100], dtick=25, title_text="% of the pool")
    figure.update_yaxes(**_names([name for name, _ in rows]))
    return figure


def describe_iteration_shares(rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """What share of each pool its basic instructions are, in one sentence."""
    if not any(sum(kept) for _, kept in rows):
        return _NO_PAIRS
    told = [
        f"{plain(name)} {', '.join(percent(count, sum(kept)) for count in kept)}"
        for name, kept in rows
        if sum(kept)
    ]
    return f"Kept at iteration 1, 2 and so on: {'; '.join(told)}."


def length_panels(rows: Sequence[Counted]) -> go.Figure:
    """One histogram a run of the words of its instructions, in shares; axes are shared."""
    known = [row for row in rows if row[1]]
    if not known:
        return say(blank(160), _NO_PAIRS)
    longest = max(words for _, counts in known for words, _ in counts)
    width = max(1, math.ceil((longest + 1) / BINS))
    binned = [
        (name, _binned((int(words) // width * width + width / 2, n) for words, n in counts))
        for name, counts in known
    ]
    figure = _histograms(binned, width, palette.KEPT, "words")
    figure.update_xaxes(rangemode="tozero")
    figure.update_xaxes(title_text="words an instruction", row=len(known), col=1)
    return figure


def describe_length_panels(rows: Sequence[Counted]) -> str:
    """The middle and the ends of each histogram, in one sentence."""
    told = [
        f"{plain(name)} {_quantile(counts, 0.5):g} ({_quantile(counts, 0.1):g} to"
        f" {_quantile(counts, 0.9):g})"
        for name, counts in rows
        if counts
    ]
    if not told:
        return _NO_PAIRS
    return f"Words an instruction, the median with the middle 80 %: {'; '.join(told)}."


def gap_panels(rows: Sequence[Counted]) -> go.Figure:
    """One histogram a run of the gap of its judged instructions, in shares; axes are shared."""
    known = [row for row in rows if row[1]]
    if not known:
        return say(blank(160), _NO_GAPS)
    binned = [
        (name, _binned((bin_of(gap)[0] + BIN / 2, n) for gap, n in counts))
        for name, counts in known
    ]
    figure = _histograms(binned, BIN, palette.STRONG, "gap")
    figure.update_xaxes(range=[-END, END], dtick=3)
    figure.update_xaxes(title_text="gap (strong − target)", row=len(known), col=1)
    return figure


def describe_gap_panels(rows: Sequence[Counted]) -> str:
    """The middle and the ends of each histogram, in one sentence, and who was not judged."""
    told = [
        f"{plain(name)} {_signed(_quantile(counts, 0.5))} ({_signed(_quantile(counts, 0.1))} to"
        f" {_signed(_quantile(counts, 0.9))}, {number(_total(counts))} judged)"
        for name, counts in rows
        if counts
    ]
    if not told:
        return _NO_GAPS
    without = [plain(name) for name, counts in rows if not counts]
    more = f" Not judged: {', '.join(without)}." if without else ""
    return f"Gaps, the median with the middle 80 %: {'; '.join(told)}.{more}"


def skill_panels(
    seeds: Mapping[str, int], rows: Sequence[tuple[str, Mapping[str, int]]], *, top: int = SKILLS
) -> go.Figure:
    """One panel of bars for the seeds and one a run: the share of each skill.

    Skills stand in the order they are frequent among the seeds, then among all runs; of more than
    ``top`` the first are drawn, and how many are not is said below them.
    """
    import plotly.graph_objects as go

    drawn = [(name, counts) for name, counts in rows if counts]
    every = _skills(seeds, [counts for _, counts in drawn])
    if not every:
        return say(blank(160), _NO_SKILLS)
    shown = every[:top]
    columns = [("seeds", seeds), *drawn]
    figure = panels(
        1, len(columns), 26 * len(shown) + 100, [label(name, 24) for name, _ in columns]
    )
    for column, (name, counts) in enumerate(columns, 1):
        whole = sum(counts.values())
        figure.add_trace(
            go.Bar(
                orientation="h",
                x=[100 * counts.get(skill, 0) / whole if whole else 0 for skill in shown],
                y=list(range(len(shown))),
                customdata=[
                    f"{label(skill, 120)}<br>{label(name, 120)}: {number(counts.get(skill, 0))}"
                    f" ({percent(counts.get(skill, 0), whole)})"
                    for skill in shown
                ],
                hovertemplate="%{customdata}<extra></extra>",
                marker={"color": palette.NEUTRAL if column == 1 else palette.KEPT},
            ),
            row=1,
            col=column,
        )
    figure.update_xaxes(ticksuffix=" %", nticks=4, rangemode="tozero", matches="x")
    hidden = len(every) - len(shown)
    if hidden:
        figure.update_xaxes(title_text=f"{number(hidden)} more not drawn", row=1, col=1)
    figure.update_yaxes(**_names(shown))
    return figure


def describe_skill_panels(
    seeds: Mapping[str, int], rows: Sequence[tuple[str, Mapping[str, int]]]
) -> str:
    """The most frequent skills of the seeds, with their share in each run, in one sentence."""
    drawn = [("seeds", seeds), *((name, counts) for name, counts in rows if counts)]
    first = _skills(seeds, [counts for _, counts in drawn[1:]])[:3]
    if not first:
        return _NO_SKILLS
    told = []
    for skill in first:
        shares = ", ".join(
            f"{plain(name)} {percent(counts.get(skill, 0), sum(counts.values()))}"
            for name, counts in drawn
        )
        told.append(f"{plain(skill)}: {shares}")
    without = [plain(name) for name, counts in rows if not counts]
    more = f" Without skills: {', '.join(without)}." if without else ""
    return f"Shares of the first skills: {'; '.join(told)}.{more}"


def _histograms(
    rows: Sequence[tuple[str, Mapping[float, int]]], width: float, colour: str, unit: str
) -> go.Figure:
    import plotly.graph_objects as go

    height = PANEL * len(rows) + 80
    figure = panels(len(rows), 1, height, [label(name, 80) for name, _ in rows], bargap=0.06)
    for row, (_, counts) in enumerate(rows, 1):
        whole = sum(counts.values())
        places = sorted(counts)
        figure.add_trace(
            go.Bar(
                x=places,
                y=[100 * counts[at] / whole for at in places],
                width=width * 0.92,
                customdata=[number(counts[at]) for at in places],
                hovertemplate=f"%{{customdata}} at %{{x:g}} {unit}<extra></extra>",
                marker={"color": colour},
            ),
            row=row,
            col=1,
        )
    figure.update_yaxes(ticksuffix=" %", nticks=3, rangemode="tozero", matches="y")
    return figure


def _binned(counts: Any) -> dict[float, int]:
    found: Counter[float] = Counter()
    for at, count in counts:
        found[at] += count
    return dict(found)


def _quantile(counts: Sequence[tuple[float, int]], share: float) -> float:
    """The smallest value that so large a share does not exceed."""
    wanted, before = share * _total(counts), 0
    ranked = sorted(counts)
    for value, count in ranked:
        before += count
        if before >= wanted:
            return value
    return ranked[-1][0]


def _total(counts: Sequence[tuple[float, int]]) -> int:
    return sum(count for _, count in counts)


def _skills(seeds: Mapping[str, int], runs: Sequence[Mapping[str, int]]) -> list[str]:
    every: Counter[str] = Counter()
    for counts in runs:
        every.update(counts)
    return sorted({*seeds, *every}, key=lambda skill: (-seeds.get(skill, 0), -every[skill], skill))


def _with(counts: Sequence[int], sums: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(counts, sums, strict=True))


def _names(names: Sequence[str]) -> dict[str, Any]:
    """The axis of names. Bars stand at numbers: names that are cut alike stay two bars."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": [label(name) for name in names],
        "range": [len(names) - 0.4, -0.6],
        "showgrid": False,
    }


def _cost(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace(",", "\u202f")


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"
