"""Run: settings, what it may cost, a preview, and the run itself while it goes on."""

import streamlit as st

from codeclm import errors, records
from codeclm.ui import (
    chain_card,
    costs,
    dropped,
    failed,
    further,
    keys,
    local_models,
    notice,
    page,
    run_form,
    run_history,
    session,
    strategy_form,
    sums,
    text,
    watch,
    work,
)

#: A run that waits for somebody to say that it goes on.
RESUMABLE = {
    records.RunState.STOPPED,
    records.RunState.PAUSED,
    records.RunState.INTERRUPTED,
    records.RunState.FAILED,
}


#: Older runs that can be gone on with from the page.
RESUMED = 5


def start(project, settings, *, going: bool, primary: bool) -> None:
    """The estimate and both buttons; ``primary`` unless a run waits to be resumed."""
    with st.container(border=True):
        left, right = st.columns([2, 1], vertical_alignment="center")
        expected = work.estimate(project, settings)
        costs.estimate(left, expected)
        with right.container(horizontal=True, horizontal_alignment="right", wrap=False):
            preview = st.button(f"Preview {run_form.PREVIEW}", disabled=going)
            whole = st.button(
                "Start run", type="primary" if primary else "secondary", disabled=going
            )
        costs.concerns(settings, expected)
    twin = project.twin_of(settings) if whole else None
    if twin:
        raise errors.SettingsError(
            f"Run {twin.id} has these very settings over these"
            f" {'entries' if settings.decodes else 'seeds'}: the pairs would be the same.",
            "Change something, run on from there, or switch on Ask everything anew.",
        )
    if preview or whole:
        run_form.begun()
    if preview:
        work.preview(project, settings, run_form.PREVIEW)
        notice.say("The preview is started.")
        st.rerun()
    if whole:
        run = work.start(project, settings)
        told = run.fewer_than(settings.size)
        notice.say(f"Run {run.id} is started. {told}".strip())
        st.rerun()


def previewed(run) -> None:
    """A preview's chains whole, kept or not: what a large run would be made of."""
    page.section("The chains of the preview")
    st.caption("Only to look at: none of them becomes a pair.")
    for chain in run.chains(run_form.PREVIEW):
        chain_card.show(chain)


def told(project, runs, settings) -> None:
    """What one should know before a run is started."""
    if session.pretends(project.row):
        st.caption(
            "These models are **simulated**: the run shows every step and costs nothing,"
            " and its pairs are not real data."
        )
    waiting = len(project.metadata(records.Status.PENDING))
    if waiting and settings.decodes:
        entries = text.plural(waiting, "entry is", "entries are")
        st.caption(f"{entries} still pending on Metadata and stay out of this run.")
    if runs:
        st.caption(
            "A question that was asked before in just the same words costs nothing: its reply is"
            " in the journal. A run with the same settings over the same"
            f" {'entries' if settings.decodes else 'seeds'} therefore gives"
            " the same instructions. For more, *Run on from here*; for others, *Ask everything"
            " anew*."
        )


def imported(project) -> None:
    """The runs of a project that has imported its pairs and nothing to synthesize from."""
    runs = [run for run in project.runs() if run.settings.goal == "pairs"]
    if runs:
        watch.follow(runs[0])
        further.from_here(runs[0])
        failed.show(project, runs[0])
        history(project, runs, going=work.is_going(runs[0]))


def history(project, runs, *, going: bool) -> None:
    """Every run with its settings."""
    page.section("Runs")
    if not runs:
        st.caption(
            "None besides the one above."
            if going
            else "None yet. Preview 5 shows whole chains for the price of a few calls."
        )
        return
    run_history.rows(runs)
    for run in [run for run in runs[1:] if run.state in RESUMABLE][:RESUMED]:
        if st.button(f"Resume run {run.id}", key=keys.of("resume-older", run.id), disabled=going):
            work.submit(run)
            notice.say(f"Run {run.id} goes on.")
            st.rerun()
    if len(runs) > 1:
        page.go("Compare runs side by side →", "ship/compare.py", project)


def can_start(project, strategy) -> bool:
    """Whether there is what a run of this strategy starts from; says what is missing if not."""
    if strategy in ("codeclm", "wizardlm-plus"):
        if project.metadata(records.Status.APPROVED):
            return True
        notice.empty(
            "No approved metadata yet.",
            "A run writes instructions for approved use cases and skills. Approve some first.",
        )
        page.send("Go to Metadata", "create/metadata.py", project)
        return False
    if project.seeds(1):
        return True
    notice.empty("No seeds yet.", "This strategy starts from instructions you have.")
    page.send("Go to Source", "create/source.py", project)
    return False


with page.opened("Run") as project:
    local_models.follow(project)
    strategy = strategy_form.choose()
    if not can_start(project, strategy):
        imported(project)
        st.stop()
    chains = [run for run in project.runs() if run.settings.has_chains]
    runs = [run for run in chains if run.settings.goal == "pairs"]
    preview = chains[0] if chains and chains[0].settings.goal == "preview" else None
    newest = runs[0] if runs else None
    going = next((run for run in (preview, newest) if run and work.is_going(run)), None)
    if going:
        watch.follow(going)
    if strategy == "codeclm":
        run_form.presets()
    with notice.shown():
        settings = run_form.settings(project, strategy)
        told(project, runs, settings)
        resumable = newest is not None and newest.state in RESUMABLE
        start(project, settings, going=going is not None, primary=not resumable)
        if newest and newest is not going:
            further.under_caps(newest, settings)
    if preview and preview is not going:
        watch.follow(preview)
        failed.show(project, preview)
        previewed(preview)
    if newest and newest is not going:
        watch.follow(newest)
        local_models.kept_nothing(newest)
        further.from_here(newest)
        failed.show(project, newest)
        dropped.show(newest)
        dropped.accepted(newest)
        costs.beside(newest)
    # A run that goes on is drawn above, once a second; the table is drawn once.
    history(project, [run for run in runs if run is not going], going=going is not None)
    if newest and newest is not going and sums.counts(newest).kept:
        with st.container(horizontal=True):
            page.go("Look at the gaps →", "curate/gaps.py", project)
            page.go("Review the pairs →", "curate/review.py", project)
