"""The whole job unattended: a file of instructions in, a run's pairs out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from codeclm import ingest
from codeclm.errors import ImportFileError
from codeclm.pipeline import forecast, importing
from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.lines import check
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.records import Brief, PairImport, Progress, SeedImport
from codeclm.settings import RunSettings


def plan(
    studio: Studio,
    path: str | os.PathLike[str],
    settings: RunSettings,
    *,
    field: str | None = None,
    project: str | None = None,
    fresh: bool = False,
    brief: Brief | None = None,
) -> tuple[Run, SeedImport]:
    """Import a file into a project (named after the file by default) and plan a run over its seeds.

    ``field`` is the dotted path of the instruction in each row. ``fresh`` asks everything anew
    instead of replaying the journal. ``brief`` becomes the project's. Raises ``ImportFileError``
    when the file cannot be read.
    """
    path = Path(path)
    file = read_seeds(path, field)
    check(settings, studio.store)
    home = studio.open_project(project or path.stem)
    if brief:
        # What the file says nothing of stays as the project has it.
        brief = home.wording.brief.with_parts_of(brief)
        home.wording.save_brief(brief)
        settings = replace(settings, brief=brief.text)
    imported = home.import_seeds(file, name=ingest.file_name(path.name))
    settings = _introduced(home, settings)
    if fresh:
        settings = replace(settings, generation=home.next_generation())
    run = home.plan_from_seeds(settings, [seed.text for seed in file.seeds])
    if told := run.fewer_than(settings.size):
        imported = replace(imported, notes=(*imported.notes, told))
    return run, imported


def synthesize(
    studio: Studio,
    path: str | os.PathLike[str],
    *,
    field: str | None = None,
    project: str | None = None,
    fresh: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    **settings: Any,
) -> Run:
    """Plan a run over a file's instructions and bring it to its end, in this process.

    ``settings`` are those of ``RunSettings``, such as ``strong``, ``target`` and ``size``. The
    run's ``state`` tells how it ended. Raises ``CodeclmError``.
    """
    run, _ = plan(studio, path, RunSettings(**settings), field=field, project=project, fresh=fresh)
    run.bring(on_progress)
    return run


def estimate(
    studio: Studio,
    path: str | os.PathLike[str],
    settings: RunSettings,
    *,
    field: str | None = None,
    project: str | None = None,
) -> Estimate:
    """What ``plan`` would plan may take; nothing is imported, planned or asked.

    Raises ``ImportFileError`` when the file cannot be read, ``SettingsError`` for an unknown
    endpoint. No key is needed.
    """
    path = Path(path)
    texts = [seed.text for seed in read_seeds(path, field).seeds]
    home = studio.known_project(project or path.stem)
    if home:
        return home.estimate_from_seeds(home.wording.fill(settings), texts)
    with studio.store.reading() as db:
        return forecast.over_seeds(db, None, settings, texts)


def read_brief(path: str | os.PathLike[str]) -> Brief:
    """The brief in a file; see ``ingest.brief``. Raises ``ImportFileError``."""
    path = Path(path)
    return ingest.brief(_bytes(path), path.name)


def read_pairs(path: str | os.PathLike[str], named: Mapping[str, str]) -> ingest.PairFile:
    """The pairs in a file; the fields that ``named`` leaves out or empty are those of usual names.

    Where scores are named, no other are looked for. Raises ``ImportFileError``.
    """
    path = Path(path)
    rows = ingest.read_rows(_bytes(path), path.name)
    return ingest.pairs(rows, ingest.pair_fields(rows, named))


def read_benchmark(path: str | os.PathLike[str], named: Mapping[str, str]) -> ingest.BenchmarkFile:
    """The set in a file; the parts of ``BenchmarkFields`` not ``named`` are where they usually are.

    Recorded responses are only taken from fields that are named. Raises ``ImportFileError``.
    """
    path = Path(path)
    rows = ingest.read_rows(_bytes(path), path.name)
    return ingest.benchmark(rows, ingest.benchmark_fields(rows, named))


def read_seeds(
    path: str | os.PathLike[str], field: str | None = None, input_field: str | None = None
) -> ingest.SeedFile:
    """The instructions in a file, as ``plan`` reads them. Raises ``ImportFileError``.

    Where no field is named it is the usual one, with the usual field of inputs beside it.
    """
    path = Path(path)
    rows = ingest.read_rows(_bytes(path), path.name)
    return ingest.seeds(rows, field, input_path=input_field)


def import_seeds(
    studio: Studio,
    path: str | os.PathLike[str],
    file: ingest.SeedFile,
    *,
    project: str | None = None,
) -> tuple[SeedImport, Project]:
    """Import the instructions of a file into a project (named after the file by default)."""
    path = Path(path)
    home = studio.open_project(project or path.stem)
    return home.import_seeds(file, name=ingest.file_name(path.name)), home


def import_pairs(
    studio: Studio,
    path: str | os.PathLike[str],
    file: ingest.PairFile,
    *,
    project: str | None = None,
    **settings: Any,
) -> PairImport:
    """Import the pairs of a file into a project (named after the file by default).

    ``settings`` are those of ``importing.settings``. Raises ``SettingsError`` before there is a
    project.
    """
    path = Path(path)
    check(importing.settings(file, **settings), studio.store)
    return studio.open_project(project or path.stem).import_pairs(
        file, name=ingest.file_name(path.name), **settings
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImportFileError(
            f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}.",
            "Check the path.",
        ) from error


def _introduced(project: Project, settings: RunSettings) -> RunSettings:
    """Give a project without models those of its first run, and the run the project's texts."""
    row = project.row
    if not row["strong"]:
        project.configure(strong=settings.strong, target=settings.target, judge=settings.judge)
    return project.wording.fill(settings)
