"""Evaluate: how much of a reference's ability a model has, before and after it was tuned."""

import streamlit as st

from codeclm import records
from codeclm.ui import (
    benchmark,
    costs,
    evaluate_form,
    evaluated,
    failed,
    further,
    judge,
    keys,
    notice,
    page,
    watch,
    work,
)


def older(runs, settings, *, going: bool) -> None:
    """Earlier evaluations that wait: stopped, paused, or behind one that did not end.

    Under the same cap a paused one would only pause again: it takes those of the form.
    """
    paused = records.RunState.PAUSED
    waiting = [
        run
        for run in runs
        if run.state in judge.RESUMABLE
        or run.state is paused
        or (run.state is records.RunState.QUEUED and not work.is_going(run))
    ]
    for run in waiting[: judge.LINKED]:
        capped = run.state is paused
        label = f"Resume evaluation {run.id}{' with the caps above' if capped else ''}"
        if st.button(
            label,
            key=keys.of("resume-older", run.id),
            disabled=going or (capped and settings is None),
        ):
            if capped and settings:
                work.resume_under(run, settings)
            else:
                work.submit(run)
            notice.say(f"Evaluation {run.id} goes on.")
            st.rerun()


def compare(project, chosen, runs) -> None:
    """The evaluation that goes on or was the last, and the form of the next."""
    current = next((run for run in reversed(runs) if work.is_going(run)), None)
    current = current or next(iter(runs), None)
    going = current is not None and watch.follow(current)
    waits = current is not None and not going and current.state is not records.RunState.FINISHED
    settings = (
        evaluate_form.draw(project, chosen, going=going, primary=not waits) if chosen else None
    )
    if current and not going:
        if settings:
            further.under_caps(current, settings)
        failed.show(project, current)
        costs.beside(current)
    older([run for run in runs if current and run.id != current.id], settings, going=going)


with page.opened("Evaluate") as project:
    chosen = benchmark.choose(project)
    runs = project.evaluations.listed()
    if chosen or runs:
        compare(project, chosen, runs)
    if runs:
        evaluated.show(project, runs)
