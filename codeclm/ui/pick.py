"""Choices that live in the URL under a short name, whatever their label on screen says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.ui import keys, text

T = TypeVar("T")
S = TypeVar("S", bound=str)


def one(
    label: str,
    options: Sequence[T],
    name: str,
    told: Callable[[T], str] = str,
    *,
    where: Any = st,
    default: T | None = None,
    mark: str = "",
    labelled: bool = True,
) -> T:
    """A select box whose choice is in the URL as ``name``. ``told`` returns plain text.

    Streamlit's own binding would put the whole label into the URL. ``mark`` tells boxes of one
    name apart whose options belong to different things. Without ``labelled`` the options speak for
    themselves.
    """
    codes: Mapping[str, T] = {str(option): option for option in options}
    key = keys.of("pick", name, *filter(None, [mark]))
    if key not in st.session_state or st.session_state[key] not in options:
        fallback = default if default in options else options[0]
        st.session_state[key] = codes.get(st.query_params.get(name, ""), fallback)
    chosen = where.selectbox(
        label,
        list(options),
        format_func=told,
        key=key,
        label_visibility="visible" if labelled else "collapsed",
    )
    if chosen == default or (default is None and chosen == options[0]):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = str(chosen)
    return chosen


def several(
    label: str,
    options: Sequence[T],
    name: str,
    told: Callable[[T], str] = str,
    *,
    default: Sequence[T],
    most: int,
    where: Any = st,
    help: str | None = None,
) -> list[T]:
    """At most so many of many; the URL holds them with commas between, which none of them has."""
    codes: Mapping[str, T] = {str(option): option for option in options}
    key = keys.of("pick", name)
    if key not in st.session_state or any(one not in options for one in st.session_state[key]):
        given = dict.fromkeys(st.query_params.get(name, "").split(","))
        known = [codes[part] for part in given if part in codes]
        st.session_state[key] = known[:most] or list(default)
    chosen = where.multiselect(
        label,
        list(options),
        format_func=told,
        key=key,
        max_selections=most or None,
        help=help,
        disabled=not options,
    )
    if chosen == list(default):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = ",".join(map(str, chosen))
    return chosen


def forget(*names: str) -> None:
    """Take choices out of the URL that belonged to something which is gone."""
    for name in names:
        st.query_params.pop(name, None)


def segment(label: str, options: Mapping[S, str], name: str) -> S:
    """One of a few, side by side; ``options`` maps what the URL holds to our own label."""
    key, first = keys.of("pick", name), next(iter(options))
    if st.session_state.get(key) not in options:
        given = st.query_params.get(name, first)
        st.session_state[key] = given if given in options else first
    chosen = st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=options.__getitem__,
        key=key,
        label_visibility="collapsed",
    )
    if chosen is None or chosen == first:
        st.query_params.pop(name, None)
        return first
    st.query_params[name] = chosen
    return chosen


def run(
    project: Project, label: str, name: str, *, where: Any = st, labelled: bool = True
) -> int | None:
    """One of the project's runs that make pairs, or all of them (None)."""
    known = {run.id: run.row for run in project.runs() if run.settings.goal == "pairs"}

    def told(number: int) -> str:
        if not number:
            return "all runs"
        chosen = known[number].settings
        size = f"{chosen.size} imported" if chosen.imported else str(chosen.size)
        return f"run {number} · {size} · {known[number].created_at[:10]}"

    return one(label, [0, *known], name, told, where=where, labelled=labelled) or None


def use_case(
    project: Project, label: str, name: str, *, where: Any = st, labelled: bool = True
) -> str | None:
    """A use case of the project's metadata, or all of them (None)."""
    known = sorted({entry.use_case for entry in project.metadata()})

    def told(found: str) -> str:
        return text.line(found, 60) or "all use cases"

    return one(label, ["", *known], name, told, where=where, labelled=labelled) or None


def skill(
    project: Project, label: str, name: str, *, where: Any = st, labelled: bool = True
) -> str | None:
    """A skill of the project's metadata, or all of them (None)."""
    known = sorted({skill for entry in project.metadata() for skill in entry.skills})

    def told(found: str) -> str:
        return text.line(found, 60) or "all skills"

    return one(label, ["", *known], name, told, where=where, labelled=labelled) or None
