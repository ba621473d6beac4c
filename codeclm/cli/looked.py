"""What looks and coverage tell, as lines for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codeclm.cli import telling

#: Rows of a list that are told, and characters of a text in a line.
LISTED, LINE = 20, 100


def lines(told: Mapping[str, Any], indent: str = "") -> list[str]:
    """Numbers below each other, what is made of several indented."""
    found = []
    for name, value in told.items():
        if isinstance(value, Mapping):
            found += [f"{indent}{name}", *lines(value, f"{indent}  ")]
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            found.append(f"{indent}{name}")
            found += [f"{indent}  {_row(one)}" for one in value[:LISTED]]
            if len(value) > LISTED:
                found.append(f"{indent}  … {len(value) - LISTED} more: --json has them all")
        else:
            found.append(f"{indent}{telling.cell(name, LINE)}: {_cell(value)}")
    return found


def _row(row: Mapping[str, Any]) -> str:
    return " · ".join(f"{name} {_cell(value)}" for name, value in row.items())


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value)) or "–"
    return telling.cell(str(value), LINE)


def line(row: Mapping[str, Any]) -> str:
    """A finding with its text, and the one it is like."""
    alike = "" if row["similarity"] is None else f" ({row['similarity']:.2f})"
    like = f"\n    {row['source']}: {telling.cell(row['theirs'], LINE)}" if row["source"] else ""
    return (
        f"\npair {row['pair']} ({row['status']}), {row['part']}: {row['flag']},"
        f" {telling.cell(row['why'], LINE)}{alike}\n    {telling.cell(row['text'], LINE)}{like}"
    )
