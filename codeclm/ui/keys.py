"""Keys: those people press, and those Streamlit tells widgets apart by."""

from __future__ import annotations

# C and R are Streamlit's own (clear the cache, run again).
APPROVE, REJECT, SKIP, EDIT, UNDO, REDO = "A", "X", "S", "E", "U", "Y"
FLAG, NOTE, SWAP, HELP = "F", "N", "W", "H"
#: In blind reviews: the response that is shown left, or right, is the one to keep.
LEFT, RIGHT = "1", "2"


def of(name: str, *marks: object) -> str:
    """A widget's key from its name and whatever it belongs to, such as a pair's id.

    A button that acts on a row carries the row's id: a key press that comes late then hits
    nothing, instead of the row that has taken the place.
    """
    return "-".join([name, *(str(mark) for mark in marks)])
