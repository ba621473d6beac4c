"""The judged instructions behind a bar, a cell or a slice: a page of them, and one as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from codeclm.pipeline.judged import Judged
from codeclm.pipeline.projects import Project
from codeclm.records import JudgedFilter, JudgedRow
from codeclm.ui import badge, card, chain_card, chart, figures, keys, notice, session, table, text

PAGE = 25
#: In the URL: the bar that was clicked (its gap), and the cell (both scores with a comma between).
BAR, CELL = "bar", "cell"


def pick_bar(key: str) -> None:
    """Take over which bar of a chart was clicked."""
    point = chart.picked(key)
    _remember(BAR, f"{point['x']:g}" if point else "")


def pick_cell(key: str) -> None:
    """Take over which cell of a chart was clicked."""
    point = chart.picked(key)
    _remember(CELL, f"{point['x']:g},{point['y']:g}" if point else "")


def _remember(name: str, value: str) -> None:
    for one in (BAR, CELL):
        st.query_params.pop(one, None)
    if value:
        st.query_params[name] = value


def forget() -> None:
    """Show all again."""
    _remember(BAR, "")


def chosen(judged: Judged, wanted: JudgedFilter) -> tuple[JudgedFilter, str]:
    """The filter narrowed to the bar or cell of the URL, and what that is in words."""
    bar, cell = session.real(st.query_params.get(BAR)), st.query_params.get(CELL, "")
    if bar is not None:
        known = {gap for gap, _, _ in judged.gap_counts()}
        gaps = tuple(sorted(gap for gap in known if figures.bar_of(gap) == bar))
        return replace(wanted, gaps=gaps), f"with a gap of about {text.signed(bar)}"
    strong, target = map(session.real, (*cell.split(","), "", "")[:2])
    if strong is not None and target is not None:
        told = f"with {strong:g} for the strong response and {target:g} for the target's"
        return replace(wanted, strong=strong, target=target), told
    return wanted, ""


def draw(project: Project, judged: Judged, wanted: JudgedFilter, told: str) -> None:
    """The list, and the row that is chosen as a whole."""
    falling = judged.falling(wanted)
    count = sum(number for _, number in falling)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{text.counted(count, 'judged instruction')} {told}".strip() + "; choose a row",
            width="content",
        )
        if told:
            st.button("Show all", type="tertiary", key="judged-all", on_click=forget)
    if not count:
        notice.empty("None of these.", "Choose another bar, cell or slice above.")
        return
    last, mark = max(1, -(-count // PAGE)), hash(wanted)
    at = st.pagination(last, key=keys.of("judged-page", mark)) if last > 1 else 1
    gaps, before = _gaps_of_page(falling, (at - 1) * PAGE)
    found = project.distributions.judged_rows(replace(wanted, gaps=gaps), PAGE, before)
    place = table.choose(
        [_row(row) for row in found],
        key=keys.of("judged", mark, at),
        alt="Judged instructions by falling gap",
        columns={
            "instruction": st.column_config.TextColumn(width="large"),
            "gap": st.column_config.NumberColumn(format="%+.2f"),
        },
    )
    if found:
        _whole(project, found[place or 0])


def _gaps_of_page(
    falling: Sequence[tuple[float, int]], offset: int
) -> tuple[tuple[float, ...], int]:
    """The gaps that a page shows, and how many rows of them come before it.

    Sorting only these takes a tenth of what sorting all takes.
    """
    gaps: list[float] = []
    before, left = offset, PAGE
    for gap, count in falling:
        if not gaps and before >= count:
            before -= count
            continue
        left -= count - (0 if gaps else before)
        gaps.append(gap)
        if left <= 0:
            break
    return tuple(gaps), before


def _row(row: JudgedRow) -> dict[str, Any]:
    return {
        "gap": row.gap,
        "outcome": badge.outcome_words(row.outcome),
        "it.": row.iteration,
        "instruction": row.instruction,
        "use case": row.use_case,
        "skills": ", ".join(row.skills),
        "strong": row.strong,
        "target": row.target,
    }


def _whole(project: Project, row: JudgedRow) -> None:
    """A kept one as the pair it is, any other one with its chain."""
    if row.pair is None:
        chain_card.show(project.distributions.chain(row))
        return
    with st.container(border=True):
        card.show(project.pair(row.pair), project)
