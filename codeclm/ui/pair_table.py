"""Pairs as a table: a page of them at a time, and one thing done to all that match."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import streamlit as st

from codeclm.errors import SettingsError
from codeclm.pipeline.projects import Project
from codeclm.records import Pair, PairFilter, Status
from codeclm.ui import card, decisions, keys, notice, pair_filter, pick, queue, session, table, text

PAGES = (25, 50, 100)
_DECISIONS = {"approve": Status.APPROVED, "reject": Status.REJECTED, "reopen": Status.PENDING}


@st.fragment
def draw(wanted: PairFilter) -> None:
    """The table under a filter."""
    with notice.shown():
        project = session.studio().project_of(wanted.project)
        notice.flush()
        statuses = project.reviews.statuses(wanted)
        count = sum(statuses.values())
        _at_once(wanted, statuses)
        left, right = st.columns([1, 6], vertical_alignment="center")
        size = pick.one("Rows", PAGES, "rows", "{} rows".format, where=left, labelled=False)
        last = max(1, -(-count // size))
        mark = hash((wanted, size))
        at = min(last, max(1, session.whole(st.query_params.get("page")) or 1))
        if last > 1:
            at = right.pagination(last, default=at, key=keys.of("page", mark))
        st.query_params["page"] = str(at)
        found = [project.pair(n) for n in project.pair_ids(wanted, size, (at - 1) * size)]
        if not found:
            notice.empty("No pair matches.", "Take something off the filter above.")
            return
        chosen = table.choose_several(
            [_row(pair) for pair in found],
            key=keys.of("pairs", mark, at),
            alt="Pairs under the filter above, in its order",
            columns={
                "instruction": st.column_config.TextColumn(width="large"),
                "gap": st.column_config.NumberColumn(format="%+.2f"),
            },
        )
        _chosen(project, [found[place] for place in chosen])
        if len(chosen) == 1:
            with st.container(border=True):
                card.show(found[chosen[0]], project)


def _row(pair: Pair) -> dict[str, Any]:
    own = card.row(pair)
    first = {"pair": pair.id, "status": own.pop("status"), "tags": ", ".join(pair.tags)}
    return {**first, **own}


def _at_once(wanted: PairFilter, statuses: dict[Status, int]) -> None:
    """What can be done to all that match, each with the number it would change."""
    count = sum(statuses.values())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"**{text.counted(count, 'pair')}**", width="content")
        _buttons(wanted, statuses, "matching")
        decisions.takes("table", queue.turn())


def _chosen(project: Project, chosen: list[Pair]) -> None:
    """The same for the rows that were chosen."""
    if not chosen:
        st.caption("Choose rows to decide on just these; one alone is shown whole.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        among = project.filter(among=tuple(pair.id for pair in chosen))
        statuses = Counter(pair.status for pair in chosen)
        _buttons(among, statuses, "chosen")


def _buttons(wanted: PairFilter, statuses: dict[Status, int], name: str) -> None:
    mark, count = hash(wanted), sum(statuses.values())
    tag, reason = keys.of(name, "tag", mark), keys.of(name, "reason", mark)
    for verb, decision in _DECISIONS.items():
        affected = count - statuses.get(decision, 0)
        every = "all " if affected == count else ""
        st.button(
            f"{verb.capitalize()} {every}{text.number(affected)} {name}",
            key=keys.of(name, verb, mark),
            on_click=_decide,
            args=(wanted, decision, reason),
            disabled=not affected,
            help=f"Changes {text.counted(affected, 'pair')}; one Undo takes it back.",
        )
    st.text_input(
        "Reason",
        key=reason,
        placeholder="reason for a reject",
        label_visibility="collapsed",
        width=170,
        max_chars=200,
    )
    with st.popover("Tag"):
        st.text_input("Tag", key=tag, max_chars=60)
        for label, on in (("Tag", True), ("Untag", False)):
            st.button(
                f"{label} {text.number(count)} {name}",
                key=keys.of(name, label, mark),
                on_click=_tag,
                args=(wanted, tag, on),
            )


@notice.guarded
def _decide(wanted: PairFilter, decision: Status, reason_key: str) -> None:
    project = session.project()
    if project is None:
        return
    rejects = decision is Status.REJECTED
    reason = str(st.session_state.get(reason_key) or "").strip() if rejects else ""
    done = project.reviews.decide_all(
        replace(wanted, order="plan"), decision, reason, pair_filter.reviewer()
    )
    notice.say(f"{text.counted(done, 'pair')} {decision}; Undo takes all of it back.")


@notice.guarded
def _tag(wanted: PairFilter, key: str, on: bool) -> None:
    project = session.project()
    if project is None:
        return
    tag = str(st.session_state.get(key) or "")
    if not tag.strip():
        raise SettingsError("No tag is given.", "Type one into the field beside the button.")
    done = project.reviews.tag_all(wanted, tag, pair_filter.reviewer(), on=on)
    notice.say(f"{text.counted(done, 'pair')} {'tagged' if on else 'untagged'}.")
