"""What evaluations came to: their numbers, by slice, and those on one set side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from codeclm.pipeline.evaluations import Difference, are_alike
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import Evaluation, Slice
from codeclm.ui import (
    assessed,
    badge,
    chart,
    evaluation_sums,
    keys,
    page,
    pick,
    session,
    table,
    text,
)

#: Evaluations in the table, and slices in one.
SHOWN, SLICES = 50, 50
#: Models of a project to what they are in it, in a word.
Roles = Mapping[str, str]


def show(project: Project, runs: Sequence[Run]) -> None:
    """One evaluation in full, and all of them as rows."""
    found = {run.id: (run, evaluation_sums.result(project, run)) for run in runs[:SHOWN]}
    roles = _roles(project)
    page.section("Results")
    chosen = pick.one(
        "Evaluation",
        list(found),
        "evaluation",
        lambda number: f"{number} · {_about(roles, found[number][1])}",
    )
    run, came = found[chosen]
    _numbers(came)
    if came.total.compared or came.total.unparsable:
        _side_by_side(project, run, roles, [came, *(one for _, one in found.values())])
        _by_slice(came)
        assessed.show(project, run, came)
    page.section("Evaluations")
    _all(roles, [one for _, one in found.values()])


def _about(roles: Roles, came: Evaluation) -> str:
    what = _what(roles, came)
    return (
        f"{what}: {text.line(came.candidate, 40)} against {text.line(came.reference, 40)}"
        f" on {text.line(came.benchmark.name, 30)}"
    )


def _what(roles: Roles, came: Evaluation) -> str:
    """Which of a project's models the candidate is, in a word."""
    if came.export is not None:
        return f"tuned on export {came.export}"
    if "candidate" in came.recorded:
        return "recorded"
    return roles.get(came.candidate, "candidate")


def _roles(project: Project) -> Roles:
    return {project.row["strong"]: "strong", **dict.fromkeys(bases(project), "base")}


def bases(project: Project) -> list[str]:
    """The models that data was tailored to: the project's target, and those of its runs."""
    made = (run.settings for run in project.runs())
    targets = [one.target for one in made if one.goal == "pairs" and not one.imported]
    return list(dict.fromkeys(filter(None, (project.row["target"], *targets))))


