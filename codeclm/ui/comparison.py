"""Runs side by side: which of them on what budget, their numbers, their pictures, the paper's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from codeclm.pipeline import compared_wording as wording
from codeclm.records import EQUAL, Compared, Equal
from codeclm.settings import RunSettings
from codeclm.ui import chart, page, pick, table
from codeclm.ui.compared_sums import Drawn

#: Runs that are compared at once.
MOST = 6
#: Pixels of the names of numbers, of a number with its interval, of a difference with what it says,
#: and of a laptop's page.
_NAME, _CELL, _TOLD, _PAGE = 290, 190, 300, 1080


def choose(rows: Mapping[int, RunSettings]) -> tuple[list[int], Equal, int]:
    """The runs, what is equal between them, and the run the others are told apart from.

    ``rows`` are the settings of those there are, the newest first.
    """

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
    """One line a number, one column a run; below it how far the others are from the baseline."""
    st.caption(wording.budget(found))
    simulated = [str(run.run) for run in found.runs if run.simulated]
    if simulated:
        st.caption(
            f"Simulated, no real model was asked: run {', '.join(simulated)}. These numbers say"
            " nothing about models."
        )
    _table(
        "result",
        [run.run for run in found.runs],
        wording.rows(found),
        "What each of these runs spent and keeps",
        _CELL,
    )
    st.caption(wording.samples(found))
    page.section(f"Less run {found.baseline}")
    apart = wording.differences(found)
    if not apart:
        st.caption("Nothing was measured of both: one of the pools is empty or too small.")
        return
    _table(
        "difference, with its 95 % interval",
        [run.run for run in found.runs if run.run != found.baseline],
        apart,
        f"How far the pools lie from that of run {found.baseline}",
        _TOLD,
    )


def _table(
    title: str, runs: Sequence[int], rows: Sequence[tuple[str, Sequence[str]]], alt: str, cell: int
) -> None:
    """Numbers by name, a column for each run, in which a ``cell`` takes so many pixels."""
    columns = [f"run {run}" for run in runs]
    # Names stay in sight where runs have to be scrolled to; on a phone they would leave no room for
    # them. Cells stand at the right: one that is too narrow hides the value before its interval.
    many = _NAME + cell * len(runs) > _PAGE
    table.show(
        [{title: name, **dict(zip(columns, cells, strict=True))} for name, cells in rows],
        alt=alt,
        columns={
            name: st.column_config.TextColumn(alignment="right", width=cell) for name in columns
        }
        | {title: st.column_config.TextColumn(pinned=many, width=_NAME)},
        height="content",
    )


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
