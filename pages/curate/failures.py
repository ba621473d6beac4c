"""Failures: everything that ended without a result, by step and kind, with the raw replies."""

from dataclasses import replace

import streamlit as st

from codeclm.records import FailureFilter
from codeclm.ui import dropped, keys, notice, page, pick, session, table, text, work

PAGE = 20
#: Runs whose dropped texts are listed when none is chosen.
NEWEST = 5


def filters(project) -> FailureFilter:
    """Which failures are looked at; in the URL."""
    known = project.failures.groups(FailureFilter(dismissed=True))
    columns = st.columns([1, 1, 1.4, 1.2], vertical_alignment="center")
    run = pick.one(
        "Run", [0, *dict.fromkeys(group.run for group in known)], "run",
        lambda number: f"run {number}" if number else "all runs",
        where=columns[0], labelled=False,
    )  # fmt: skip
    step = pick.one(
        "Step", ["", *sorted({group.step for group in known})], "step",
        lambda name: name or "all steps", where=columns[1], labelled=False,
    )  # fmt: skip
    kind = pick.one(
        "Kind", ["", *sorted({group.kind for group in known})], "kind",
        lambda name: text.line(name, 60) or "all kinds", where=columns[2], labelled=False,
    )  # fmt: skip
    dismissed = columns[3].toggle("Dismissed ones too", key="dismissed", bind="query-params")
    return FailureFilter(
        run=run or None, step=step or None, kind=kind or None, dismissed=bool(dismissed)
    )


@notice.guarded
def ask_again(wanted: FailureFilter, only=None) -> None:
    """Take failures back and have their runs go on."""
    project = session.project()
    if project is None:
        return
    runs = project.failures.retry(wanted, only)
    for run in runs:
        work.submit(run)
    names = ", ".join(f"run {run.id}" for run in runs)
    notice.say(f"Asked again: {names} goes on." if len(runs) == 1 else f"Asked again: {names}.")


@notice.guarded
def dismiss(wanted: FailureFilter, only=None, on=True) -> None:
    """Put failures out of sight, or back."""
    project = session.project()
    if project is None:
        return
    count = project.failures.dismiss(wanted, only, on=on)
    said = "dismissed; the sums count them as before." if on else "in sight again."
    notice.say(f"{text.counted(count, 'failure')} {said}")


def all_of_them(project, wanted, count: int) -> None:
    """What can be done to everything under the filter."""
    mark = hash(wanted)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Ask all {text.number(count)} again",
            type="primary",
            key=keys.of("again", mark),
            on_click=ask_again,
            args=(wanted,),
        )
        st.button(
            f"Dismiss all {text.number(count)}",
            key=keys.of("dismiss", mark),
            on_click=dismiss,
            args=(wanted,),
        )
        st.caption("Asking again makes new calls; a bad reply is not replayed.", width="content")


def one(failure, wanted) -> None:
    """A failure with its reply as it came."""
    everything = replace(wanted, dismissed=True)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(failure.step, color="gray")
            text.word(f"{failure.item} · {failure.kind}", 80)
            st.caption(f"run {failure.run}", width="content")
            st.space("stretch")
            st.button(
                "Ask again",
                key=keys.of("again-one", failure.id),
                on_click=ask_again,
                args=(replace(everything, run=failure.run), [failure.id]),
            )
            st.button(
                "Show again" if failure.dismissed else "Dismiss",
                key=keys.of("dismiss-one", failure.id),
                on_click=dismiss,
                args=(everything, [failure.id], not failure.dismissed),
                type="tertiary",
            )
        text.show(failure.message, 1000)
        if failure.raw:
            with st.expander(f"Reply as it came ({text.counted(len(failure.raw), 'character')})"):
                text.block(failure.raw)


def what_was_dropped(project, wanted) -> None:
    """What strategies have dropped in the run that is looked at, or in the newest ones."""
    runs = [run for run in project.runs() if wanted.run in (None, run.id)]
    for run in runs[:NEWEST]:
        dropped.show(run)
    if any(run.dropped_by_rule() for run in runs[NEWEST:]):
        st.caption("Earlier runs have dropped texts too: choose one above.")


with page.opened("Failures") as project:
    wanted = filters(project)
    groups = project.failures.groups(wanted)
    count = sum(group.count for group in groups)
    if not count:
        notice.empty(
            "No failures.",
            "A reply that stays bad, or a server that refuses for good, leaves a row here with its"
            " raw text. Nothing disappears.",
        )
        what_was_dropped(project, wanted)
        st.stop()
    all_of_them(project, wanted, count)
    table.show(
        [
            {
                "run": group.run,
                "step": group.step,
                "kind": group.kind,
                "failures": group.count,
                "instructions ended": group.lost,
            }
            for group in groups[:100]
        ],
        alt="Failures by run, step and kind",
    )
    last = max(1, -(-count // PAGE))
    at = st.pagination(last, key=keys.of("failures", hash(wanted))) if last > 1 else 1
    for failure in project.failures.page(wanted, PAGE, (at - 1) * PAGE):
        one(failure, wanted)
    what_was_dropped(project, wanted)
