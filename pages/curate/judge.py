"""Judge: whether its scores can be trusted, and having pairs judged again."""

import streamlit as st

from codeclm import records
from codeclm.ui import (
    chart,
    costs,
    failed,
    figures,
    further,
    judge,
    judge_sums,
    notice,
    page,
    pick,
    rejudge_form,
    sums,
    watch,
    work,
)


def reviewed(project, run) -> None:
    """The judge beside the reviewers, and they beside each other."""
    left, right = st.columns(2, gap="large")
    with left:
        page.section("Judge and reviewers")
        found = judge_sums.agreement(project, run)
        judge.agreement(found)
        if found.curve:
            chart.show(*figures.agreement(found), "agreement")
    with right:
        page.section("Scores")
        chart.show(*figures.score_histograms(sums.judged(project, run).score_counts()), "scores")
        page.section("Reviewers among themselves")
        judge.reviewers(judge_sums.reviewers(project, run))


def ask_again(project, run) -> None:
    """A second judge, or the same one several times; a row for each time that was done."""
    page.section("Ask again")
    st.caption(
        "Another judge, or the same one several times, over the very texts the first one saw, in"
        " both orders. Nothing of the first judgements changes."
    )
    if not project.count_pairs(project.filter(run=run)):
        notice.empty("No pairs yet.", "Pairs are what a run keeps; only those are judged again.")
        return
    found = [one for one in project.runs() if one.settings.goal == "rejudge"]
    newest = found[0] if found else None
    going = newest is not None and watch.follow(newest)
    waits = newest is not None and not going and newest.state is not records.RunState.FINISHED
    settings = rejudge_form.draw(project, run, going=going, primary=not waits)
    if newest and not going:
        if settings:
            further.under_caps(newest, settings)
        failed.show(project, newest)
        costs.beside(newest)
    older(found[1:], going=going)
    if found:
        page.section("Re-judges")
        judge.rejudges(project, found)


def older(runs, *, going: bool) -> None:
    """Earlier re-judges that somebody stopped."""
    for run in [run for run in runs if run.state in judge.RESUMABLE][: judge.LINKED]:
        if st.button(f"Resume re-judge {run.id}", key=f"resume-older-{run.id}", disabled=going):
            work.submit(run)
            notice.say(f"Re-judge {run.id} goes on.")
            st.rerun()


with page.opened("Judge") as project:
    left, right = st.columns([1, 3], gap="medium", vertical_alignment="bottom")
    run = pick.run(project, "Run", "run", where=left)
    if not sums.judged(project, run).score_counts():
        notice.empty(
            "No judgements yet.",
            "The judge scores both responses in both orders as a run goes on; how far its scores"
            " can be trusted appears here with the first of them.",
        )
        page.send("Go to Run", "create/run.py", project)
        st.stop()
    judge.measures(
        judge_sums.orders(project, run),
        judge_sums.lengths(project, run),
        judge_sums.unreadable(project, run),
    )
    reviewed(project, run)
    ask_again(project, run)
