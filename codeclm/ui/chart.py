"""Charts with the sentence that says the same in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from codeclm.ui import text

_CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}


def show(figure: Any, sentence: str, key: str) -> None:
    """Draw a figure in its own colours, and ``sentence`` below it and as its alternative text."""
    said = text.visible(sentence)
    st.plotly_chart(figure, theme=None, config=_CONFIG, key=f"chart-{key}", alt=said)
    text.quiet(said, f"chart-{key}")


def pick(figure: Any, sentence: str, key: str, on_pick: Callable[[str], None]) -> None:
    """As ``show``; a click on a bar or cell calls ``on_pick`` with ``key``.

    ``picked`` then gives the point that was clicked.
    """
    said = text.visible(sentence)
    st.plotly_chart(
        figure,
        theme=None,
        config=_CONFIG,
        key=f"chart-{key}",
        alt=said,
        on_select=lambda: on_pick(key),
        selection_mode="points",
    )
    text.quiet(said, f"chart-{key}")


def picked(key: str) -> dict[str, Any] | None:
    """The point of a chart that is clicked at the moment, with ``x`` and ``y``."""
    points = st.session_state[f"chart-{key}"]["selection"]["points"]
    return points[0] if points else None
