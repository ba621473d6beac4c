"""Which database and which project a browser looks at."""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from codeclm.errors import StoreError
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.settings import database_path

#: The URL's name for the project; it makes a link or a reload open the same one.
PROJECT = "project"
_LAST = "_project"


def studio() -> Studio:
    """The studio on this process's database, opened once."""
    return _studio(str(database_path()))


@st.cache_resource(show_spinner=False, on_release=Studio.close)
def _studio(path: str) -> Studio:
    return Studio(path)


def project() -> Project | None:
    """The project of the URL, None when it names none or one that is gone.

    Links of the navigation carry no query: what was open in this tab then goes back into the URL.
    """
    named = st.query_params.get(PROJECT) or st.session_state.get(_LAST)
    number = whole(named) if named else _only_one()
    if not number:
        return None
    try:
        found = studio().project_of(number)
    except StoreError:
        forget()
        return None
    st.session_state[_LAST] = str(found.id)
    if st.query_params.get(PROJECT) != str(found.id):
        st.query_params[PROJECT] = str(found.id)
    return found


def _only_one() -> int:
    """The project there is, where there is just one; 0 otherwise."""
    found = studio().projects()
    return found[0].id if len(found) == 1 else 0


def whole(text: Any) -> int:
    """A number from the URL; 0 for whatever is none."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0


def real(text: Any) -> float | None:
    """A decimal number from the URL; None for whatever is none."""
    given = str(text or "")
    if not re.fullmatch(r"-?\d{1,4}(\.\d{1,6})?", given, re.ASCII):
        return None
    return float(given)


def query(number: int) -> dict[str, Any]:
    """The query that opens a project on any page."""
    return {PROJECT: str(number)}


def open_page(number: int, file: str) -> None:
    """Go to a page of a project; ``file`` is below ``pages/``."""
    st.session_state[_LAST] = str(number)
    st.switch_page(f"pages/{file}", query_params=query(number))


def forget() -> None:
    """Look at no project any more."""
    st.session_state.pop(_LAST, None)
    st.query_params.pop(PROJECT, None)


def pretends(row: dict[str, Any]) -> bool:
    """Whether a project's models only pretend to be models."""
    return any(str(row[role]).startswith("simulated:") for role in ("strong", "target", "judge"))
