"""One colour per meaning, the same in every figure and on every page.

Chosen so that each has a contrast of at least 3 on white and on Streamlit's dark background, and
so that any two stay apart for people with protanopia, deuteranopia and tritanopia; the tests
compute both.
"""

from __future__ import annotations

STRONG = "#0E71D5"
TARGET = "#A04904"
KEPT = "#1CA374"
IMPROVING = "#C069BD"
EXHAUSTED = "#A58C46"
FAILED = "#BA2244"
NEUTRAL = "#7A818C"

#: Every colour by its meaning.
COLOURS = {
    "strong": STRONG,
    "target": TARGET,
    "kept": KEPT,
    "improving": IMPROVING,
    "exhausted": EXHAUSTED,
    "failed": FAILED,
    "neutral": NEUTRAL,
}

_FIRST, _LAST = (0x56, 0x9C, 0xC9), (0x6B, 0x55, 0x8E)


def faint(colour: str, alpha: float = 0.1) -> str:
    """The colour (``#RRGGBB``) with an opacity of 0..1, as plotly reads it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def iteration(number: int, last: int) -> str:
    """The colour of an iteration: a ramp from the basic instruction (1) to the last one."""
    share = (number - 1) / (last - 1) if last > 1 else 0.0
    share = min(1.0, max(0.0, share))
    mixed = (round(a + (b - a) * share) for a, b in zip(_FIRST, _LAST, strict=True))
    return "#" + "".join(f"{value:02X}" for value in mixed)
