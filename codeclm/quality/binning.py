"""Points in the cells of a grid, so that a map of 100 000 of them can be drawn and clicked."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A cell with ``count`` points in it, of which there is at least one: ``first``, by its place.

    Its column is counted from the left, its row from the bottom. ``mean`` is that of the values
    there are; ``top`` is the most frequent category (the first by name of equals) and ``share``
    (0..1) what part of the points with a category has it.
    """

    column: int
    row: int
    x0: float
    x1: float
    y0: float
    y1: float
    count: int
    first: int
    mean: float | None
    top: str | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A rectangle divided into ``across`` columns and ``down`` rows."""

    x0: float
    x1: float
    y0: float
    y1: float
    across: int
    down: int

    def cell_of(self, point: Point) -> tuple[int, int]:
        """Column and row of a point; one outside has the nearest cell."""
        x, y = point
        column = _step(x, self.x0, self.x1, self.across)
        return column, _step(y, self.y0, self.y1, self.down)

    def edges(self, column: int, row: int) -> tuple[float, float, float, float]:
        """x0, x1, y0, y1 of a cell."""
        wide, high = (self.x1 - self.x0) / self.across, (self.y1 - self.y0) / self.down
        left, bottom = self.x0 + column * wide, self.y0 + row * high
        return left, left + wide, bottom, bottom + high


def grid(points: Sequence[Point], *, across: int = 60, down: int = 40) -> Grid:
    """The grid that all points fit in; those that are not finite have no place in it."""
    xs = [x for x, y in points if _is_finite((x, y))]
    ys = [y for x, y in points if _is_finite((x, y))]
    x0, x1 = _ends(xs)
    y0, y1 = _ends(ys)
    return Grid(x0=x0, x1=x1, y0=y0, y1=y1, across=max(1, across), down=max(1, down))


def bins(
    points: Sequence[Point],
    values: Sequence[float | None] | None = None,
    *,
    categories: Sequence[str | None] | None = None,
    across: int = 60,
    down: int = 40,
) -> list[Bin]:
    """The cells of ``grid`` that have points, row by row from the bottom.

    ``values`` and ``categories`` are of the points, in their order; None is one without.
    """
    drawn = grid(points, across=across, down=down)
    members: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, point in enumerate(points):
        if _is_finite(point):
            members[drawn.cell_of(point)].append(place)
    found = []
    for cell in sorted(members, key=lambda cell: (cell[1], cell[0])):
        x0, x1, y0, y1 = drawn.edges(*cell)
        top, share = _majority(categories, members[cell])
        found.append(
            Bin(
                column=cell[0],
                row=cell[1],
                x0=x0,
                x1=x1,
                y0=y0,
                y1=y1,
                count=len(members[cell]),
                first=members[cell][0],
                mean=_mean(values, members[cell]),
                top=top,
                share=share,
            )
        )
    return found


def _mean(values: Sequence[float | None] | None, places: Sequence[int]) -> float | None:
    if values is None:
        return None
    known = [value for value in map(values.__getitem__, places) if value is not None]
    return math.fsum(known) / len(known) if known else None


def _majority(
    categories: Sequence[str | None] | None, places: Sequence[int]
) -> tuple[str | None, float | None]:
    if categories is None:
        return None, None
    counts = Counter(name for name in map(categories.__getitem__, places) if name is not None)
    if not counts:
        return None, None
    top, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return top, count / counts.total()


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    # Points in a line, or in one place, lie in the middle of something.
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _step(value: float, low: float, high: float, steps: int) -> int:
    return min(steps - 1, max(0, int((value - low) / (high - low) * steps)))


def _is_finite(point: Point) -> bool:
    return math.isfinite(point[0]) and math.isfinite(point[1])
