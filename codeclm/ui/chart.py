"""Charts with the sentence that says the same in words."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.ui import text

_CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True}


def show(figure: Any, sentence: str, key: str) -> None:
    """Draw a figure in its own colours, and ``sentence`` below it and as its alternative text."""
    said = text.visible(sentence)
    st.plotly_chart(figure, theme=None, config=_CONFIG, key=f"chart-{key}", alt=said)
    text.quiet(said, f"chart-{key}")
