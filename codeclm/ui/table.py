"""Tables of records: cells are plain text with nothing hidden in them, numbers stay numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from codeclm.ui import text

#: Characters of a text that a cell holds; the grid cuts them further to its width.
CELL = 300
#: Pixels of a row, and of a table in which rows are to be chosen; more of them scroll inside it.
ROW, TALLEST = 35, 920


def show(
    rows: Sequence[Mapping[str, Any]],
    *,
    alt: str,
    columns: Mapping[str, Any] | None = None,
    height: int | Literal["auto", "content"] = "auto",
) -> None:
    """Draw rows that have the same names. ``alt`` says in our words what the table holds."""
    st.dataframe(
        safe(rows),
        hide_index=True,
        column_config=dict(columns or {}),
        alt=alt,
        height=height,
        placeholder="–",
    )


def choose(
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None = None,
) -> int | None:
    """Draw rows of which one can be chosen; returns its place.

    A selection is a position and survives a change of the rows: ``key`` names filter and page.
    """
    return next(iter(_chosen(rows, "single-row", key, alt, columns)), None)


def choose_several(
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None = None,
) -> list[int]:
    """Draw rows of which any may be chosen; returns their places. ``key`` as in ``choose``."""
    tall = min(TALLEST, ROW * (len(rows) + 1) + 3)
    return _chosen(rows, "multi-row", key, alt, columns, tall)


def _chosen(
    rows: Sequence[Mapping[str, Any]],
    mode: Literal["single-row", "multi-row"],
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None,
    height: int | Literal["auto"] = "auto",
) -> list[int]:
    state = st.dataframe(
        safe(rows),
        hide_index=True,
        column_config=dict(columns or {}),
        alt=alt,
        key=key,
        on_select="rerun",
        selection_mode=mode,
        placeholder="–",
        height=height,
    )
    return [place for place in state["selection"]["rows"] if place < len(rows)]


def safe(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every text made visible and cut to one line."""
    return [
        {
            name: text.line(value, CELL) if isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in rows
    ]
