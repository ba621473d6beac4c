"""Use cases or skills from seeds to approved pairs: the table with its targets, and the filling."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from codeclm.errors import SettingsError
from codeclm.pipeline.coverage import (
    STAGES,
    Coverage,
    Field,
    Filling,
    Match,
    Stage,
    Target,
)
from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.projects import Project
from codeclm.ui import costs, keys, notice, session, text, work

#: What can be counted, and what is held against the seeds: the labels on screen.
BY: Mapping[Field, str] = {"use case": "by use case", "skill": "by skill"}
OF: Mapping[Stage, str] = {
    "kept": "of kept pairs",
    "approved": "of approved pairs",
    "metadata": "of metadata",
}
#: Names of the table that are in sight.
ROWS = 300
_WANTED, _SHARE = "target pairs", "target %"


def told(match: Match) -> None:
    """The numbers of a match."""
    columns = st.columns(4)
    for column, (name, value, help) in zip(
        columns,
        (
            (
                "matched share",
                match.matched,
                "The part of both distributions that coincides: the sum of the smaller of both"
                " shares. 100 % is the same distribution.",
            ),
            (
                "covered",
                match.covered,
                "The seeds' share of names that appear here at all. The paper finds 60 % of the"
                " task about as good as all of it (Figure 4).",
            ),
            (
                "distance",
                match.distance,
                "Jensen-Shannon distance of both distributions, base 2: 0 is the same, 1 has"
                " nothing in common.",
            ),
        ),
        strict=False,
    ):
        shown = "–" if value is None else f"{value:.2f}" if name == "distance" else f"{value:.0%}"
        column.metric(name, shown, help=help)
    columns[3].metric("holes", text.number(len(match.holes)), help="Names with too small a share.")


def table(found: Coverage, field: Field, stage: Stage) -> None:
    """Every name with its counts and targets; targets are edited and saved together."""
    counts, missing = found.counts(field), _missing(found, field, stage)
    targets = {one.name: one for one in found.targets(field)}
    names = _ranked(counts, targets)
    rows = [
        {
            field: text.visible(name),
            **{of: counts[of].get(name, 0) for of in STAGES},
            "seeds %": _share(counts["seeds"], name),
            f"{stage} %": _share(counts[stage], name),
            _WANTED: targets[name].count if name in targets else None,
            _SHARE: _percent(targets.get(name)),
            "missing": missing.get(name, 0),
        }
        for name in names[:ROWS]
    ]
    # Not of counts: what is typed would be gone whenever a run adds a pair.
    key = keys.of("targets", field, _digest((stage, names[:ROWS], targets)))
    with st.form(keys.of("targets-form", field), border=False):
        edited: Any = st.data_editor(
            rows,
            key=key,
            hide_index=True,
            placeholder="–",
            disabled=[name for name in (rows or [{}])[0] if name not in (_WANTED, _SHARE)],
            height=min(44 + 35 * (len(rows) + 1), 420),
            column_config={
                "seeds %": st.column_config.NumberColumn(format="%.1f"),
                f"{stage} %": st.column_config.NumberColumn(format="%.1f"),
                _WANTED: st.column_config.NumberColumn(
                    min_value=0, step=1, help="So many pairs at least."
                ),
                _SHARE: st.column_config.NumberColumn(
                    min_value=0.0,
                    max_value=100.0,
                    help="At least this share of the whole column, as its % says.",
                ),
            },
            alt=f"Each {field} with its counts from seeds to approved pairs, and what is wanted",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.form_submit_button("Save targets"):
                with notice.shown():
                    _save(found, field, names[:ROWS], edited)
            st.caption(
                "With targets these say what is missing; without any, the seeds' shares do.",
                width="content",
            )
    if len(names) > ROWS:
        st.caption(f"The {ROWS} most frequent of {text.number(len(names))}.")


def _digest(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode("utf-8", "replace")).hexdigest()[:12]


def _missing(found: Coverage, field: Field, stage: Stage) -> dict[str, int]:
    """What is missing; nothing where targets cannot be reached, which the filling tells."""
    try:
        return found.missing(field, stage)
    except SettingsError:
        return {}


def _save(
    found: Coverage, field: Field, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    wanted = []
    for name, row in zip(names, rows, strict=True):
        count, share = row[_WANTED], row[_SHARE]
        if count is not None or share is not None:
            wanted.append(
                Target(
                    name,
                    None if count is None else int(count),
                    None if share is None else round(float(share) / 100, 6),
                )
            )
    beyond = [one for one in found.targets(field) if one.name not in names]
    found.save_targets(field, [*wanted, *beyond])
    notice.say(f"{text.counted(len(wanted), 'target')} saved.")
    st.rerun()


def _ranked(counts: Mapping[Stage, Mapping[str, int]], targets: Mapping[str, Target]) -> list[str]:
    names = {name for of in STAGES for name in counts[of]} | targets.keys()
    # Pairs have no say in it: rows stay where they are while a run adds some.
    settled: tuple[Stage, ...] = ("seeds", "metadata")
    return sorted(names, key=lambda name: (*(-counts[of].get(name, 0) for of in settled), name))


def _share(counts: Mapping[str, int], name: str) -> float | None:
    whole = sum(counts.values())
    return 100 * counts.get(name, 0) / whole if whole else None


def _percent(target: Target | None) -> float | None:
    return None if target is None or target.share is None else 100 * target.share


def fill(project: Project, cover: Coverage, field: Field, stage: Stage) -> None:
    """What is missing, which of it is to be made, and the run that would make it."""
    if stage == "metadata":
        notice.empty(
            "A run makes pairs, and no metadata.",
            "Choose “of kept pairs” above, or write what is missing on Metadata.",
        )
        return
    missing = cover.missing(field, stage)
    if not missing:
        notice.empty(*_nothing(cover, field, stage))
        return
    over = cover.match(field, stage).excesses if not cover.targets(field) else ()
    if over:
        most = ", ".join(f"{text.line(one.name, 50)} (+{one.surplus})" for one in over[:3])
        text.quiet(
            f"Beyond their share of the seeds: {most}. What is missing is counted beside these;"
            " targets above say instead how many you want.",
            "excess",
        )
    for number in cover.under_way():
        st.caption(f"Run {number} fills holes already: what it will make is not counted yet.")
    chosen = st.multiselect(
        "Fill",
        list(missing),
        default=list(missing),
        format_func=lambda name: f"{text.line(name, 50)}: {missing[name]}",
        # What is missing now: a choice among what was missing before would choose nothing.
        key=keys.of("fill", field, stage, _digest(sorted(missing.items()))),
        help="Each name with the pairs it lacks.",
    )
    entries = tuple((entry.id, entry.status) for entry in project.metadata())
    marks = (str(session.studio().path), field, *project.exports.mark(), entries)
    planned = _planned(marks, tuple((name, missing[name]) for name in chosen), cover, project)
    if planned is None:
        st.caption("Choose what is to be filled; nothing is chosen that an approved entry has.")
        return
    found, expected = planned
    if found.unreachable:
        shown = ", ".join(text.line(name, 50) for name in found.unreachable)
        text.quiet(f"No approved entry has these, so nothing is made of them: {shown}", "no-entry")
    place = st.container()
    costs.estimate(place, expected)
    costs.concerns(found.settings, expected)
    pairs = sum(found.pairs.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Run {text.counted(found.settings.size, 'instruction')} for"
            f" {text.counted(pairs, 'missing pair')}",
            type="primary",
            key="fill-run",
        ):
            _begin(project, field, found.pairs)
        st.caption(
            f"{text.plural(len(found.entries), 'entry', 'entries')}, under the settings of the"
            " newest run; asked anew, so that nothing is replayed. What a model gives again all the"
            " same is found on Duplicates.",
            width="content",
        )


def _nothing(cover: Coverage, field: Field, stage: Stage) -> tuple[str, str]:
    """Why nothing can be filled, and what to do."""
    match = cover.match(field, stage)
    if cover.targets(field) or not (match.holes or match.distance is None):
        return "Nothing is missing.", "Set targets above to ask for more of something."
    if match.distance is None:
        return (
            "There is nothing to hold side by side yet.",
            "It takes names that the task has, and pairs; or set targets above.",
        )
    return (
        "No number of pairs fills these holes.",
        "All that is not short is of names that the seeds do not have: set targets above instead.",
    )


@st.cache_resource(show_spinner=False, max_entries=20, ttl=600)
def _planned(
    marks: tuple[Any, ...],
    pairs: tuple[tuple[str, int], ...],
    _cover: Coverage,
    _project: Project,
) -> tuple[Filling, Estimate] | None:
    """The run that fills this, and what it may take."""
    found = _cover.filling(marks[1], dict(pairs))
    return found and (found, _project.estimate(found.settings, found.entries))


def _begin(project: Project, field: Field, pairs: Mapping[str, int]) -> None:
    found = project.coverage.filling(field, pairs)
    if found is None:
        raise SettingsError("Nothing is missing any more.", "Look at the page again.")
    run = work.submit(project.plan_from_metadata(found.settings, found.entries))
    notice.say(f"Run {run.id} fills the holes.")
    session.open_page(project.id, "create/run.py")
