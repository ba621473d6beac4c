"""How much instructions differ: measures side by side, lengths, openings and outliers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from codeclm.pipeline.projects import Project
from codeclm.records import Look
from codeclm.ui import chart, figures, looking, page, session, table, text

#: Outliers in sight.
SHOWN = 30
_KINDS = {
    "short": "shorter than usual",
    "long": "longer than usual",
    "repetitive": "says the same words often",
}


def draw(project: Project, look: Look) -> None:
    """What a look has measured."""
    result = look.result
    groups = [("all", result["all"])]
    for by in ("by iteration", "by strategy"):
        groups += [(f"{by[3:]} {name}", found) for name, found in result[by].items()]
    table.show(
        [_row(name, found) for name, found in groups],
        alt="Measures of instructions in all, by iteration and by strategy",
        columns={
            name: st.column_config.NumberColumn(format=format, help=help)
            for name, format, help in (
                ("words", "%.0f", "Median length in words."),
                ("distinct-1", "%.3f", "Different words per word (Li et al. 2016)."),
                ("distinct-2", "%.3f", "Different pairs of words per pair (Li et al. 2016)."),
                ("entropy", "%.2f", "Shannon's entropy of pairs of words, in bits."),
                ("evenness", "%.3f", "That entropy over its largest value, 0 to 1."),
                ("similarity", "%.3f", "Mean Jaccard similarity of two instructions' words."),
                ("pieces", "%.1f", "Mean pieces that punctuation divides an instruction into."),
            )
        },
    )
    st.caption(
        "Each part is measured over as many instructions as the smallest of its kind has, at most"
        " 1 000: these numbers change with the size of a pool."
    )
    lengths, openings = _drawn((str(session.studio().path), look.id, look.created_at), result)
    left, right = st.columns(2, gap="large")
    with left:
        page.section("Length")
        chart.show(*lengths, "lengths")
    with right:
        page.section("What they ask for")
        chart.show(*openings, "openings")
    page.section("Outliers")
    _outliers(project, result)


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(
    mark: tuple[Any, ...], _result: Mapping[str, Any]
) -> tuple[figures.Drawn, figures.Drawn]:
    """Both figures: a panel for each part takes a while to draw."""
    limits = tuple(_result["fences"]) if _result["fences"] else None
    return (
        figures.lengths([(name, found, limits) for name, found in _result["lengths"].items()]),
        figures.openings(
            [(one["verb"], one["object"], one["count"]) for one in _result["openings"]]
        ),
    )


def _row(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "part": name,
        "measured": found["n"],
        "of": found["pool"],
        "words": found["words"]["median"] if found["words"] else None,
        "distinct-1": found["distinct_1"],
        "distinct-2": found["distinct_2"],
        "entropy": found["entropy_2"],
        "evenness": found["evenness_2"],
        "similarity": found["similarity"],
        "pieces": found["pieces"]["mean"] if found["pieces"] else None,
    }


def _outliers(project: Project, result: Mapping[str, Any]) -> None:
    count = result["outliers"]
    if not count:
        st.caption("None lies far outside.")
        return
    there = {
        pair.id: pair
        for pair in project.pairs(
            project.filter(among=tuple(one["pair"] for one in result["outlying"][:SHOWN]))
        )
    }
    for one in result["outlying"][:SHOWN]:
        if one["pair"] not in there:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            looking.to_review(project, f"pair {one['pair']}", pair=str(one["pair"]))
            st.caption(
                f"{_KINDS[one['kind']]}: {one['value']:.3g}, usual up to {one['limit']:.3g}"
                if one["kind"] == "long"
                else f"{_KINDS[one['kind']]}: {one['value']:.3g}, usual from {one['limit']:.3g}",
                width="content",
            )
            text.word(there[one["pair"]].instruction, 90)
    if count > SHOWN:
        st.caption(f"The first {SHOWN} of {text.number(count)}.")
