"""A table of measurements: what it is called, what is promised, its rows as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.process import Measured

Cell = str | int | float
#: How much is measured; tiny only shows that a table works.
Size = Literal["full", "quick", "tiny"]

#: The columns every measured program has; see ``cells``.
COLUMNS = ("what", "calls", "wall s", "ideal s", "wall/ideal", "CPU ms a call", "peak MiB")


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` measures at the size it is told and yields one row after the other."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: Callable[[Size], Iterator[Sequence[Cell]]]


def cells(what: str, found: Measured, ideal: float) -> tuple[Cell, ...]:
    """The cells under ``COLUMNS``. A program that was cut has no wall time, only a bound."""
    wall: Cell = found.wall if found.ended else f"> {found.wall:.0f}"
    ratio: Cell = found.wall / ideal if found.ended else f"> {found.wall / ideal:.1f}"
    return (what, found.calls, wall, ideal, ratio, found.cpu_ms, round(found.peak))


def lines(table: Table, size: Size) -> Iterator[str]:
    """The table in Markdown, line by line while it is measured."""
    yield f"\n### {table.name}" + ("" if size == "full" else f" ({size}: smaller sizes)")
    yield f"\n{table.about}\n"
    yield _line(table.columns)
    yield "|" + "---|" * len(table.columns)
    for row in table.rows(size):
        yield _line([_text(cell) for cell in row])


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _line(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"


def _text(cell: Cell) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)
