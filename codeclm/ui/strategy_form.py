"""The strategy of a run, and what only the chosen one has to set, beside the papers' values."""

from __future__ import annotations

from typing import Any

import streamlit as st

from codeclm.settings import DIMENSIONS, NODES, ROUNDS, STRATEGIES, Strategy
from codeclm.ui import pick

#: What each strategy is called, and what it does in a few words.
_TOLD: dict[Strategy, tuple[str, str]] = {
    "codeclm": (
        "CodecLM",
        "Metadata becomes instructions, which are improved until your model falls behind.",
    ),
    "self-instruct": (
        "Self-Instruct",
        "Seeds and accepted instructions call forth the next ones; near-copies are dropped."
        " The size counts those accepted.",
    ),
    "alpagasus": (
        "Alpagasus",
        "A Self-Instruct pool, of which only what is rated 4.5 of 5 or more is kept. The size"
        " counts what is accepted before it is rated.",
    ),
    "wizardlm": (
        "WizardLM",
        "Seeds evolve, in depth or breadth; each gives its last version that survives. The size"
        " counts the seeds.",
    ),
    "wizardlm-plus": (
        "WizardLM+",
        "CodecLM's basic instructions evolve as in WizardLM.",
    ),
    "tree-instruct": (
        "Tree-Instruct",
        "Nodes are added to the tree of meaning of each seed, once. The size counts the seeds.",
    ),
}


def choose() -> Strategy:
    """Draw the choice; it lives in the URL."""
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    chosen = pick.one("Strategy", STRATEGIES, "strategy", lambda name: _TOLD[name][0], where=left)
    right.caption(_TOLD[chosen][1])
    return chosen


def own(strategy: Strategy) -> dict[str, Any]:
    """Draw what only a compared method has, and return it."""
    columns = st.columns(4, vertical_alignment="bottom")
    found: dict[str, Any] = {}
    if strategy.startswith("wizardlm"):
        found["rounds"] = columns[0].number_input(
            f"Rounds (paper: {ROUNDS})",
            value=ROUNDS,
            step=1,
            key="rounds",
            bind="query-params",
            help="How often an instruction is made into another one.",
        )
    if strategy == "tree-instruct":
        found["nodes"] = pick.one(
            "Nodes (paper: 10)", NODES, "nodes", where=columns[0], default=NODES[-1]
        )
    if strategy == "alpagasus":
        found["dimension"] = pick.one(
            "Rated on (paper: accuracy)", DIMENSIONS, "dimension", where=columns[0]
        )
    found["use_filter"] = columns[1].toggle(
        "Contrastive Filtering (paper: off)",
        key="with_filter",
        bind="query-params",
        help="On, the target answers too and both are judged once; a gap within θ is exhausted.",
    )
    if found["use_filter"]:
        found["theta"] = columns[2].number_input(
            "θ (CodecLM: 3)",
            value=3.0,
            step=0.5,
            format="%.10g",
            key="own_theta",
            bind="query-params",
        )
    return found
