"""A whole chain on one card: every iteration with its action and gap, however it ended."""

from __future__ import annotations

import streamlit as st

from codeclm.records import Iteration, WholeChain
from codeclm.ui import badge, keys, text

#: Characters of an instruction and of a response that a card shows before it cuts.
_INSTRUCTION, _RESPONSE = 2_000, 4_000


def show(chain: WholeChain) -> None:
    """Draw a chain, its last iteration's responses folded."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            badge.outcome(chain.outcome)
            st.caption(
                f"{chain.name} · {text.counted(len(chain.iterations), 'iteration')}",
                width="content",
            )
            with st.container(key=keys.of("quiet-about-chain", chain.name), width="content"):
                text.word(f"{chain.use_case} · {', '.join(chain.skills)}", 160)
        for iteration in chain.iterations:
            _iteration(chain, iteration)
        for number, drop in enumerate(chain.dropped):
            text.quiet(
                f"dropped, {drop.rule}: {text.line(drop.text, 300)}",
                keys.of("chain-dropped", chain.name, number),
            )
        _responses(chain.iterations[-1])


def _iteration(chain: WholeChain, found: Iteration) -> None:
    if found.action:
        text.quiet(
            f"action: {text.line(found.action, 300)}",
            keys.of("chain-action", chain.name, found.iteration),
        )
    st.caption(f"iteration {found.iteration} · {_scores(found)}")
    text.show(found.instruction, _INSTRUCTION)


def _scores(found: Iteration) -> str:
    if found.strong_score is None or found.target_score is None:
        return "not judged"
    return (
        f"gap {text.signed(found.gap)}"
        f" (strong {found.strong_score:g}, target {found.target_score:g})"
    )


def _responses(last: Iteration) -> None:
    given = (("strong", last.strong_response), ("target", last.target_response))
    if not any(response is not None for _, response in given):
        return
    with st.expander("Responses to the last iteration"):
        for column, (side, response) in zip(st.columns(2, gap="medium"), given, strict=True):
            with column:
                badge.role(side)
                text.show("no response" if response is None else response, _RESPONSE)
