"""Metadata: use cases and skills extracted, edited, approved, mixed."""

from dataclasses import replace

import streamlit as st

from codeclm import errors, records
from codeclm.ui import (
    chart,
    costs,
    entries,
    failed,
    figures,
    keys,
    merging,
    notice,
    page,
    table,
    text,
    watch,
    work,
)

EDITOR = "entries"
#: What the charts count: an entry with ten seeds behind it is ten times as much.
BY_WEIGHT = "entries by weight"
#: Groups of names offered at once, of each kind.
OFFERS = 8


def extract(project, count: int, open_: int) -> None:
    """The button that has the seeds encoded; ``open_`` of them were not encoded before."""
    with st.container(horizontal=True, vertical_alignment="center"):
        label = f"Extract from {text.counted(open_, 'seed')}" if open_ else "Extract again"
        kind = "primary" if open_ else "secondary"
        if st.button(label, type=kind, disabled=not count, key="extract"):
            work.extract(project)
            st.rerun()
        if not count:
            st.caption("There are no seeds to extract from; entries can be written on Source.")
        elif project.row["strong"]:
            expected = project.estimate_from_seeds(work.extraction(project))
            st.caption(
                "One call to the strong model for each seed; what was asked before is free"
                f" ({costs.in_short(expected)} for all). Entries come approved: reject what does"
                " not fit."
            )


def appearing(run) -> None:
    """What the seeds turn out to be about, while the run that asks goes on."""
    rows = [{"use case": use_case, "skills": skills} for use_case, skills in run.encoded(200)]
    if rows:
        table.show(rows, alt="Use case and skills of the seeds encoded so far")


def edit(project, found, *, settled: bool) -> None:
    """The table with its buttons; ``settled`` when no seed waits to be extracted first."""
    shown = entries.filtered(found)
    if not shown:
        st.caption("No entry matches.")
        return
    pending = [entry.id for entry in shown if entry.status is records.Status.PENDING]
    everything = [entry.id for entry in shown]
    narrowed = len(shown) < len(found)
    with st.form("edit-entries", border=False):
        key = entries.table(shown, EDITOR)
        with st.container(horizontal=True, vertical_alignment="center"):
            save = st.form_submit_button(
                "Save changes", type="primary" if settled and not pending else "secondary"
            )
            approve = st.form_submit_button("Approve selected")
            reject = st.form_submit_button("Reject selected")
            every = bool(pending) and st.form_submit_button(
                f"Approve all {text.number(len(pending))} pending",
                type="primary" if settled else "secondary",
            )
            none = narrowed and st.form_submit_button(f"Reject all {text.number(len(shown))} shown")
    if not (save or approve or reject or every or none):
        return
    if entries.are_stale(EDITOR):
        raise errors.StoreError(
            "The entries have changed since this table was drawn; nothing was saved.",
            "Look at them as they are now, then make your changes again.",
        )
    changes = entries.edits(shown, st.session_state[key])
    chosen = everything if none else pending if every else changes.chosen
    if approve or every:
        changes = entries.with_status(shown, changes, chosen, records.Status.APPROVED)
    if reject or none:
        changes = entries.with_status(shown, changes, chosen, records.Status.REJECTED)
    if not (changes.changed or changes.added):
        st.caption("Nothing was edited, and no entry is ticked.")
        return
    notice.say(f"{text.plural(entries.save(project, changes), 'entry', 'entries')} changed.")
    st.rerun()


def mix(project, found) -> None:
    """Mix and match: new combinations of the use cases and skills that are there."""
    used = sum(1 for entry in found if entry.status is not records.Status.REJECTED)
    with st.expander(f"Mix and match (now {text.number(used)} entries)"):
        left, right = st.columns(2)
        wanted = left.number_input(
            "Entries wanted in all", used, 100_000, used, key=keys.of("wanted", used)
        )
        seed = right.number_input("Seed of the draw", 0, None, 0, key="mix-seed")
        added = project.mixed(wanted, seed) if wanted > used else []
        if not added:
            st.caption("Raise the number to see which combinations would be added.")
            return
        rows = [
            {"use case": entry.use_case, "skills": ", ".join(entry.skills)} for entry in added[:100]
        ]
        table.show(rows, alt="Combinations that would be added", height=240)
        if st.button(f"Add {text.number(len(added))} as pending"):
            project.add_metadata([replace(entry, status=records.Status.PENDING) for entry in added])
            notice.say(
                f"{text.number(len(added))} added as pending; approve those that make sense."
            )
            st.rerun()


