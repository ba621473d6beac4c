"""The brief's parts, each with what one might write there."""

from __future__ import annotations

from typing import Any

from codeclm.records import Brief

#: Part: its label and an example, on the left and on the right.
_LEFT = {
    "product": ("Product", "A helpdesk for people who rent a bicycle by the month."),
    "audience": ("Who asks", "Renters, often in a hurry, few of them technical."),
    "language": ("Language of everything written", "German"),
}
_RIGHT = {
    "must": ("Must", "Ask things that the rental terms answer; name the kind of bicycle."),
    "must_not": ("Must not", "Need a photo, a map or an account to be answered."),
}


def fields(left: Any, right: Any, known: Brief) -> Brief:
    """Draw the parts into two columns; returns what they hold."""
    parts: dict[str, str] = {}
    for where, labels in ((left, _LEFT), (right, _RIGHT)):
        for part, (label, example) in labels.items():
            draw = where.text_input if part == "language" else where.text_area
            size = {} if part == "language" else {"height": 80 if where is left else 118}
            parts[part] = draw(
                label, getattr(known, part), placeholder=example, key=f"brief-{part}", **size
            )
    return Brief(**{part: (written or "").strip() for part, written in parts.items()})
