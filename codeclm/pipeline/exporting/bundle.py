"""Writing an export: one file, or the bundle of a data set with its card, manifest and configs.

Everything is read in one snapshot, so that a count that was told is the count that is written,
whatever reviewers do meanwhile.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codeclm import figures
from codeclm.errors import ExportError
from codeclm.export import FORMATS, manifest, trainers
from codeclm.export.card import card
from codeclm.export.writing import whole, whole_folder
from codeclm.pipeline.exporting import checking, choosing, facts, places
from codeclm.pipeline.exporting.choosing import Part
from codeclm.pipeline.restoring import ARCHIVE, MANIFEST, archive_lines
from codeclm.records import CardFacts, DataFile, Export, ExportSettings, Pair, Row
from codeclm.store import exports, pairs, projects
from codeclm.store.connection import Store

if TYPE_CHECKING:
    from sqlite_utils import Database

Told = Callable[[str], None]
#: Pairs between two words on how far it is.
STEP = 1000
#: Bytes that go to the disk at once.
BUFFER = 1 << 20
CARD = "README.md"


@dataclass(slots=True)
class _Look:
    """What is looked at while pairs go by: distributions, problems, progress."""

    checker: checking.Checker
    told: Told
    of: int
    left_out: dict[str, int]
    check: bool
    tally: facts.Tally = field(default_factory=facts.Tally)

    def at(self, pair: Pair, rows: list[Row]) -> None:
        if self.check:
            self.checker.look(pair, rows)
        self.tally.add(pair, rows)
        progress(self.told, "written", self.tally.pairs, self.of)


def write_file(
    store: Store,
    settings: ExportSettings,
    path: Path,
    told: Told,
    *,
    ending: str,
    may_be_empty: bool = False,
) -> Export:
    """Write an export as one file, whole or not at all, in the way of one of its format's endings.

    Raises ``ExportError``, also for no pair at all unless it ``may_be_empty``.
    """
    if settings.splits:
        raise ExportError(
            f"{path.name} is one file, and splits are several.",
            "Name a folder: a path without a file ending.",
        )
    with store.snapshot() as db:
        chosen, left_out = _chosen(db, settings, told, may_be_empty=may_be_empty)
        look = _looking(settings, chosen, told, left_out)
        with whole(path, store.files) as beside:
            made = _data_file(db, settings, chosen[0], beside, look, ending)
        holds = _held(db, settings, chosen)
    file = replace(made, path=path.name)
    return _record(store, settings, holds, path, (file,), look)


def write_bundle(store: Store, settings: ExportSettings, path: Path, told: Told) -> Export:
    """Write an export as the folder ``path``, whole or not at all. Raises ``ExportError``."""
    with store.snapshot() as db:
        chosen, left_out = _chosen(db, settings, told)
        look = _looking(settings, chosen, told, left_out)
        with whole_folder(path, places.may_give_way) as beside:
            files = _data_files(db, settings, chosen, beside, look)
            found = facts.collect(db, settings, look.tally, files, look.checker.report, left_out)
            told("writing card, manifest and configs")
            if _is_archived(settings):
                found = replace(found, archived=True)
                _archive(db, chosen, beside)
            _describe(db, found, settings, beside)
            listed = _listed(beside, files)
            (beside / MANIFEST).write_bytes(manifest.manifest(found, listed))
        holds = _held(db, settings, chosen)
    return _record(store, settings, holds, path, files, look)


def _is_archived(settings: ExportSettings) -> bool:
    """Whether a bundle holds everything behind its pairs: not where somebody has picked fields."""
    layout = settings.layout
    return layout.format == "jsonl" and layout.fields == FORMATS["jsonl"].default


def progress(told: Told, what: str, done: int, of: int) -> None:
    """Say now and then how many pairs are done."""
    if done % STEP == 0 or done == of:
        told(f"{done} of {of} pairs {what}")


def _held(db: Database, settings: ExportSettings, chosen: tuple[Part, ...]) -> array[int]:
    """What is written, for the history: people review on while it is, and that comes after."""
    return exports.held(db, choosing.narrowed(settings), choosing.together(chosen))


def _record(
    store: Store,
    settings: ExportSettings,
    holds: array[int],
    path: Path,
    files: tuple[DataFile, ...],
    look: _Look,
) -> Export:
    """Add an export that lies on disk to the history."""
    with store.writing() as db:
        number = exports.add(
            db,
            settings,
            holds,
            path=str(kept(store, path)),
            digest=manifest.digest_of(files),
            pairs=look.tally.pairs,
            files=files,
            problems=look.checker.report.counts,
            left_out=look.left_out,
        )
        found = exports.get(db, settings.wanted.project, number)
    if found is None:
        raise LookupError(number)
    return found


def kept(store: Store, path: Path) -> Path:
    """A path as the history keeps it: below the database's folder without that folder."""
    real, home = path.resolve(), store.path.parent.resolve()
    return real.relative_to(home) if real.is_relative_to(home) else real


def _chosen(
    db: Database, settings: ExportSettings, told: Told, *, may_be_empty: bool = False
) -> tuple[tuple[Part, ...], dict[str, int]]:
    """What is to be written, and how many pairs are left out for which reason.

    Raises ``ExportError`` when nothing is left to be written and that may not be.
    """
    without, left_out = _left_out(db, settings, told)
    chosen = choosing.parts(db, settings, without)
    left_out |= choosing.unwritten(db, settings, chosen, len(without))
    if not (may_be_empty or any(part.pairs for part in chosen)):
        raise choosing.nothing(db, settings, left_out)
    return chosen, left_out


