"""A pair as people judge it: the instruction, both responses side by side, how it came to be."""

from __future__ import annotations

from itertools import groupby
from statistics import mean
from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import GIVEN, SIDES, Judgement, Pair, Side
from codeclm.ui import badge, difference, evidence, keys, text


def show(pair: Pair, project: Project, *, blind: bool = False, undecided: bool = False) -> None:
    """Draw a whole card.

    A ``blind`` one tells neither which side is which nor what the judge said, an ``undecided`` one
    not what others have decided.
    """
    about(pair, blind=blind, undecided=undecided)
    with st.container(key=keys.of("instruction", pair.id)):
        text.folded(pair.instruction, keys.of("whole-instruction", pair.id))
    responses(pair, blind=blind)
    if not blind:
        judged(pair)
        opinions(pair, project)
    evidence.of_pair(project, pair)
    changes(pair)
    chain(pair, project, blind=blind)


def about(pair: Pair, *, blind: bool = False, undecided: bool = False) -> None:
    """A line of facts: status, iteration, gap, what it is about; tags and note below."""
    gap = "" if blind else f" · gap {text.signed(pair.gap)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if not undecided:
            badge.status(pair.status)
        if pair.edited:
            st.badge("edited", color="violet")
        if pair.swapped and not blind:
            st.badge("swapped", color="violet")
        st.caption(f"pair {pair.id} · iteration {pair.iteration}{gap}", width="content")
        with st.container(key=keys.of("quiet-about", pair.id), width="content"):
            text.word(" · ".join(filter(None, (pair.use_case, ", ".join(pair.skills)))), 160)
    if pair.tags:
        text.quiet(f"tags: {', '.join(pair.tags)}", keys.of("tags", pair.id))
    if pair.note:
        text.quiet(f"note: {pair.note}", keys.of("note", pair.id))
    if pair.reason and not undecided:
        text.quiet(f"reason: {text.line(pair.reason, 200)}", keys.of("reason", pair.id))


def sides(pair: Pair, *, blind: bool) -> tuple[Side, ...]:
    """The sides from left to right; in blind reviews the pair's number shuffles them."""
    turned = blind and (pair.id * 2654435761 >> 16) % 2
    return SIDES[::-1] if turned else SIDES


def responses(pair: Pair, *, blind: bool = False) -> None:
    """Both responses, unless blind the kept one marked."""
    for column, side in zip(st.columns(2, gap="medium"), sides(pair, blind=blind), strict=True):
        with column:
            _blind(pair, side) if blind else _side(pair, side)


def judged(pair: Pair) -> None:
    """What the judge said in each order, and what else is known of the responses."""
    told = " · ".join(_told(judgement) for judgement in pair.judgements)
    if told:
        text.quiet(
            f"judge {text.line(pair.judge_model, 50)}, strong/target: {told}{_flip(pair)}",
            keys.of("judged", pair.id),
        )
    for flag in pair.flags:
        text.quiet(flag, keys.of("flag", pair.id, flag.split()[0]))


def opinions(pair: Pair, project: Project) -> None:
    """What judges said of it when it was judged again, a line a re-judge."""
    found = project.trust.opinions(pair.id)
    for run, said in groupby(found, key=lambda opinion: opinion.run):
        given = list(said)
        told = " · ".join(f"{one.strong:g}/{one.target:g}" for one in given)
        gap = mean(one.strong - one.target for one in given)
        text.quiet(
            f"re-judge {run}, {text.line(given[0].judge, 50)}: {told}"
            f" · mean gap {text.signed(round(gap, 2))}",
            keys.of("opinion", pair.id, run),
        )


def changes(pair: Pair) -> None:
    """What the last action, and what a person, made of the instruction."""
    if len(pair.chain) > 1:
        with st.expander("Changes to the instruction before it"):
            text.difference(difference.of(pair.chain[-2].instruction, pair.chain[-1].instruction))
    machine = pair.chain[-1].instruction if pair.chain else pair.instruction
    if pair.edited and machine != pair.instruction:
        with st.expander("Instruction before the edit"):
            text.show(machine)


def chain(pair: Pair, project: Project, *, blind: bool = False) -> None:
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
            gap = "" if blind else f" · gap {text.signed(link.gap)}"
            st.caption(f"iteration {link.iteration}{gap}")
            text.show(link.instruction, 2000)


def head(pair: Pair, side: Side) -> None:
    """The line above a response: whose it is, its score, whether it is kept."""
    score = pair.strong_score if side == "strong" else pair.target_score
    with st.container(horizontal=True, vertical_alignment="center"):
        given = "–" if score is None else f"{score:g}"
        st.markdown(f"**{side}** {given}", width="content")
        if pair.response_from == side:
            st.badge("kept", color="green")
        with st.container(key=keys.of("quiet-model", side, pair.id), width="content"):
            text.word(pair.strong_model if side == "strong" else pair.target_model, 40)


def _side(pair: Pair, side: Side) -> None:
    response = response_of(pair, side)
    with st.container(key=keys.of(side, pair.id), gap="small", height="stretch"):
        head(pair, side)
        if pair.response_from == side and pair.edited and pair.response != response:
            text.folded(pair.response, keys.of("whole-edited", pair.id))
            st.caption("before the edit:")
        text.folded(response, keys.of("whole", side, pair.id))


def _blind(pair: Pair, side: Side) -> None:
    name = "left" if side == sides(pair, blind=True)[0] else "right"
    with st.container(key=keys.of("blind", name, pair.id), gap="small", height="stretch"):
        st.markdown(f"**{name}**")
        edited = pair.response_from == side and pair.edited
        text.folded(
            pair.response if edited else response_of(pair, side),
            keys.of("whole-blind", name, pair.id),
        )


def response_of(pair: Pair, side: Side) -> str:
    """The machine's response of a side, in words where there is none."""
    found = pair.strong_response if side == "strong" else pair.target_response
    return "no response" if found is None else found


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
