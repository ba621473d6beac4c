"""Names within names as rings: the outer ones are parts of the inner ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codeclm.figures.frame import blank, say
from codeclm.figures.labels import folded, label, number, percent, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: Inner name, outer name, how many.
Nested = tuple[str, str, int]
#: Inner parts that are drawn, and outer ones of each.
INNER, OUTER = 10, 6
_INNER, _OUTER, _EDGE = "#15785A", "#1CA374", "#F4F5F7"
_LIGHT, _DARK = "#FFFFFF", "#0E1117"


def rings(rows: Sequence[Nested], unit: str, empty: str) -> go.Figure:
    """A sunburst; what is not among the most frequent is folded into ``other (k)``."""
    import plotly.graph_objects as go

    figure = blank(460)
    parts = _parts(rows)
    if not parts:
        return say(figure, empty)
    ids, parents, names, counts, said, inner = [], [], [], [], [], []
    total = sum(count for _, count, _ in parts)
    for at, (name, count, outer) in enumerate(parts):
        # Parts have numbers: two names that are cut alike, or an empty one, stay two parts.
        ids.append(f"{at}")
        parents.append("")
        names.append(label(name, 24))
        counts.append(count)
        said.append(f"{label(name, 120)}<br>{number(count)} {unit} ({percent(count, total)})")
        inner.append(True)
        for place, (part, some) in enumerate(outer):
            ids.append(f"{at}/{place}")
            parents.append(f"{at}")
            names.append(label(part, 24))
            counts.append(some)
            said.append(
                f"{label(name, 120)}<br>{label(part, 120)}<br>{number(some)} {unit}"
                f" ({percent(some, count)} of {number(count)})"
            )
            inner.append(False)
    figure.add_trace(
        go.Sunburst(
            ids=ids,
            parents=parents,
            labels=names,
            values=counts,
            branchvalues="total",
            customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            sort=False,
            # Outer parts would let the background through, and their text get lost on a dark one.
            leaf={"opacity": 1},
            insidetextorientation="radial",
            insidetextfont={"color": [_LIGHT if each else _DARK for each in inner]},
            marker={
                "colors": [_INNER if each else _OUTER for each in inner],
                "line": {"color": _EDGE, "width": 1},
            },
        )
    )
    return figure


def describe_rings(rows: Sequence[Nested], unit: str, empty: str) -> str:
    """The inner parts in one sentence, each of the first with its most frequent outer part."""
    parts = _parts(rows)
    if not parts:
        return empty
    total = sum(count for _, count, _ in parts)
    told = "; ".join(
        f"{plain(name)} ({percent(count, total)}), most often with {plain(outer[0][0])}"
        for name, count, outer in parts[:3]
    )
    return f"{number(total)} {unit}: {told}."


def _parts(rows: Sequence[Nested]) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """Inner names with their sums and outer names, folded, the largest first."""
    outer: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, part, count in rows:
        if count > 0:
            outer[name][part] += count
    sums = {name: sum(parts.values()) for name, parts in outer.items()}
    drawn = folded(sums, INNER)
    found = [(name, count, folded(outer[name], OUTER)) for name, count in drawn[:INNER]]
    for name, count in drawn[INNER:]:
        rest = sorted(sums, key=lambda other: (-sums[other], other))[INNER:]
        found.append((name, count, folded({each: sums[each] for each in rest}, OUTER)))
    return found
