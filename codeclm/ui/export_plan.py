"""The data files that an export would be, counted before anything is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from codeclm.pipeline.exporting import FORMATS, Part, Report, narrowed
from codeclm.pipeline.projects import Project
from codeclm.records import ExportSettings
from codeclm.ui import export_check, notice, session, text


def parts(project: Project, settings: ExportSettings, found: Report | None) -> tuple[Part, ...]:
    """The data files; splits and balance are worked out once while nothing changes them."""
    if not (settings.splits or settings.balance or settings.leave_out):
        return project.exports.parts(settings)
    return _parts(_marks(project, settings, found), project, settings, found)


def _marks(project: Project, settings: ExportSettings, found: Report | None) -> tuple[Any, ...]:
    """What is the same as long as nothing changes what was worked out."""
    key = project.exports.key(settings)
    return (str(session.studio().path), key, found is not None, *project.exports.mark())


def count(project: Project, settings: ExportSettings) -> int:
    """How many pairs the filter and the format take, before anything is left out."""
    return project.count_pairs(narrowed(settings))


@st.cache_resource(show_spinner="Counting …", max_entries=8, ttl=1800)
def _parts(
    marks: tuple[Any, ...], _project: Project, _settings: ExportSettings, _found: Report | None
) -> tuple[Part, ...]:
    return _project.exports.parts(_settings, _found)


@st.cache_resource(show_spinner="Counting …", max_entries=8, ttl=1800)
def _unwritten(
    marks: tuple[Any, ...],
    _project: Project,
    _settings: ExportSettings,
    _parts: tuple[Part, ...],
    _found: Report | None,
) -> dict[str, int]:
    return _project.exports.unwritten(_settings, _parts, _found)


def write(project: Project, settings: ExportSettings, pairs: int, *, seen: bool) -> None:
    """Write an export at once; a large one is the worker's.

    Its rows are looked at once more if they were ``seen``, so that its card tells what is in them.
    """
    if pairs > export_check.AT_ONCE:
        session.studio().jobs.submit_export(project, replace(settings, check=seen))
        return
    done = project.exports.write(settings)
    notice.say(f"Export {done.id} is written: {text.counted(done.rows, 'row')}.")


def told(
    project: Project, settings: ExportSettings, parts: tuple[Part, ...], found: Report | None
) -> str:
    """What will be written, and what the filter takes beside it, in words."""
    pairs, rows = sum(part.pairs for part in parts), sum(part.rows for part in parts)
    said = [text.counted(pairs, "pair") if rows != pairs else "one row a pair"]
    if len(parts) > 1:
        said.append(" · ".join(f"{part.split} {text.number(part.rows)}" for part in parts))
    lost = _unwritten(_marks(project, settings, found), project, settings, parts, found)
    said += [f"{text.counted(count, 'pair')} left out for {why}" for why, count in lost.items()]
    said.append(f"{FORMATS[settings.layout.format].ending} with card, manifest and trainer configs")
    return " · ".join(said)
