"""The data files that an export would be, counted before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
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
    key = project.exports.key(settings)
    marks = (str(session.studio().path), key, found is not None, *project.exports.mark())
    return _parts(marks, project, settings, found)


def count(project: Project, settings: ExportSettings) -> int:
    """How many pairs the filter and the format take, before anything is left out."""
    return project.count_pairs(narrowed(settings))


@st.cache_resource(show_spinner="Counting …", max_entries=8, ttl=1800)
def _parts(
    marks: tuple[Any, ...], _project: Project, _settings: ExportSettings, _found: Report | None
) -> tuple[Part, ...]:
    return _project.exports.parts(_settings, _found)


def write(project: Project, settings: ExportSettings, pairs: int, *, seen: bool) -> None:
    """Write an export at once; a large one is the worker's.

    Its rows are looked at once more if they were ``seen``, so that its card tells what is in them.
    """
    if pairs > export_check.AT_ONCE:
        session.studio().jobs.submit_export(project, replace(settings, check=seen))
        return
    done = project.exports.write(settings)
    notice.say(f"Export {done.id} is written: {text.counted(done.rows, 'row')}.")


def told(settings: ExportSettings, parts: Sequence[Part]) -> str:
    """What will be written, in words."""
    pairs, rows = sum(part.pairs for part in parts), sum(part.rows for part in parts)
    said = [text.counted(pairs, "pair") if rows != pairs else "one row a pair"]
    if len(parts) > 1:
        said.append(" · ".join(f"{part.split} {text.number(part.rows)}" for part in parts))
    said.append(f"{FORMATS[settings.layout.format].ending} with card, manifest and trainer configs")
    return " · ".join(said)
