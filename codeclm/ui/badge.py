"""Small coloured words, the same colour for the same meaning on every page."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from codeclm.records import RunState, Status

Colour = Literal["red", "orange", "blue", "green", "violet", "gray"]

_RUN: dict[RunState, Colour] = {
    RunState.FINISHED: "green",
    RunState.RUNNING: "blue",
    RunState.QUEUED: "gray",
    RunState.PAUSED: "orange",
    RunState.STOPPED: "orange",
    RunState.INTERRUPTED: "orange",
    RunState.FAILED: "red",
}
_JOB: dict[str, Colour] = {
    "queued": "gray",
    "running": "blue",
    "finished": "green",
    "failed": "red",
}
_OUTCOME: dict[str, tuple[str, Colour]] = {
    "keep_strong": ("kept: strong", "green"),
    "keep_target": ("kept: target", "green"),
    "improve": ("improving", "violet"),
    "open": ("open", "violet"),
    "exhausted": ("exhausted", "gray"),
    "failed": ("failed", "red"),
}
_STATUS: dict[Status, Colour] = {
    Status.PENDING: "gray",
    Status.APPROVED: "green",
    Status.REJECTED: "red",
}


def run(state: RunState, before: str = "") -> None:
    """Where a run stands; ``before`` is put in front of it."""
    st.badge(f"{before} {state}".strip(), color=_RUN[state])


def job(state: str) -> None:
    """Where a job stands."""
    st.badge(state, color=_JOB.get(state, "orange"))


def outcome(given: str) -> None:
    """How a chain ended, or that it has not."""
    words, colour = _OUTCOME[given]
    st.badge(words, color=colour)


def outcome_words(given: str) -> str:
    """How a chain stands, in words, for the cells of a table."""
    return _OUTCOME[given][0]


def status(given: Status) -> None:
    """What people have said of a pair."""
    st.badge(str(given), color=_STATUS[given])


def simulated() -> None:
    """That models only pretend to be models."""
    st.badge(
        "simulated",
        color="orange",
        help="Rule-based stand-ins, no real model: the pairs are not real data.",
    )


def role(name: str) -> None:
    """Strong, target or judge."""
    colours: dict[str, Colour] = {"strong": "blue", "target": "orange"}
    st.badge(name, color=colours.get(name, "gray"))