def _numbers(came: Evaluation) -> None:
    total = came.total
    columns = st.columns(5, gap="medium")
    _metric(
        columns[0],
        "CRR",
        percent(total.crr),
        f"95 %: {between(total)}; wins and ties of {text.number(total.compared)} compared",
    )
    _metric(
        columns[1],
        "Wins, ties, losses",
        f"{text.number(total.wins)} / {text.number(total.ties)} / {text.number(total.losses)}",
        "A win takes both orders; everything else that is no loss in both is a tie.",
    )
    _metric(
        columns[2],
        "Order flips the winner",
        text.number(total.flips),
        f"{percent(total.flip_rate)} of those compared, counted as ties;"
        f" {text.number(total.half_ties)} more have a winner in one order alone",
    )
    _metric(
        columns[3],
        "The longer answer wins",
        percent(total.longer_share),
        f"of wins and losses; mean length {_length(came.candidate_length)} characters,"
        f" the reference's {_length(came.reference_length)}",
    )
    _metric(
        columns[4],
        "Unparsable",
        text.number(total.unparsable),
        "The judge gave no scores in one order: in no other number."
        f" No response: {text.number(came.unanswered)}; left: {text.number(came.open)}",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if came.simulated:
            badge.simulated()
        st.caption("judged by", width="content")
        text.word(came.judge)
        held = "all of the set" if came.whole else "without what is held out for metadata"
        st.caption(f"run {came.run} · {held}", width="content")


def _side_by_side(project: Project, run: Run, roles: Roles, every: Sequence[Evaluation]) -> None:
    """The first evaluation and the newest of each other candidate that was measured likewise."""
    came = every[0]
    alike: dict[tuple[str, str], Evaluation] = {}
    for one in every:
        if are_alike(came, one) and (one.run == came.run or one.total.compared):
            alike.setdefault(_who(one), one)
    rows = [(_name(roles, one), one.total) for one in alike.values() if one.total.compared]
    left, right = st.columns(2, gap="large")
    with left:
        chart.show(*evaluation_sums.recovered(rows), "crr")
    with right:
        chart.show(*evaluation_sums.ended(rows), "ended")
    _against_base(project, run, roles, list(alike.values()))


def _who(came: Evaluation) -> tuple[str, str]:
    """A candidate: a model, or whoever gave the responses in a field of the set."""
    recorded = "candidate" in came.recorded
    return came.candidate, came.benchmark.fields.get("candidate", "") if recorded else ""


def _name(roles: Roles, came: Evaluation) -> str:
    told = f"{_what(roles, came)}: {came.candidate}"
    return f"{told} (simulated)" if came.simulated else told


def _against_base(project: Project, run: Run, roles: Roles, alike: Sequence[Evaluation]) -> None:
    """How far the first stands above the others, and whether that is more than noise."""
    came, *others = alike
    if not others:
        further = (
            "Evaluate the tuned model with it beside it"
            if _what(roles, came) == "base"
            else "Put the untuned target beside it as base"
        )
        st.caption(
            "Nobody else was measured by this reference and judge on these items."
            f" {further} to see what tuning did."
        )
        return
    for one in others:
        found = evaluation_sums.difference(project, run, session.studio().run(one.run))
        text.quiet(
            f"{text.line(_name(roles, came), 80)} less {text.line(_name(roles, one), 80)}:"
            f" {apart(found)}",
            keys.of("apart", came.run, one.run),
        )


def apart(found: Difference | None) -> str:
    """How far two CRR are apart, in our words."""
    if found is None:
        return "too few instructions in common to tell."
    what = "within noise" if found.is_noise else "more than noise"
    low, high = (f"{value:+.1f}".replace("-", "−") for value in (found.low, found.high))
    told = f"{found.difference:+.1f}".replace("-", "−")
    return f"{told} points of CRR (95 %: {low} to {high}), {what}."


def _by_slice(came: Evaluation) -> None:
    for name, found in (("use case", came.use_cases), ("skill", came.skills)):
        if not found:
            continue
        page.section(f"By {name}")
        left, right = st.columns([2, 3], gap="large")
        with left:
            chart.show(
                *evaluation_sums.recovered([(one.name, one) for one in found]),
                f"crr-{name.split()[0]}",
            )
        with right:
            table.show(
                [{name: one.name, **_row(one)} for one in found[:SLICES]],
                alt=f"Comparisons by {name}, from the candidate's side",
                columns=_FORMATS,
            )


def _all(roles: Roles, every: Sequence[Evaluation]) -> None:
    table.show(
        [
            {
                "run": one.run,
                "what": _what(roles, one),
                "candidate": f"{one.candidate} (simulated)" if one.simulated else one.candidate,
                "reference": one.reference,
                "judge": one.judge,
                "set": one.benchmark.name,
                "state": str(one.state),
                "items": one.items,
                **_row(one.total),
            }
            for one in every
        ],
        alt="The project's evaluations, newest first, each with its CRR and interval",
        columns=_FORMATS,
    )
    st.caption(
        "CRR, Capacity Recovery Ratio (paper §4), is the share of comparisons that the candidate"
        " wins or ties, in percent, with Wilson's 95 % interval from low to high: how well so many"
        " instructions fix it, not how far the judge is right. Longer: of wins and losses, those of"
        " the longer response, in percent."
    )


_FORMATS = {
    name: st.column_config.NumberColumn(format="%.1f") for name in ("CRR", "low", "high", "longer")
}


def _row(one: Slice) -> dict[str, Any]:
    return {
        "CRR": _tenth(one.crr),
        "low": _tenth(one.low),
        "high": _tenth(one.high),
        "wins": one.wins,
        "ties": one.ties,
        "losses": one.losses,
        "flips": one.flips,
        "unparsable": one.unparsable,
        "longer": _tenth(one.longer_share),
    }


def _tenth(value: float | None) -> float | None:
    # A browser rounds 41.25 up, and everything beside the table rounds it to the even 41.2.
    return None if value is None else round(value, 1)


def _metric(place: Any, label: str, value: str, meaning: str) -> None:
    with place, st.container(gap="small"):
        st.metric(label, value)
        st.caption(meaning)


def percent(value: float | None) -> str:
    """A share in percent, an en dash for one of nothing."""
    return "–" if value is None else f"{value:.1f} %"


def between(one: Slice) -> str:
    """The interval of a CRR, an en dash without one."""
    return "–" if one.low is None or one.high is None else f"{one.low:.1f} to {one.high:.1f} %"


def _length(value: float | None) -> str:
    return "–" if value is None else text.number(round(value))
