"""Gaps: how far the target is behind, and what another θ would keep."""

import streamlit as st

from codeclm.ui import card, chart, figures, notice, page, pick, sums, table, text

PAGE = 25


def thresholds(project, chains, left, right) -> float:
    """The slider, and what would be kept there and on both sides of it."""
    theta = left.slider(
        "θ (only a look)",
        0.0,
        9.0,
        3.0,
        0.5,
        key="at",
        bind="query-params",
        help="Nothing is changed and no model is asked. The run's own θ is on Run.",
    )
    found = project.distributions.at_theta(chains, theta)
    with right, st.container(horizontal=True):
        st.metric("would keep", text.number(found.strong + found.target))
        st.metric("strong response", text.number(found.strong))
        st.metric("target response", text.number(found.target))
        st.metric(
            "improve further",
            text.number(found.improving),
            help="Chains that would go on: they ended inside this band with iterations left.",
        )
        st.metric("exhausted", text.number(found.exhausted))
    told = []
    for other in (theta - 0.5, theta + 0.5):
        if 0 <= other <= 9:
            there = project.distributions.at_theta(chains, other)
            told.append(f"at θ {other:g}: {text.number(there.strong + there.target)}")
    right.caption("would keep " + " · ".join(told))
    return theta


def charts(project, run, chains, theta: float) -> None:
    """Gaps, iterations, use cases by skills, scores against each other."""
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        page.section("Gap of every judged instruction")
        chart.show(*figures.gaps(sums.gaps(project, run), theta), "gaps")
    with right:
        page.section("Kept at each iteration")
        chart.show(*figures.kept(project.distributions.at_theta(chains, theta).kept), "kept")
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        page.section("Mean gap by use case and skill")
        chart.show(*figures.heat(sums.mean_gaps(project, run)), "heat")
    with right:
        page.section("Strong against target")
        chart.show(*figures.scores(sums.scores(project, run), theta), "scores")


def pairs(project, run) -> None:
    """The pairs behind a range of gaps, a page at a time, one of them whole."""
    page.section("Pairs")
    left, right = st.columns([1.3, 2], gap="large", vertical_alignment="bottom")
    with left:
        low, high = st.slider(
            "Gap from … to", -9.0, 9.0, (-9.0, 9.0), 0.5, key="range", bind="query-params"
        )
    everything = (low, high) == (-9.0, 9.0)
    wanted = project.filter(
        run=run,
        gap_from=None if everything else low,
        gap_to=None if everything else high,
        order="gap_down",
    )
    count = project.count_pairs(wanted)
    with right:
        last = max(1, -(-count // PAGE))
        number = st.pagination(last, key=f"page-{run}-{low}-{high}") if last > 1 else 1
    st.caption(f"{text.number(count)} kept pairs; choose a row to see it whole")
    found = [project.pair(at) for at in project.pair_ids(wanted, PAGE, (number - 1) * PAGE)]
    if not found:
        return
    place = table.choose(
        [card.row(pair) for pair in found],
        key=f"pairs-{run}-{low}-{high}-{number}",
        alt="Kept pairs by falling gap",
        columns={
            "instruction": st.column_config.TextColumn(width="large"),
            "gap": st.column_config.NumberColumn(format="%+.2f"),
        },
    )
    with st.container(border=True):
        card.show(found[place or 0], project)


with page.opened("Gaps") as project:
    if not any(run.settings.goal == "pairs" for run in project.runs()):
        notice.empty(
            "No gaps yet.",
            "The gap is the strong response's score minus the target's. It appears with the first"
            " judgements of a run.",
        )
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    left, middle, right = st.columns([1, 1.1, 3.2], gap="medium")
    run = pick.run(project, "Run", "run", where=left)
    chains = sums.judged_chains(project, run)
    theta = thresholds(project, chains, middle, right)
    charts(project, run, chains, theta)
    pairs(project, run)
