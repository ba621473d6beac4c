"""Runs side by side: which of them on what budget, their numbers, their pictures, the paper's."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from codeclm.pipeline import compared_wording as wording
from codeclm.pipeline.runs import Run
from codeclm.records import EQUAL, Compared, Equal, Measure
from codeclm.ui import chart, page, pick, table
from codeclm.ui.compared_sums import Drawn

#: Runs that are compared at once.
MOST = 6


def choose(runs: Sequence[Run]) -> tuple[list[int], Equal, int]:
    """The runs, what is equal between them, and the run the others are told apart from."""
    rows = {run.id: run.row.settings for run in runs}

    def told(number: int) -> str:
        chosen = rows[number]
        strategy = wording.named(
            "import" if chosen.imported else chosen.strategy,
            use_rubrics=chosen.use_rubrics,
            use_filter=chosen.use_filter,
        )
        return f"run {number} · {strategy} · {chosen.size}"

    left, middle, right = st.columns([3, 1.2, 1.2])
    # The older one first: it is what the newer one is told apart from.
    newest = list(rows)[:2][::-1]
    numbers = pick.several("Runs", list(rows), "runs", told, default=newest, most=MOST, where=left)
    equal = pick.one(
        "Equal budget",
        sorted(EQUAL, key=lambda one: one != "calls"),
        "equal",
        wording.UNITS.__getitem__,
        where=middle,
    )
    base = pick.one(
        "Differences to", numbers or list(rows)[:1], "baseline", lambda at: f"run {at}", where=right
    )
    return numbers, equal, base


def numbers(found: Compared) -> None:
    """One line a number, one column a run; the others' differences to the baseline beside it."""
    st.caption(wording.budget(found))
    simulated = [str(run.run) for run in found.runs if run.simulated]
    if simulated:
        st.caption(
            f"Simulated, no real model was asked: run {', '.join(simulated)}. These numbers say"
            " nothing about models."
        )
    apart: dict[str, Measure] = {told: name for name, (told, _) in wording.NAMES.items()}
    others = [run for run in found.runs if run.run != found.baseline]
    lines = []
    for name, cells in wording.rows(found):
        line = {"result": name}
        line |= {f"run {run.run}": cell for run, cell in zip(found.runs, cells, strict=True)}
        for run in others:
            line[_less(found, run.run)] = (
                wording.difference(apart[name], run.differences[apart[name]])
                if name in apart
                else ""
            )
        lines.append(line)
    table.show(
        lines,
        alt="What each of these runs spent and keeps, and how far their pools lie apart",
        columns={name: st.column_config.TextColumn(alignment="right") for name in lines[0] if name}
        | {"result": st.column_config.TextColumn(pinned=True)},
        height=table.ROW * (len(lines) + 1) + 3,
    )
    st.caption(wording.samples(found))


def _less(found: Compared, run: int) -> str:
    return f"run {run} less run {found.baseline}"


def pictures(drawn: Drawn) -> None:
    """The same as pictures, each with its sentence."""
    for names in (("pools", "kept"), ("lengths", "gaps"), ("skills",)):
        for where, name in zip(st.columns(len(names), gap="large"), names, strict=True):
            with where:
                page.section(_TITLES[name])
                chart.show(*drawn[name], name)


_TITLES = {
    "pools": "Pools and their cost",
    "kept": "Kept at each iteration",
    "lengths": "Length of the instructions",
    "gaps": "Gap of every judged instruction",
    "skills": "Skills beside the seeds'",
}


def reference() -> None:
    """What the paper reports of the same methods, folded away."""
    with st.expander("The paper's numbers, not ours (Tables 1 and 3)", key="paper"):
        st.caption(
            "Capacity Recovery Ratio in percent that the paper reports: LLaMA models of 7 and 13"
            " billion parameters, tuned on 2\u202f000 pairs of each method, against Gemini-Pro."
            " Nothing of it was measured here."
        )
        table.show(list(wording.paper_crr()), alt="Table 1 of the paper: CRR by method")
        table.show(list(wording.paper_ablation()), alt="Table 3 of the paper: parts of the method")
