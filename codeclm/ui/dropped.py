"""What a run's strategy has dropped, with the reason, and accepted, with what it is like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def accepted(run: Run) -> None:
    """Draw what a pool has accepted with what each was most like, nothing where there is none."""
    count = run.count_accepted()
    if not count:
        return
    told = text.plural(count, "instruction", "instructions")
    with st.expander(f"Run {run.id}: {told} accepted, with what each was most like"):
        last = -(-count // PAGE)
        at = st.pagination(last, key=keys.of("accepted", run.id)) if last > 1 else 1
        table.show(
            [
                row
                for one in run.accepted(PAGE, (at - 1) * PAGE)
                for row in _likenesses(one.neighbours, _named(one.slot), one.text)
            ],
            alt="The texts each accepted instruction was most like, best first, with their scores",
        )


def _likenesses(
    neighbours: Sequence[Likeness], name: str, accepted: str
) -> Iterator[dict[str, object]]:
    """A row for each text that an accepted one was most like; one if there was none."""
    for like in neighbours or (None,):
        yield {
            "accepted": name,
            "its text": accepted,
            "ROUGE-L": round(like.score, 3) if like else None,
            "of": _whose(like) if like else None,
            "text": like.text if like else None,
        }


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
    return _named(like.slot or 0)


def _named(slot: int) -> str:
    return f"instruction {slot + 1}"
