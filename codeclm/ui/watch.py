"""A run while it goes on: its steps, counts and costs, looked at once a second."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from codeclm.pipeline.runs import Run
from codeclm.records import Counts, RunState, Usage
from codeclm.ui import badge, keys, notice, session, sums, text, work

#: Seconds between two looks.
TICK = 1.0
#: Instructions that must have ended before the time left is told.
_ENOUGH = 10
#: What is not simply called a run.
_NAMES = {
    "preview": "Preview, run",
    "rejudge": "Re-judge, run",
    "evaluate": "Evaluation, run",
    "imported": "Imported pairs, run",
}
#: The one step of a run that goes no further; a run to pairs shows them all.
_LAST = {"metadata": "encode", "rubrics": "rubrics"}


def follow(run: Run, while_going: Callable[[], None] | None = None) -> bool:
    """Draw a run, again and again while the worker has it. Returns whether it has.

    ``while_going`` draws what appears meanwhile. When the run ends, the whole page runs again.
    """
    going = work.is_going(run)
    st.fragment(_look, run_every=TICK if going else None)(run.id, going, while_going)
    return going


def _look(number: int, was_going: bool, while_going: Callable[[], None] | None) -> None:
    with notice.shown():
        run = session.studio().run(number)
        going = work.is_going(run)
        if was_going != going:
            st.rerun()
        _draw(run, going)
        if going and while_going:
            while_going()


def _draw(run: Run, going: bool) -> None:
    settings, state = run.settings, run.state
    with st.container(border=True, gap="small"):
        _head(run, state, going)
        if going or state is not RunState.FINISHED or settings.has_chains:
            _bars(run)
        if settings.has_chains:
            _counts(sums.counts(run))
            newest = run.newest_pair()
            if newest and going:
                told = f"newest kept, gap {text.signed(newest[1])}: {text.line(newest[0], 140)}"
                text.quiet(told, keys.of("newest", run.id))
        _message(run, state, going)
        if not going:
            for number, warning in enumerate(sums.warnings(run)):
                text.quiet(f"Warning: {warning}", keys.of("warning", run.id, number))


def _head(run: Run, state: RunState, going: bool) -> None:
    """What run it is, where it stands, what it took, and stopping it or going on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        what = "imported" if run.settings.imported else run.settings.goal
        st.markdown(f"**{_NAMES.get(what, 'Run')} {run.id}**", width="content")
        badge.run(state)
        if going and run.row.message:
            st.badge("waiting", color="orange")
        st.caption(_spent(run, sums.usage(run), going), width="content")
        if run.settings.simulated:
            badge.simulated()
        st.space("stretch")
        if going:
            st.button("Stop", key=keys.of("stop", run.id), on_click=_stop, args=(run.id,))
        elif state is RunState.PAUSED and not run.waits_for_review:
            # Under the same cap it would only pause again: the page offers the caps above it.
            pass
        elif state is not RunState.FINISHED:
            st.button(
                "Resume",
                type="primary",
                key=keys.of("resume", run.id),
                on_click=_resume,
                args=(run.id,),
            )


def _message(run: Run, state: RunState, going: bool) -> None:
    """Why a run ended, or whom it waits for."""
    message = run.row.message
    if not message:
        return
    if going:
        text.show(message)
        st.caption("It is tried again by itself: nothing needs to be done.")
    elif state is RunState.FAILED:
        notice.problem(message)
    else:
        text.quiet(message, keys.of("told", run.id))


def _bars(run: Run) -> None:
    last = _LAST.get(run.settings.goal)
    found = [step for step in sums.steps(run) if last in (None, step.step)]
    if not found:
        st.caption("Waiting for the worker …")
        return
    for column, step in zip(st.columns(len(found)), found, strict=True):
        share = step.done / step.known
        column.progress(
            min(1.0, share), text=f"{step.step} {text.number(step.done)}/{text.number(step.known)}"
        )


def _counts(counts: Counts) -> None:
    waiting = f":blue-badge[waiting {text.number(counts.waiting)}] " if counts.waiting else ""
    st.markdown(
        f":green-badge[kept {text.number(counts.kept)}] "
        f":violet-badge[improving {text.number(counts.improving)}] "
        f"{waiting}"
        f":gray-badge[exhausted {text.number(counts.exhausted)}] "
        f":red-badge[failed {text.number(counts.failed)}] "
        f"of {text.number(counts.instructions)} instructions · kept with the strong response"
        f" {text.number(counts.kept_strong)}, the target's {text.number(counts.kept_target)}"
    )


def _spent(run: Run, usage: Usage, going: bool) -> str:
    settings = run.settings
    tokens = usage.prompt_tokens + usage.completion_tokens
    calls = f"{text.number(usage.calls)} calls{_of(settings.budget_calls)}"
    if usage.replayed:
        calls += f" + {text.number(usage.replayed)} replayed"
    cost = "cost unknown" if usage.cost_usd is None else f"\\${usage.cost_usd:.2f}"
    if settings.budget_usd is not None:
        cost += f" of \\${settings.budget_usd:g}"
    parts = [calls, f"{text.number(tokens)} tokens{_of(settings.budget_tokens)}", cost]
    if going:
        # While a server is waited for, how long that takes is anybody's guess.
        left = _left(run) if settings.has_chains and not run.row.message else ""
        parts[:0] = [f"{_rate(run.id, usage.calls):.0f} calls/s", *filter(None, [left])]
    elif run.row.seconds:
        parts.insert(0, f"{run.row.seconds:.1f} s")
    return " · ".join(parts)


def _of(cap: int | None) -> str:
    return "" if cap is None else f" of {text.number(cap)}"


def _rate(number: int, calls: int) -> float:
    """Calls a second since the last look at this run."""
    key, now = keys.of("_rate", number), time.monotonic()
    before, at = st.session_state.get(key, (calls, now))
    st.session_state[key] = (calls, now)
    return (calls - before) / (now - at) if now - at > 0.1 else 0.0


def _left(run: Run) -> str:
    """How long the run may still take, from what was settled since this tab's first look at it."""
    counts, now = run.counts(), time.monotonic()
    key = keys.of("_first_look", run.id)
    settled, at = st.session_state.setdefault(key, (counts.settled, now))
    done = counts.settled - settled
    if done < _ENOUGH:
        return ""
    seconds = (counts.instructions - counts.settled) * (now - at) / done
    return f"about {seconds:.0f} s left" if seconds < 90 else f"about {seconds / 60:.0f} min left"


@notice.guarded
def _stop(number: int) -> None:
    work.stop(session.studio().run(number))


@notice.guarded
def _resume(number: int) -> None:
    work.submit(session.studio().run(number))
    notice.say(f"Run {number} goes on.")
