"""Gaps: how far the target is behind, what another θ would keep, and what stands behind it."""

import streamlit as st

from codeclm.records import JudgedFilter
from codeclm.ui import (
    applying,
    chart,
    figures,
    judged_list,
    keys,
    notice,
    page,
    pick,
    session,
    sums,
    table,
    text,
)

BY = {name: f"by {name}" for name in ("use case", "skill", "iteration", "strategy")}
#: Slices that are listed at once.
SLICES = 50


def chosen_run(project, number):
    """The run of the filter, or the only one there is."""
    known = [run for run in project.runs() if run.settings.goal == "pairs"]
    wanted = [run for run in known if number in (None, run.id)]
    return wanted[0] if len(wanted) == 1 else None


def slices(judged) -> dict:
    """Which part of what was judged is looked at."""
    use_cases = sorted({use_case for use_case, _, _, _ in judged.mean_gaps()})
    skills = sorted({skill for _, skill, _, _ in judged.mean_gaps()})
    strategies = sorted({cell.strategy for cell in judged.scored})
    columns = st.columns([1.2, 1.2, 1, 1])
    use_case = pick.one(
        "Use case", ["", *use_cases], "use_case",
        lambda name: text.line(name, 60) or "all use cases", where=columns[0], labelled=False,
    )  # fmt: skip
    skill = pick.one(
        "Skill", ["", *skills], "skill",
        lambda name: text.line(name, 60) or "all skills", where=columns[1], labelled=False,
    )  # fmt: skip
    iterations = sorted({cell.iteration for cell in judged.scored})
    iteration = pick.one(
        "Iteration", [0, *iterations], "iteration",
        lambda at: f"iteration {at}" if at else "all iterations",
        where=columns[2], labelled=False,
    )  # fmt: skip
    strategy = pick.one(
        "Strategy", ["", *strategies], "strategy",
        lambda name: name or "all strategies", where=columns[3], labelled=False,
    )  # fmt: skip
    return {
        "use_case": use_case or None,
        "skill": skill or None,
        "iteration": iteration or None,
        "strategy": strategy or None,
    }


def pick_slice(key: str) -> None:
    """A click on a cell looks at its use case and skill alone."""
    point = chart.picked(key)
    if point:
        names = st.session_state["_heat"]
        for name, known, at in zip(
            ("use_case", "skill"), names, (point["y"], point["x"]), strict=True
        ):
            if not known[int(at)].startswith("other ("):
                st.session_state[keys.of("pick", name)] = known[int(at)]


def charts(judged, run, theta: float) -> None:
    """Gaps, iterations, use cases by skills, scores against each other; a click lists."""
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        page.section("Gap of every judged instruction")
        drawn = figures.gaps(judged.gap_counts(), theta)
        chart.pick(*drawn, "gaps", judged_list.pick_bar)
    with right:
        page.section("Kept at each iteration")
        if run is not None:
            applying.by_iteration(judged, run, theta)
        chart.show(*figures.kept(judged.at_theta(theta).kept), "kept")


def more_charts(judged, theta: float) -> None:
    """Where the target is behind, and how the scores lie together."""
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        page.section("Mean gap by use case and skill")
        cells = judged.mean_gaps()
        st.session_state["_heat"] = figures.heat_names(cells)
        chart.pick(*figures.heat(cells), "heat", pick_slice)
    with right:
        page.section("Strong against target")
        chart.pick(*figures.scores(judged.score_counts(), theta), "scores", judged_list.pick_cell)


def comparison(judged, theta: float) -> None:
    """Slices side by side; one that is chosen is looked at alone."""
    by = pick.segment("Slices", BY, "by")
    found = judged.by(by, theta)
    rows = [
        {
            by: one.name,
            "judged": one.instructions,
            "mean gap": one.mean_gap,
            "strong kept": one.strong,
            "target kept": one.target,
            "kept %": 100 * one.share,
        }
        for one in found[:SLICES]
    ]
    table.show(
        rows,
        alt=f"Judged instructions by {by}, with what θ keeps of them",
        columns={
            "mean gap": st.column_config.NumberColumn(format="%+.2f"),
            "kept %": st.column_config.NumberColumn(format="%.0f"),
        },
    )
    if len(found) > SLICES:
        st.caption(f"The {SLICES} largest of {text.number(len(found))}.")


@st.fragment
def look(number: int) -> None:
    """Everything that θ moves. A fragment: the slider draws this again and nothing else."""
    with notice.shown():
        project = session.studio().project_of(number)
        notice.flush()
        left, right = st.columns([1, 3.6], gap="small")
        which = pick.run(project, "Run", "run", where=left, labelled=False)
        run = chosen_run(project, which)
        everything = sums.judged(project, which)
        with right:
            narrowing = slices(everything)
        judged = everything.narrowed(**narrowing)
        left, right = st.columns([1.1, 3.2], gap="medium")
        theta = left.slider(
            "θ (only a look)",
            0.0,
            9.0,
            run.settings.theta if run else 3.0,
            applying.STEP,
            key="at",
            bind="query-params",
            help="Moving it changes nothing and asks no model.",
        )
        with right:
            applying.looked_at(judged, theta)
        with left:
            applying.offer(project, run, everything, theta)
            applying.follow(project, run)
        charts(judged, run, theta)
        more_charts(judged, theta)
        comparison(judged, theta)
        page.section("Behind it")
        wanted, told = judged_list.chosen(judged, JudgedFilter(run=which, **narrowing))
        judged_list.draw(project, judged, wanted, told)


with page.opened("Gaps") as project:
    if not any(run.settings.goal == "pairs" for run in project.runs()):
        notice.empty(
            "No gaps yet.",
            "The gap is the strong response's score minus the target's. It appears with the first"
            " judgements of a run.",
        )
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    look(project.id)
