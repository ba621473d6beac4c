"""What the rules of a run's strategy have dropped, each with its reason and what it is like."""

from __future__ import annotations

import streamlit as st

from codeclm.pipeline.runs import Run
from codeclm.records import Drop, Likeness
from codeclm.ui import keys, table, text

#: Texts on one page, and characters of one that are shown.
PAGE, LIMIT = 10, 2_000


def show(run: Run) -> None:
    """Draw what was dropped on the way, nothing where nothing was."""
    by_rule = run.dropped_by_rule()
    if not by_rule:
        return
    count = sum(by_rule.values())
    with st.expander(f"Run {run.id}: {text.plural(count, 'text', 'texts')} dropped on the way"):
        rows = [{"rule": rule, "dropped": number} for rule, number in by_rule.items()]
        table.show(rows, alt="How many texts each rule has dropped")
        last = -(-count // PAGE)
        at = st.pagination(last, key=keys.of("dropped", run.id)) if last > 1 else 1
        for drop in run.dropped(PAGE, (at - 1) * PAGE):
            _one(drop)


def _one(drop: Drop) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(drop.step, color="gray")
            text.word(f"{drop.item} · {drop.rule}", 80)
            if drop.score is not None:
                what = "rated" if drop.step == "rate" else "ROUGE-L"
                st.caption(f"{what} {drop.score:.3g}", width="content")
        if drop.explanation:
            text.quiet(text.line(drop.explanation, 300), keys.of("dropped-why", drop.id))
        text.show(drop.text, LIMIT)
        if drop.neighbours:
            st.caption("Most like it, best first")
            table.show(
                [
                    {"ROUGE-L": round(like.score, 3), "of": _whose(like), "text": like.text}
                    for like in drop.neighbours
                ],
                alt="The texts it is most like, with their scores",
            )


def _whose(like: Likeness) -> str:
    if like.seed is not None:
        return f"seed {like.seed + 1}"
    return f"instruction {(like.slot or 0) + 1}"
