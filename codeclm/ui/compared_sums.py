"""Comparisons and their figures, made once for as long as nothing changes the runs.

What is costly in a large run (what it rests on, what its chains come to, its sample) is kept by
run, so that another budget or baseline is quick. A run that is at work is counted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from codeclm import figures
from codeclm.pipeline import compared_wording as wording
from codeclm.pipeline import comparing
from codeclm.pipeline.ladders import Ladder
from codeclm.pipeline.pools import Pool, Pools
from codeclm.pipeline.projects import Project
from codeclm.records import Compared, Cut, Equal, Spend
from codeclm.ui import session, sums

#: A picture's name to the figure and the sentence that says the same.
Drawn = dict[str, tuple[Any, str]]
Marks = tuple[Any, ...]
#: Comparisons that are remembered.
MOST = 50


class _Remembered(Pools):
    """Pools by run: ``marks`` of a run change with its rows, ``names`` with those of its entries.

    What is not remembered yet is read with a word about what takes so long.
    """

    def __init__(self, marks: Mapping[int, sums.Mark], names: Marks) -> None:
        super().__init__(session.studio().store)
        self._marks = marks
        self._names = names

    def spend(self, run: int) -> Spend:
        return self._of(run, "spend", f"Adding up what run {run} has spent …")

    def pairs(self, run: int) -> int:
        return self._of(run, "pairs", f"Counting the pairs of run {run} …")

    def ladder(self, run: int) -> Ladder:
        told = (
            f"Adding up every call of run {run}, chain by chain, to see where a budget ends: once"
        )
        return self._of(run, "ladder", f"{told} …")

    def pool(self, run: int, cut: Cut | None, spend: Spend) -> Pool:
        told = f"Measuring the pool of run {run} …"
        return self._of(run, "pool", told, cut, spend, names=self._names)

    def _of(self, run: int, what: str, told: str, *more: Any, names: Marks = ()) -> Any:
        mark = self._marks.get(run)
        with st.spinner(told):
            if mark is None:
                return getattr(Pools, what)(self, run, *more)
            return _read((mark, names), what, run, more, self)


def compared(
    project: Project, rows: Sequence[Any], chosen: Sequence[int], equal: Equal, baseline: int
) -> tuple[Compared, Drawn]:
    """The comparison with its figures; ``rows`` are those of the project's runs.

    Raises as ``comparing.compare`` does.
    """
    marks = {row.id: mark for row in rows if (mark := sums.mark_at(row)) is not None}
    # Names that people edit, and seeds that are encoded meanwhile, move the distances.
    names = (
        comparing.names_mark(session.studio().store, project.id),
        tuple(marks.get(row.id) for row in rows if row.source == "seeds"),
    )
    pools = _Remembered(marks, names)
    if not set(chosen) <= marks.keys():
        return _compared(pools, chosen, equal, baseline)
    every = tuple(marks[run] for run in chosen)
    key = (every, names, project.evaluations.mark(), equal, baseline)
    known = _comparisons()
    if (found := known.get(key)) is None:
        found = known[key] = _compared(pools, chosen, equal, baseline)
        for old in list(known)[:-MOST]:
            known.pop(old, None)
    return found


@st.cache_resource(show_spinner=False)
def _comparisons() -> dict[Marks, tuple[Compared, Drawn]]:
    """The newest comparisons, by what they depend on. What they are made of draws while it waits,
    which nothing inside a cached function can."""
    return {}


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
    told = wording.UNITS[unit], wording.SPENT[unit]
    return {
        "pools": (figures.pool_bars(pools, *told), figures.describe_pool_bars(pools, *told)),
        "kept": (figures.iteration_shares(kept), figures.describe_iteration_shares(kept)),
        "lengths": (figures.length_panels(lengths), figures.describe_length_panels(lengths)),
        "gaps": (figures.gap_panels(gaps), figures.describe_gap_panels(gaps)),
        "skills": (
            figures.skill_panels(seeds, skills),
            figures.describe_skill_panels(seeds, skills),
        ),
    }
