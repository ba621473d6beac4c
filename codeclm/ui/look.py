"""The look that the theme file cannot say: quiet lines, and the two colours of the two models."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from codeclm.figures import palette

ICON = Path(__file__).parent / "icon.svg"
LOGO = Path(__file__).parent / "logo.svg"

# Streamlit gives a container with a key the class st-key-KEY: ours begin with what they mean.
_CSS = f"""
<style>
[data-testid="stMainBlockContainer"] {{ padding-left: 2.2rem; padding-right: 2.2rem; }}
[class*="st-key-quiet"] [data-testid="stText"],
[class*="st-key-quiet"] [data-testid="stText"] * {{
  opacity: .72; font-size: .86rem; white-space: pre-wrap; }}
[class*="st-key-crumb"] [data-testid="stText"] {{ opacity: .72; }}
[class*="st-key-steps"] {{ border-bottom: 1px solid rgba(122,129,140,.28); padding-bottom: 2px; }}
[class*="st-key-steps"] a {{ padding: 1px 7px; min-height: 0; border-radius: 5px; }}
[class*="st-key-steps"] a p {{ font-size: .9rem; }}
[data-testid="stNumberInput"] [data-testid="InputInstructions"] {{ display: none; }}
[class*="st-key-strong-"] {{ border-left: 3px solid {palette.STRONG}; padding-left: 12px; }}
[class*="st-key-target-"] {{ border-left: 3px solid {palette.TARGET}; padding-left: 12px; }}
[class*="st-key-problem"] {{ border-left: 3px solid {palette.FAILED}; padding: 8px 12px;
  background: {palette.faint(palette.FAILED, 0.08)}; border-radius: 4px; }}
[class*="st-key-instruction"] [data-testid="stText"] {{ font-size: 1.05rem; }}
[data-testid="stText"] {{ overflow-wrap: anywhere; font-family: inherit; }}
[data-testid="stMain"]:focus, [data-testid="stMain"]:focus-visible {{ outline: none;
  box-shadow: none; }}
[data-testid="stToastContainer"] {{ top: auto; bottom: 1.2rem; }}
[data-testid="stMetric"] label p {{ font-size: .82rem; opacity: .75; }}
[data-testid="stMetricValue"] {{ font-variant-numeric: tabular-nums; }}
</style>
"""


def apply() -> None:
    """Add the style sheet to the page."""
    st.html(_CSS)
