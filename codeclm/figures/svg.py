"""Pictures as plain SVG text, for what is read without an app: a data set card.

The same numbers give the same bytes. A picture stands on white whatever page it is on, names no
other file and runs nothing; what it shows is in its ``<desc>`` too.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from codeclm.figures import palette
from codeclm.figures.gaps import BIN, EDGE, END, bin_of
from codeclm.figures.labels import folded, number, percent, plain

_WIDTH = 720
#: Where a drawing begins below the title, and room at either side of it.
_TOP, _SIDE = 48, 20
_INK, _GRID = "#2B2F36", "#D9DCE1"
_FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


# Names and their counts ---------------------------------------------------------------------------

_ROW, _NAMES, _COUNTS = 24, 230, 130


def bar_svg(counts: Mapping[str, int], *, title: str, unit: str, top: int = 15) -> str:
    """Horizontal bars by name, the largest first; those after ``top`` become ``other (k)``.

    ``unit`` is what is counted, such as ``pairs``.
    """
    bars = folded({name: count for name, count in counts.items() if count > 0}, top)
    if not bars:
        return _empty(title, f"No {unit} yet.")
    total, largest = sum(count for _, count in bars), max(count for _, count in bars)
    room = _WIDTH - 2 * _SIDE - _NAMES - _COUNTS
    left = _SIDE + _NAMES
    drawn = []
    for place, (name, count) in enumerate(bars):
        y = _TOP + place * _ROW
        colour = palette.NEUTRAL if place == top else palette.KEPT
        length = max(1.0, room * count / largest)
        drawn += [
            _text(left - 8, y + 16, plain(name), anchor="end", most=_NAMES - 12),
            _rect(left, y + 4, length, _ROW - 8, colour),
            _text(left + length + 6, y + 16, f"{number(count)} · {percent(count, total)}"),
        ]
    said = ", ".join(f"{plain(name)}: {number(count)}" for name, count in bars)
    return _picture(_TOP + len(bars) * _ROW + 16, title, f"{number(total)} {unit}. {said}.", drawn)


# Gaps ---------------------------------------------------------------------------------------------

_LEFT, _RIGHT = 64, 20
_PLOT = 210


def gap_svg(counts: Mapping[float, int], theta: float | None, *, title: str) -> str:
    """Histogram of pairs by gap (strong − target, −9..9), in bins of 0.5.

    With θ the lines at θ and −θ are drawn, and the three regions between them named; None draws
    none, for pairs of runs that do not agree on one.
    """
    total = sum(counts.values())
    if total <= 0:
        return _empty(title, "No gaps yet.")
    bins: dict[float, int] = defaultdict(int)
    for gap, count in counts.items():
        bins[bin_of(gap)[0] + BIN / 2] += count
    scale = _Scale(max(bins.values()))
    drawn = [*(_regions(theta) if theta is not None else ()), *scale.drawn()]
    width = (_gap_x(BIN) - _gap_x(0)) * 0.88
    for centre in sorted(bins):
        height = scale.height(bins[centre])
        colour = _region_colour(centre, theta)
        drawn.append(
            _rect(_gap_x(centre) - width / 2, _TOP + 18 + _PLOT - height, width, height, colour)
        )
    base = _TOP + 18 + _PLOT
    drawn += [
        _text(_gap_x(tick), base + 18, f"{tick:g}".replace("-", "−"), anchor="middle")
        for tick in range(-9, 10, 3)
    ]
    drawn.append(_text(_gap_x(0), base + 40, "gap (strong − target)", anchor="middle"))
    return _picture(base + 56, title, _said_of_gaps(counts, theta, total), drawn)


def _said_of_gaps(counts: Mapping[float, int], theta: float | None, total: int) -> str:
    if theta is None:
        strong = sum(count for gap, count in counts.items() if gap > 0)
        target = sum(count for gap, count in counts.items() if gap < 0)
        return (
            f"Gaps of {number(total)} pairs: {number(strong)} with the strong response ahead, "
            f"{number(target)} with the target's."
        )
    strong = sum(count for gap, count in counts.items() if gap > theta)
    target = sum(count for gap, count in counts.items() if gap < -theta)
    return (
        f"Gaps of {number(total)} pairs at θ = {theta:g}: {number(strong)} above θ, "
        f"{number(target)} below −θ, {number(total - strong - target)} between."
    )


def _gap_x(gap: float) -> float:
    return _LEFT + (gap + END) / (2 * END) * (_WIDTH - _LEFT - _RIGHT)


def _region_colour(gap: float, theta: float | None) -> str:
    if theta is None:
        return palette.KEPT
    if gap > theta:
        return palette.STRONG
    return palette.TARGET if gap < -theta else palette.IMPROVING


def _regions(theta: float) -> list[str]:
    # The bar at θ improves: where there is one, its region ends behind the bar, not inside it.
    edge = theta + BIN / 2 if theta % BIN == 0 else theta
    top, drawn = _TOP + 18, []
    for low, high, name, colour in (
        (-END, -edge, "keep target", palette.TARGET),
        (-edge, edge, "improve", palette.IMPROVING),
        (edge, END, "keep strong", palette.STRONG),
    ):
        if high <= low:
            continue
        left, right = _gap_x(low), _gap_x(high)
        drawn.append(_rect(left, top, right - left, _PLOT, colour, opacity=0.1))
        if right - left > 60:
            drawn.append(_text((left + right) / 2, top - 6, name, anchor="middle", size=11))
    for place in sorted({-theta, theta} if theta <= EDGE else ()):
        drawn += _theta_line(place, theta, top)
    return drawn


def _theta_line(place: float, theta: float, top: float) -> list[str]:
    x, sign = _gap_x(place), "−" if place < 0 else ""
    # Outside its line where there is room for it, else inside.
    right = (place >= 0) is (abs(place) < 7)
    label = f"{sign}θ = {sign}{theta:g}"
    return [
        f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + _PLOT}" stroke="{_INK}"'
        ' stroke-width="1.5" stroke-dasharray="5 4"/>',
        _text(
            x + (4 if right else -4), top + 12, label, anchor="start" if right else "end", size=11
        ),
    ]


# Iterations ---------------------------------------------------------------------------------------


def iteration_svg(counts: Mapping[int, tuple[int, int]], *, title: str) -> str:
    """Stacked bars of pairs by iteration, as (strong responses, target responses).

    The target's part is hatched: the pattern says the same as the colour. Below each iteration
    stands its share of all pairs.
    """
    total = sum(map(sum, counts.values()))
    if total <= 0:
        return _empty(title, "No pairs kept yet.")
    last = max(counts)
    scale = _Scale(max(map(sum, counts.values())))
    base, step = _TOP + 18 + _PLOT, (_WIDTH - _LEFT - _RIGHT) / last
    drawn = [_HATCH, *scale.drawn(), *_legend()]
    for iteration in range(1, last + 1):
        strong, target = counts.get(iteration, (0, 0))
        x = _LEFT + (iteration - 0.5) * step
        width = min(72.0, step * 0.6)
        up, over = scale.height(strong), scale.height(target)
        both = strong + target
        drawn += [
            _rect(x - width / 2, base - up, width, up, palette.STRONG),
            _rect(x - width / 2, base - up - over, width, over, "url(#target)"),
            _text(x, base - up - over - 6, number(both), anchor="middle", most=step - 4),
            _text(x, base + 18, str(iteration), anchor="middle"),
            _text(x, base + 34, percent(both, total), anchor="middle", size=11, most=step - 4),
        ]
    drawn.append(_text(_LEFT + last * step / 2, base + 54, "iteration", anchor="middle"))
    said = "; ".join(
        f"iteration {at}: {number(strong)} strong, {number(target)} target"
        for at, (strong, target) in sorted(counts.items())
    )
    return _picture(base + 70, title, f"{number(total)} pairs. {said}.", drawn)


_HATCH = (
    '<defs><pattern id="target" width="7" height="7" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate(45)"><rect width="7" height="7" fill="{palette.TARGET}"/>'
    '<rect width="2.5" height="7" fill="#FFFFFF" fill-opacity="0.6"/></pattern></defs>'
)


def _legend() -> list[str]:
    at = _WIDTH - _RIGHT
    return [
        _rect(at - 260, 36, 12, 12, palette.STRONG),
        _text(at - 242, 46, "strong response"),
        _rect(at - 126, 36, 12, 12, "url(#target)"),
        _text(at - 108, 46, "target response"),
    ]


# What all have in common --------------------------------------------------------------------------


class _Scale:
    """An upright scale of counts from 0, in steps that are easy to read."""

    def __init__(self, largest: int) -> None:
        rough = max(1.0, largest / 4)
        power = 10 ** math.floor(math.log10(rough))
        self._step = int(next(step * power for step in (1, 2, 5, 10) if step * power >= rough))
        self._end = self._step * math.ceil(largest / self._step)

    def height(self, count: int) -> float:
        # Room for a number above the highest bar.
        return (_PLOT - 20) * count / self._end

    def drawn(self) -> Iterable[str]:
        base = _TOP + 18 + _PLOT
        for tick in range(0, self._end + 1, self._step):
            y = base - self.height(tick)
            yield (
                f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"'
                f' stroke="{_INK if not tick else _GRID}"/>'
            )
            yield _text(_LEFT - 8, y + 4, number(tick), anchor="end", most=_LEFT - 10)


def _empty(title: str, sentence: str) -> str:
    return _picture(_TOP + 56, title, sentence, [_text(_SIDE, _TOP + 24, plain(sentence, 80))])


def _picture(height: float, title: str, said: str, drawn: Iterable[str]) -> str:
    name = plain(title, 90)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:.0f}"'
        f' viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-labelledby="title desc"'
        f' font-family="{_FONT}" font-size="12" fill="{_INK}">',
        f'<title id="title">{name.translate(_ENTITIES)}</title>',
        f'<desc id="desc">{said.translate(_ENTITIES)}</desc>',
        f'<rect width="{_WIDTH}" height="{height:.0f}" rx="6" fill="#FFFFFF"/>',
        _text(_SIDE, 26, name, size=15, most=_WIDTH - 2 * _SIDE, weight=600),
        *drawn,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _rect(
    x: float, y: float, width: float, height: float, fill: str, *, opacity: float = 1.0
) -> str:
    faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        f' fill="{fill}"{faint}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 12,
    weight: int = 400,
    most: float = math.inf,
) -> str:
    """A line of text; one that would likely be wider than ``most`` is squeezed into it."""
    wide = sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.56 for char in text) * size
    squeezed = (
        f' textLength="{most:.0f}" lengthAdjust="spacingAndGlyphs"' if wide > most > 0 else ""
    )
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    large = f' font-size="{size}"' if size != 12 else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}"{where}{large}{heavy}{squeezed}>'
        f"{text.translate(_ENTITIES)}</text>"
    )
