"""What a page tells: problems with what to do next, and short words after something was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st

from codeclm.errors import CodeclmError
from codeclm.ui import text

P = ParamSpec("P")
_SAID, _FAILED = "_said", "_failed"


@contextmanager
def shown() -> Iterator[None]:
    """Show a ``CodeclmError`` with its hint. Anything else is our bug and stays visible."""
    try:
        yield
    except CodeclmError as error:
        problem(error.message, error.hint)


def guarded(action: Callable[P, object]) -> Callable[P, None]:
    """A callback whose ``CodeclmError`` is shown at the top of the page it leads to."""

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            action(*args, **kwargs)
        except CodeclmError as error:
            st.session_state[_FAILED] = (error.message, error.hint)

    return run


def problem(message: str, hint: str = "") -> None:
    """A problem and what to do about it. Both may hold text from outside."""
    with st.container(key=f"problem-{_place()}", gap=None):
        text.show(message)
        if hint:
            text.show(hint)


def empty(what: str, next_step: str) -> None:
    """An empty state: what is not there yet, and what to do. Our own words only."""
    with st.container(border=True, gap=None):
        st.markdown(f"**{what}**")
        st.caption(next_step)


def say(words: str) -> None:
    """Say our own words once, also after a rerun or a page switch."""
    st.session_state[_SAID] = words


def flush() -> None:
    """Show what earlier actions left to say."""
    words = st.session_state.pop(_SAID, None)
    if words:
        st.toast(words)
    failed = st.session_state.pop(_FAILED, None)
    if failed:
        problem(*failed)


def _place() -> int:
    """A number no other problem of this script run has."""
    number = st.session_state.get("_problems", 0) + 1
    st.session_state["_problems"] = number
    return number
