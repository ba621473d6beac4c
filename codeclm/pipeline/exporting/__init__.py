"""Exports of a project: what would be written, what is wrong with it, writing it, its history.

settings -> choosing: which pairs, to which split -> checking: what a person should know
         -> bundle: data files, card (facts), manifest, configs, archive -> history
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from codeclm.errors import ExportError, StoreError, is_storable
from codeclm.export import FORMATS, balance, lengths, showing, splits
from codeclm.export import checked as checked_layout
from codeclm.export.card import missing as missing_terms
from codeclm.export.writing import check as check_place
from codeclm.export.writing import is_folder
from codeclm.pipeline.exporting import bundle, checking, choosing, places, zipping
from codeclm.pipeline.exporting.bundle import Told
from codeclm.pipeline.exporting.checking import KINDS, Report
from codeclm.pipeline.exporting.choosing import Part, narrowed
from codeclm.records import Change, DataFile, Export, ExportSettings, Layout, PairFilter, Terms
from codeclm.store import exports, pairs, projects, runs
from codeclm.store.connection import Store
from codeclm.store.rows import as_json

__all__ = ["FORMATS", "KINDS", "Exports", "Part", "Report", "missing_terms", "narrowed"]

#: The folder beside a database for exports that were given no place.
FOLDER = "exports"


def _quiet(words: str) -> None:
    """Nobody wants to know how far it is."""


class Exports:
    """The exports of one project."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def settings(self, wanted: PairFilter, layout: Layout | None = None, **more) -> ExportSettings:
        """What is to be exported and how, checked. Raises ``ExportError``."""
        found = ExportSettings(wanted=wanted, layout=layout or Layout(), **more)
        if unknown := [kind for kind in found.leave_out if kind not in checking.KINDS]:
            near = difflib.get_close_matches(unknown[0], checking.KINDS, 1)
            raise ExportError(
                f"There is no kind of problem {unknown[0]!r}.",
                f"Is it {near[0]!r}?" if near else f"Known are {', '.join(checking.KINDS)}.",
            )
        if found.longest < 1:
            raise ExportError("The limit of a row's length is at least 1.", "2048 is usual.")
        if not 0 <= (wanted.min_gap or 0) < float("inf"):
            raise ExportError("The smallest gap is a number of 0 or more.", "θ of a run is usual.")
        found = replace(
            found,
            layout=replace(checked_layout(found.layout), mixed=self._mixed(found)),
            splits=splits.checked(found.splits) if found.splits else {},
            balance=balance.checked(found.balance),
        )
        if not is_storable(self.key(found)):
            raise ExportError(
                "The choice of pairs or their layout holds characters that are no text.",
                "Write it in UTF-8.",
            )
        return found

    def _mixed(self, found: ExportSettings) -> tuple[str, ...]:
        """What only some runs have that may be exported: a system prompt, rows of a file."""
        if found.wanted.run is not None:
            return ()
        with self._store.reading() as db:
            known = [
                run.settings
                for run in runs.listed(db, self._project)
                if run.settings.goal == "pairs"
            ]
        prompts = {bool(run.respond_system) for run in known}
        mixed = ["system"] if len(prompts) > 1 and found.layout.system is None else []
        if len({run.imported for run in known}) > 1:
            mixed.append("imported_from")
        return tuple(mixed)

    # Before ------------------------------------------------------------------------------------

    def parts(self, settings: ExportSettings, report: Report | None = None) -> tuple[Part, ...]:
        """The data files that would be written, each with its pairs and rows counted.

        What is to be left out is taken from ``report``, which ``check`` has given.
        """
        without = report.of(settings.leave_out) if report else ()
        with self._store.snapshot() as db:
            return choosing.parts(db, settings, without)

    def unwritten(
        self, settings: ExportSettings, parts: tuple[Part, ...], report: Report | None = None
    ) -> dict[str, int]:
        """How many pairs of the filter are in none of the ``parts``, other than for a problem.

        By reason, which is one of ``REASONS``; ``report`` is the one that ``parts`` was given.
        """
        without = report.of(settings.leave_out) if report else ()
        with self._store.snapshot() as db:
            return choosing.unwritten(db, settings, parts, len(without))

    def preview(self, settings: ExportSettings, part: Part, count: int) -> list[str]:
        """The first rows of a data file, each exactly as it is written.

        Of a table in CSV the header comes first; a Parquet file is no text, its rows are shown as
        they are read back.
        """
        format, layout = FORMATS[settings.layout.format], settings.layout
        with self._store.snapshot() as db:
            ids = pairs.ids(db, part.wanted, count)
            found = [pair for id in ids if (pair := pairs.get(db, self._project, id))]
        rows = [row for pair in found for row in format.rows(pair, layout)][:count]
        return showing.shown(format, rows, layout)

    def lines(self, settings: ExportSettings) -> Iterator[bytes]:
        """The bytes of a data file with everything in it, as they would be written."""
        format, layout = FORMATS[settings.layout.format], settings.layout
        with self._store.snapshot() as db:
            found = pairs.matching(db, choosing.narrowed(settings))
            yield from format.encoded(
                (row for pair in found for row in format.rows(pair, layout)), layout
            )

    @staticmethod
    def key(settings: ExportSettings) -> str:
        """What is the same for the same settings, to keep what was worked out from them."""
        return as_json(exports.to_dict(settings))

    def mark(self) -> tuple[int, ...]:
        """What is another one whenever the project's pairs, or what was said of them, may be."""
        with self._store.reading() as db:
            return exports.mark(db, self._project)

    def check(self, settings: ExportSettings, told: Told = _quiet) -> Report:
        """Look at everything the filter and the format take, before anything is left out."""
        lengths.measure(settings.tokenizer)
        with self._store.snapshot() as db:
            return bundle.checked(db, settings, told)

    # Writing -----------------------------------------------------------------------------------

    def write(
        self, settings: ExportSettings, path: Path | None = None, told: Told = _quiet
    ) -> Export:
        """Write an export, whole or not at all, and add it to the history.

        A path with a file ending is that one file, any other the folder of a bundle; without one it
        is a new bundle in the folder ``exports`` beside the database. Raises ``ExportError``.
        """
        _refuse_unnamed(path)
        if path is not None and path.suffix and not is_folder(path):
            check_place(path, self._store.files)
            _refuse_another_ending(path, settings.layout.format)
            return bundle.write_file(self._store, settings, path, told, ending=path.suffix)
        return bundle.write_bundle(self._store, settings, path or self._new(settings), told)

    def write_file(self, settings: ExportSettings, path: Path, told: Told = _quiet) -> Export:
        """Write what a run has kept as one file, whatever its name and even if that is nothing.

        Raises ``ExportError``.
        """
        _refuse_unnamed(path)
        ending = FORMATS[settings.layout.format].ending
        return bundle.write_file(
            self._store, settings, path, told, ending=ending, may_be_empty=True
        )

    def _new(self, settings: ExportSettings) -> Path:
        """A place that nothing is at yet."""
        home = self._store.path.parent / FOLDER
        stem = f"{self.stem()}-{settings.layout.format}-{datetime.now():%Y%m%d-%H%M%S}"
        names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
        return next(home / name for name in names if not (home / name).exists())

    def stem(self) -> str:
        """The project's name with nothing in it that a shell or a file system reads."""
        with self._store.reading() as db:
            row = projects.by_id(db, self._project) or {"name": ""}
        return re.sub(r"[^a-z0-9]+", "-", row["name"].casefold()).strip("-")[:60] or "pairs"

    # History -----------------------------------------------------------------------------------

    def history(self, limit: int, offset: int = 0) -> list[Export]:
        """What was exported, newest first."""
        with self._store.reading() as db:
            return exports.listed(db, self._project, limit, offset)

    def get(self, number: int) -> Export:
        """One export. Raises ``StoreError`` when there is none."""
        with self._store.reading() as db:
            found = exports.get(db, self._project, number)
        if found is None:
            raise StoreError(f"There is no export {number}.", "'codeclm exports' lists them.")
        return found

    def changes(self, export: Export) -> Change:
        """What has changed since in the pairs that an export's filter takes.

        Pairs that it left out for balance or for a problem are neither new nor gone.
        """
        with self._store.snapshot() as db:
            return exports.change_since(db, export.id, choosing.narrowed(export.settings))

    def place(self, export: Export) -> Path:
        """Where an export lies, or lay. The history keeps what is beside the database by name."""
        return self._store.path.parent / export.path

    def made(self, path: Path) -> bool:
        """Whether an export of this database was written to a path."""
        with self._store.reading() as db:
            return exports.is_at(db, str(bundle.kept(self._store, path)))

    def is_there(self, export: Export) -> bool:
        """Whether its files are still where they were written, by their names and sizes."""
        return places.is_there(self.place(export), export)

    def download(self, export: Export, file: str = "") -> tuple[str, Iterator[bytes]]:
        """A name and the bytes of one data ``file`` of an export, or of all of it.

        A bundle becomes a zip file on the way. Raises ``ExportError`` for a file that the export
        does not have, or that is not there any more; when the first bytes are asked for, also for
        a data file that is not as it was written.
        """
        known = {found.path: found for found in export.files}
        if file and file not in known:
            raise ExportError(f"Export {export.id} has no such file.", "Download all of it.")
        place = self.place(export)
        if not is_folder(place):
            if not place.is_file():
                raise _gone(export)
            return place.name, _chunks(place, export, export.files[0])
        names = places.files_of(place, export.digest)
        if not names or (file and file not in names):
            raise _gone(export)
        if file:
            return f"{place.name}-{Path(file).name}", _chunks(place / file, export, known[file])
        return f"{place.name}.zip", self._zipped(export, names)

    def _zipped(self, export: Export, names: tuple[str, ...]) -> Iterator[bytes]:
        yield from zipping.zipped(self.bundle(export), names)

    def bundle(self, export: Export) -> Path:
        """The folder of an export whose data files are as they were written.

        Raises ``ExportError`` where they are not, and for an export that is one file.
        """
        place = self.place(export)
        if place.is_file():
            raise ExportError(f"{place.name} is no bundle.", "Export to a folder, then take that.")
        if not places.is_whole(place, export):
            raise _gone(export)
        return place

    def forget(self, export: Export) -> None:
        """Take an export out of the history, and its files if they lie beside the database.

        What lies there by now of another export, or of a person, stays.
        """
        place = self.place(export)
        ours = place.parent == self._store.path.parent / FOLDER
        with self._store.writing() as db:
            exports.forget(db, export.id)
            shared = exports.is_at(db, export.path)
        if ours and not shared:
            places.remove(place, export.digest)

    # Terms -------------------------------------------------------------------------------------

    @property
    def terms(self) -> Terms:
        """What a person has said of the project's data sets."""
        with self._store.reading() as db:
            return exports.terms(db, self._project)

    def say(self, terms: Terms) -> None:
        """Keep what a person says of them."""
        with self._store.writing() as db:
            exports.save_terms(db, self._project, terms)


def _refuse_unnamed(path: Path | None) -> None:
    """Refuse a place that the history could not tell, before anything is written there."""
    if path is not None and not is_storable(str(path.absolute())):
        raise ExportError(f"The path {path} is not UTF-8.", "Choose another name or folder.")


def _refuse_another_ending(path: Path, format: str) -> None:
    """A file called by an ending that is not its format's would be read as what it is not."""
    endings = FORMATS[format].endings
    if path.suffix.lower() not in endings:
        raise ExportError(
            f"{path.name} does not end as {format} does, in {' or '.join(endings)}.",
            f"Call it {path.stem}{endings[0]}; the folder of a bundle has no ending.",
        )


def _gone(export: Export) -> ExportError:
    return ExportError(
        f"The files of export {export.id} are not where they were written, or were changed since.",
        "Export the same choice again: its data files will be the same bytes"
        " unless something has changed.",
    )


def _chunks(path: Path, export: Export, known: DataFile) -> Iterator[bytes]:
    """The bytes of a data file, if they are those that were written."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != known.sha256:
            raise _gone(export)
        file.seek(0)
        while chunk := file.read(1 << 18):
            yield chunk