def _left_out(
    db: Database, settings: ExportSettings, told: Told
) -> tuple[set[int], dict[str, int]]:
    """The pairs that are left out for their problems, and how many for which kind."""
    if not settings.leave_out:
        return set(), {}
    report = checked(db, settings, told)
    counts = {kind: count for kind, count in report.counts.items() if kind in settings.leave_out}
    return report.of(settings.leave_out), counts


def checked(db: Database, settings: ExportSettings, told: Told) -> checking.Report:
    """Look at everything that the filter and the format take, before problems or balance."""
    wanted = choosing.narrowed(settings)
    of = pairs.count(db, wanted)
    format = FORMATS[settings.layout.format]
    return checking.check(
        pairs.matching(db, wanted, chains=_tells_chains(settings)),
        settings,
        lambda pair: format.rows(pair, settings.layout),
        lambda done: progress(told, "checked", done, of),
    )


def _tells_chains(settings: ExportSettings) -> bool:
    """Whether rows have the chains of their pairs, which take longer to read."""
    return "chain" in (settings.layout.fields or ())


def _looking(
    settings: ExportSettings, chosen: Iterable[Part], told: Told, left_out: dict[str, int]
) -> _Look:
    of = sum(part.pairs for part in chosen)
    return _Look(checking.Checker(settings), told, of, left_out, settings.check)


def _data_files(
    db: Database, settings: ExportSettings, chosen: Iterable[Part], folder: Path, look: _Look
) -> tuple[DataFile, ...]:
    ending = FORMATS[settings.layout.format].ending
    (folder / "data").mkdir()

    def written(part: Part) -> DataFile:
        name = f"data/{part.split}{ending}"
        return replace(_data_file(db, settings, part, folder / name, look, ending), path=name)

    return tuple(map(written, chosen))


def _data_file(
    db: Database, settings: ExportSettings, part: Part, path: Path, look: _Look, ending: str
) -> DataFile:
    """Write one data file, row by row as the pairs are read; its name is to end in ``ending``."""
    format, layout = FORMATS[settings.layout.format], settings.layout
    rows = size = 0
    digest = hashlib.sha256()

    def made() -> Iterator[Row]:
        nonlocal rows
        for pair in pairs.matching(db, part.wanted, chains=_tells_chains(settings)):
            found = format.rows(pair, layout)
            look.at(pair, found)
            rows += len(found)
            yield from found

    with path.open("xb", buffering=BUFFER) as file:
        for chunk in format.written(made(), layout, ending):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return DataFile(path.name, part.split, rows, size, digest.hexdigest())


def _describe(db: Database, found: CardFacts, settings: ExportSettings, folder: Path) -> None:
    """Write the card with its pictures, and what trainers need."""
    pictures = _pictures(found)
    (folder / "figures").mkdir()
    for name, (_, drawn) in pictures.items():
        (folder / name).write_text(drawn, encoding="utf-8")
    said = card(found, {name: alt for name, (alt, _) in pictures.items()})
    (folder / CARD).write_text(said, encoding="utf-8")
    row = projects.by_id(db, settings.wanted.project) or {}
    for name, written in trainers.trainer_files(found, row.get("target", "")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(written, encoding="utf-8")


def _pictures(found: CardFacts) -> dict[str, tuple[str, str]]:
    """The pictures of a card: path to what it says in words, and the SVG."""
    # Where nothing was filtered no θ has decided.
    thetas = {
        run.settings["theta"]
        for run in found.runs
        if run.settings["use_filter"] or run.settings["imported"]
    }
    theta = thetas.pop() if len(thetas) == 1 else None
    counted = "pairs of this data set"
    drawn = {
        "use_cases": (
            figures.describe_use_case_bars(found.use_cases),
            figures.bar_svg(found.use_cases, title=f"Use cases of the {counted}", unit="pairs"),
        )
    }
    # Compared methods know of no skills, and without the filter of no gaps.
    if found.skills:
        drawn["skills"] = (
            figures.describe_skill_bars(found.skills),
            figures.bar_svg(found.skills, title=f"Skills of the {counted}", unit="pairs"),
        )
    drawn["iterations"] = (
        figures.describe_kept_per_iteration(found.iterations),
        figures.iteration_svg(found.iterations, title="Pairs kept at each iteration"),
    )
    if found.gaps:
        drawn["gaps"] = (
            "How far the strong model's response was scored above the target's.",
            figures.gap_svg(found.gaps, theta, title=f"Score gaps of the {counted}"),
        )
    return {f"figures/{name}.svg": both for name, both in drawn.items()}


def _archive(db: Database, chosen: tuple[Part, ...], folder: Path) -> None:
    ids = pairs.ids(db, choosing.together(chosen), -1)
    with (folder / ARCHIVE).open("xb") as file:
        file.writelines(archive_lines(db, ids))


def _listed(folder: Path, data: Iterable[DataFile]) -> tuple[DataFile, ...]:
    """Every file of a bundle that is not a data file, as the manifest lists it."""
    known = {file.path for file in data}
    others = []
    for name in places.below(folder):
        if name not in known:
            path = folder / name
            others.append(DataFile(name, "", 0, path.stat().st_size, places.sha256_of(path)))
    return tuple(others)
