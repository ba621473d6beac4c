"""A pair as people judge it: the instruction, both responses side by side, how it came to be."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import GIVEN, Judgement, Pair
from codeclm.ui import badge, keys, text

#: Characters of a response that a card shows before it cuts.
_LONG = 20_000


def show(pair: Pair, project: Project) -> None:
    """Draw a whole card."""
    about(pair)
    with st.container(key=keys.of("instruction", pair.id)):
        text.show(pair.instruction, _LONG)
    responses(pair)
    chain(pair, project)


def about(pair: Pair) -> None:
    """One line of facts: status, iteration, gap, what it is about."""
    with st.container(horizontal=True, vertical_alignment="center"):
        badge.status(pair.status)
        if pair.edited:
            st.badge("edited", color="violet")
        st.caption(
            f"pair {pair.id} · iteration {pair.iteration} · gap {text.signed(pair.gap)}",
            width="content",
        )
        with st.container(key=keys.of("quiet-about", pair.id), width="content"):
            text.word(" · ".join(filter(None, (pair.use_case, ", ".join(pair.skills)))), 160)
    if pair.reason:
        text.quiet(f"reason: {text.line(pair.reason, 200)}", keys.of("reason", pair.id))


def responses(pair: Pair) -> None:
    """Both responses, the kept one marked, and what the judge said in each order."""
    left, right = st.columns(2, gap="medium")
    edited = pair.response if pair.edited else None
    with left:
        _side(pair, "strong", pair.strong_model, pair.strong_score, pair.strong_response, edited)
    with right:
        _side(pair, "target", pair.target_model, pair.target_score, pair.target_response, edited)
    told = " · ".join(_told(judgement) for judgement in pair.judgements)
    if told:
        text.quiet(
            f"judge {text.line(pair.judge_model, 50)}, strong/target: {told}{_flip(pair)}",
            keys.of("judged", pair.id),
        )
    for flag in pair.flags:
        text.quiet(flag, keys.of("flag", pair.id, flag.split()[0]))


def chain(pair: Pair, project: Project) -> None:
    """Where the pair comes from: seeds, metadata, and each action with what it made."""
    with st.expander(f"Chain: {pair.chain_id}, {text.counted(len(pair.chain), 'iteration')}"):
        if pair.imported_from:
            text.quiet(
                f"imported from {text.line(pair.imported_from, 120)}", keys.of("imported", pair.id)
            )
        for seed in project.seeds_behind(pair.use_case, pair.skills):
            text.quiet(f"seed: {text.line(seed, 220)}", keys.of("seed", pair.id, hash(seed)))
        text.quiet(
            f"metadata: {text.line(pair.use_case, 90)} — {text.line(', '.join(pair.skills), 120)}",
            keys.of("metadata", pair.id),
        )
        for link in pair.chain:
            if link.action:
                text.quiet(
                    f"action: {text.line(link.action, 300)}",
                    keys.of("action", pair.id, link.iteration),
                )
            st.caption(f"iteration {link.iteration} · gap {text.signed(link.gap)}")
            text.show(link.instruction, 2000)


def _side(
    pair: Pair,
    side: Literal["strong", "target"],
    model: str,
    score: float | None,
    response: str | None,
    edited: str | None,
) -> None:
    kept = pair.response_from == side
    with st.container(key=keys.of(side, pair.id), gap="small", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            given = "–" if score is None else f"{score:g}"
            st.markdown(f"**{side}** {given}", width="content")
            if kept:
                st.badge("kept", color="green")
            with st.container(key=keys.of("quiet-model", side, pair.id), width="content"):
                text.word(model, 40)
        if kept and edited is not None and edited != response:
            text.show(edited, _LONG)
            st.caption("before the edit:")
        text.show("no response" if response is None else response, _LONG)


def _told(judgement: Judgement) -> str:
    order = {0: "first order", 1: "swapped", GIVEN: "as imported"}[judgement.order]
    return f"{judgement.strong:g}/{judgement.target:g} {order}"


def _flip(pair: Pair) -> str:
    """Whether swapping the order turned the judge round."""
    if len(pair.judgements) < 2:
        return ""
    first, second = (judgement.strong - judgement.target for judgement in pair.judgements[:2])
    return " · flipped" if first * second < 0 else " · no flip"


def row(pair: Pair) -> dict[str, Any]:
    """A pair as a row of a list."""
    return {
        "gap": pair.gap,
        "kept": pair.response_from,
        "it.": pair.iteration,
        "instruction": pair.instruction,
        "use case": pair.use_case,
        "skills": ", ".join(pair.skills),
        "strong": pair.strong_score,
        "target": pair.target_score,
        "status": str(pair.status),
    }
