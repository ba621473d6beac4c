"""Comparisons and their figures, made once for as long as nothing changes the runs.

What is costly in a large run (what it rests on, where a budget ends in it, its sample) is kept by
run, so that another budget or baseline is quick. A run that is at work is counted anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from codeclm import figures
from codeclm.pipeline import compared_wording as wording
from codeclm.pipeline import comparing
from codeclm.pipeline.pools import Pool, Pools
from codeclm.pipeline.projects import Project
from codeclm.records import Compared, Cut, Equal, Spend
from codeclm.ui import session, sums

#: A picture's name to the figure and the sentence that says the same.
Drawn = dict[str, tuple[Any, str]]
Marks = tuple[Any, ...]


class _Remembered(Pools):
    """Pools by run; ``marks`` of a run change with everything its pool depends on."""

    def __init__(self, marks: dict[int, Marks]) -> None:
        super().__init__(session.studio().store)
        self._marks = marks

    def spend(self, run: int) -> Spend:
        return self._of(run, "spend")

    def pairs(self, run: int) -> int:
        return self._of(run, "pairs")

    def part(self, run: int, equal: Equal, budget: float) -> tuple[Cut | None, Spend]:
        return self._of(run, "part", equal, budget)

    def pool(self, run: int, cut: Cut | None, spend: Spend) -> Pool:
        return self._of(run, "pool", cut, spend)

    def _of(self, run: int, what: str, *more: Any) -> Any:
        marks = self._marks.get(run)
        if marks is None:
            return getattr(Pools, what)(self, run, *more)
        return _read(marks, what, run, more, self)


def compared(
    project: Project, chosen: Sequence[int], equal: Equal, baseline: int
) -> tuple[Compared, Drawn]:
    """The comparison with its figures. Raises as ``comparing.compare`` does."""
    marks = {run.id: sums.mark_of(run) for run in project.runs()}
    # Names that people edit, and seeds that are encoded meanwhile, move the distances.
    around = (tuple(entry.id for entry in project.metadata()), tuple(marks.values()))
    known: dict[int, Marks] = {
        run: (mark, around) for run in chosen if (mark := marks.get(run)) is not None
    }
    pools = _Remembered(known)
    if len(known) < len(chosen):
        return _compared(pools, chosen, equal, baseline)
    all_marks = (*known.values(), project.evaluations.mark())
    return _kept(all_marks, tuple(chosen), equal, baseline, pools)


@st.cache_resource(show_spinner="Comparing …", max_entries=50)
def _kept(
    marks: Marks, chosen: tuple[int, ...], equal: Equal, baseline: int, _pools: Pools
) -> tuple[Compared, Drawn]:
    return _compared(_pools, chosen, equal, baseline)


@st.cache_resource(show_spinner=False, max_entries=200)
def _read(marks: Marks, what: str, run: int, more: tuple[Any, ...], _pools: Pools) -> Any:
    return getattr(Pools, what)(_pools, run, *more)


def _compared(
    pools: Pools, chosen: Sequence[int], equal: Equal, baseline: int
) -> tuple[Compared, Drawn]:
    found = comparing.compare(
        session.studio().store, chosen, equal=equal, baseline=baseline, pools=pools
    )
    return found, _drawn(found)


def _drawn(found: Compared) -> Drawn:
    names = {run.run: f"run {run.run} · {wording.method(run)}" for run in found.runs}
    unit = "usd" if found.equal == "usd" else "tokens" if found.equal == "tokens" else "calls"
    pools = [
        (names[run.run], run.pairs, run.per_pair.of(unit) if run.per_pair else None)
        for run in found.runs
    ]
    kept = [(names[run.run], run.kept) for run in found.runs]
    lengths = [(names[run.run], run.lengths) for run in found.runs]
    gaps = [(names[run.run], run.gaps) for run in found.runs]
    seeds = found.runs[0].seed_skills
    skills = [(f"run {run.run}", run.skills) for run in found.runs]
    words = wording.UNITS[unit]
    return {
        "pools": (figures.pool_bars(pools, words), figures.describe_pool_bars(pools, words)),
        "kept": (figures.iteration_shares(kept), figures.describe_iteration_shares(kept)),
        "lengths": (figures.length_panels(lengths), figures.describe_length_panels(lengths)),
        "gaps": (figures.gap_panels(gaps), figures.describe_gap_panels(gaps)),
        "skills": (
            figures.skill_panels(seeds, skills),
            figures.describe_skill_panels(seeds, skills),
        ),
    }
