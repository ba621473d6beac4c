"""The look that the theme file cannot say: quiet lines, and the two colours of the two models."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from codeclm.figures import palette

ICON = Path(__file__).parent / "icon.svg"
LOGO = Path(__file__).parent / "logo.svg"

#: How strong muted text is: below that it has less than 4.5 to 1 against one of the backgrounds.
_MUTED = 0.72
#: The theme's accent where it is written in, by scheme: the one behind white words is too dark.
_WRITTEN = "light-dark(#4F46B8, #A9A2F5)"

# Streamlit gives a container with a key the class st-key-KEY: ours begin with what they mean.
_CSS = f"""
<style>
[data-testid="stMainBlockContainer"] {{ padding-left: 2.2rem; padding-right: 2.2rem; }}
[data-testid="stHeading"] h1 {{ padding: .75rem 0 1rem; }}
[data-testid="stHeading"] h2 {{ padding: .375rem 0 1rem; }}
[data-testid="stHorizontalBlock"] > .stElementContainer :is(h1, h2) {{ padding: 0; }}
[class*="st-key-quiet"] [data-testid="stText"],
[class*="st-key-quiet"] [data-testid="stText"] * {{ font-size: .86rem; white-space: pre-wrap; }}
[class*="st-key-quiet"] [data-testid="stText"], [class*="st-key-crumb"] [data-testid="stText"],
[data-testid="stCaptionContainer"] {{ opacity: {_MUTED}; }}
[class*="st-key-steps"] {{ border-bottom: 1px solid rgba(122,129,140,.28); padding-bottom: 2px; }}
[class*="st-key-steps"] a {{ padding: 1px 7px; min-height: 0; border-radius: 5px; }}
[class*="st-key-steps"] a p {{ font-size: .9rem; }}
[data-testid="stNumberInput"] [data-testid="InputInstructions"] {{ display: none; }}
[class*="st-key-strong-"] {{ border-left: 3px solid {palette.STRONG}; padding-left: 12px; }}
[class*="st-key-target-"] {{ border-left: 3px solid {palette.TARGET}; padding-left: 12px; }}
[class*="st-key-problem"] {{ border-left: 3px solid {palette.FAILED}; padding: 8px 12px;
  background: {palette.faint(palette.FAILED, 0.08)}; border-radius: 4px; }}
.marked-text {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
.marked-text mark {{ color: inherit; background: {palette.faint(palette.IMPROVING, 0.25)};
  border-bottom: 2px solid {palette.IMPROVING}; }}
[class*="st-key-instruction"] [data-testid="stText"] {{ font-size: 1.05rem; }}
[data-testid="stText"] {{ overflow-wrap: anywhere; font-family: inherit; }}
[data-testid="stMain"]:focus, [data-testid="stMain"]:focus-visible {{ outline: none;
  box-shadow: none; }}
[data-testid="stMain"] :is(a, button, canvas):focus-visible {{ outline: 2px solid {_WRITTEN};
  outline-offset: -2px; }}
[data-testid="stElementToolbar"]:focus-within {{ opacity: 1; }}
[data-testid="stMain"] ::placeholder {{ color: inherit !important; opacity: {_MUTED}; }}
[data-testid="stMain"] :is([data-testid="stSliderThumbValue"], button[data-selected="true"]) p {{
  color: {_WRITTEN}; }}
[data-testid="stPopoverBody"] [data-testid="stSliderThumbValue"],
[data-testid="stPopoverBody"] [data-testid="stSliderThumbValue"] * {{ color: inherit !important; }}
[data-testid="stMain"] button:is([kind^="secondary"], [kind="tertiary"]):is(:hover, :focus,
  [aria-expanded="true"]):not(:disabled) {{ color: {_WRITTEN}; }}
[data-testid="stCaptionContainer"] code {{ color: inherit; }}
[data-testid="stCode"] .token.inserted {{ color: light-dark(#17693A, #6FD39A) !important; }}
[data-testid="stCode"] .token.deleted {{ color: light-dark(#B01E3C, #FF9DAE) !important; }}
[data-testid="stCode"] .token:is(.unchanged, .coord) {{ color: inherit !important; }}
@media (max-width: 640px) {{
[data-testid="stMarkdownContainer"] :is(th, td) {{
  padding: .2rem .25rem; font-size: .75rem; white-space: normal; }}
[class*="st-key-head-of"] {{ display: none; }}
[class*="st-key-fields-of"] [data-testid="stWidgetLabel"] {{ display: flex !important; }} }}
.js-plotly-plot text:not(.bartext, .slicetext) {{ fill: currentColor !important;
  fill-opacity: {_MUTED} !important; }}
.js-plotly-plot .annotation rect.bg {{ fill: light-dark(#FFFFFF, #0E1117) !important; }}
[data-testid="stToastContainer"] {{ top: auto; bottom: 1.2rem; }}
[data-testid="stMetric"] label p {{ font-size: .82rem; opacity: .75; }}
[data-testid="stMetricValue"] {{ font-variant-numeric: tabular-nums; }}
</style>
"""


def apply() -> None:
    """Add the style sheet to the page."""
    st.html(_CSS)