def subsample(project, found) -> None:
    """Go on with a part of the approved entries, drawn by a seed; the others wait as pending."""
    approved = [entry for entry in found if entry.status is records.Status.APPROVED]
    if len(approved) < 2:
        return
    with st.expander(f"Subsample (now {text.number(len(approved))} approved)"):
        left, right = st.columns(2)
        wanted = left.number_input(
            "Approved entries wanted",
            1,
            len(approved),
            len(approved),
            # Of another number, what was typed before says nothing.
            key=keys.of("sample", len(approved)),
        )
        seed = right.number_input("Seed of the draw", 0, None, 0, key="sample-seed")
        st.caption(
            "The paper found that metadata covering 60 % of a task is about as good as all of it."
        )
        rest = len(approved) - wanted
        if st.button(f"Set {text.number(rest)} back to pending", disabled=not rest):
            project.subsample_metadata(wanted, seed)
            notice.say(f"{text.number(wanted)} stay approved, {text.number(rest)} are pending.")
            st.rerun()


def merge(project) -> None:
    """Names that may mean the same, offered with what would become of them."""
    offered = {kind: project.merge_offers(kind) for kind in merging.KINDS}
    count = sum(map(len, offered.values()))
    if not count:
        return
    with st.expander(f"Names that may mean the same ({text.number(count)})"):
        for kind in merging.KINDS:
            for place, group in enumerate(offered[kind][:OFFERS]):
                merging.offer(project, kind, group, place)
        hidden = count - sum(min(OFFERS, len(groups)) for groups in offered.values())
        if hidden:
            st.caption(f"{text.number(hidden)} more come up as these are merged.")


def spread(project, found) -> None:
    """Use cases and skills as bars, which of them meet, and the seeds behind each entry."""
    left, right = st.columns(2, gap="large")
    counted = project.distributions
    use_cases, skills = counted.use_case_counts(), counted.skill_counts()
    with left:
        page.section("Use cases")
        chart.show(*figures.use_cases(use_cases, BY_WEIGHT), "use-cases")
    with right:
        page.section("Skills")
        chart.show(*figures.skills(skills, BY_WEIGHT), "skills")
    page.section("Use case × skill")
    chart.show(*figures.meetings(entries.cells(found), BY_WEIGHT), "meetings")
    behind = entries.seeds_behind(found, counted.seeds_per_entry())
    if behind:
        page.section("Seeds per entry")
        chart.show(*figures.entries(behind), "seeds")


with page.opened("Metadata") as project:
    run = work.newest(project, "metadata")
    found = project.metadata()
    if not found and run is None:
        notice.empty(
            "No metadata yet.",
            "Metadata is what your task is about: use cases, and the skills each takes. Extract it"
            " from the seeds, or write it by hand on Source.",
        )
    card = project.card()
    if not card.seeds and not found:
        page.send("Go to Source", "create/source.py", project)
        st.stop()
    extract(project, card.seeds, card.seeds - card.encoded)
    going = watch.follow(run, lambda: appearing(run)) if run else False
    if run and not going:
        failed.show(project, run)
    if found and not going:
        counts = {
            status: sum(1 for entry in found if entry.status is status) for status in records.Status
        }
        told = " · ".join(f"{text.number(count)} {name}" for name, count in counts.items())
        st.caption(
            f"{told}. The last line of the table takes a new entry. Save before you filter or"
            " leave."
        )
        with notice.shown():
            edit(project, found, settled=card.encoded == card.seeds)
        merge(project)
        mix(project, found)
        subsample(project, found)
        spread(project, found)
