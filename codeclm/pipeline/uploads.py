"""From a file that somebody brought to a project's seeds or pairs; it is kept until then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from codeclm import ingest
from codeclm.errors import StoreError
from codeclm.ingest import PairFields, SeedFile
from codeclm.pipeline import importing
from codeclm.pipeline.wording import Wording
from codeclm.records import PairImport, SeedImport, Upload
from codeclm.store import seeds, uploads
from codeclm.store.connection import Store
from codeclm.store.uploads import Purpose

if TYPE_CHECKING:
    from sqlite_utils import Database


class Uploads:
    """The one file that a project is about to import, for one purpose."""

    def __init__(self, store: Store, project: int, purpose: Purpose = "source") -> None:
        self._store = store
        self._project = project
        self._purpose: Purpose = purpose

    def keep(self, name: str, data: bytes) -> None:
        """Keep a file in the place of the one before."""
        with self._store.writing() as db:
            uploads.keep(db, self._project, ingest.file_name(name), data, self._purpose)

    def kept(self) -> Upload | None:
        """What is kept, None when nothing is."""
        with self._store.reading() as db:
            return uploads.kept(db, self._project, self._purpose)

    def data(self, sha256: str) -> bytes:
        """The bytes of the kept file. Raises ``StoreError`` when it is another one by now."""
        with self._store.reading() as db:
            found = uploads.data(db, self._project, sha256, self._purpose)
        if found is None:
            raise StoreError(
                "This file is not here any more: it was imported, put away or exchanged.",
                "Look at what is there now, or bring it once more.",
            )
        return found

    def forget(self) -> None:
        """Put the kept file away."""
        with self._store.writing() as db:
            uploads.forget(db, self._project, purpose=self._purpose)

    def bring_in(
        self,
        upload: Upload,
        field: str | None,
        input_field: str | None,
        told: Callable[[str], None] = lambda words: None,
    ) -> SeedImport:
        """Import the kept file, all of it or nothing, and put it away.

        ``told`` hears how far it is, and may raise to end it before anything is stored. Raises
        ``ImportFileError`` as ``ingest`` does.
        """
        told("reading the file")
        rows = ingest.read_rows(self.data(upload.sha256), upload.name)
        told("looking for duplicates")
        file = ingest.seeds(rows, field, input_path=input_field)
        told(f"storing {len(file.seeds)} seeds")
        with self._store.writing() as db:
            done = record(db, self._project, file, name=upload.name)
            uploads.forget(db, self._project, upload.sha256, self._purpose)
        return done

    def bring_in_pairs(
        self,
        upload: Upload,
        fields: PairFields,
        answered: Mapping[str, Any],
        told: Callable[[str], None] = lambda words: None,
    ) -> PairImport:
        """Import the kept file as pairs, all of it or nothing, and put it away.

        ``answered`` are settings of ``importing.settings``, such as who answered. ``told`` and
        errors are those of ``bring_in``.
        """
        told("reading the file")
        rows = ingest.read_rows(self.data(upload.sha256), upload.name)
        told("looking for duplicates")
        file = ingest.pairs(rows, fields)
        own = Wording(self._store, self._project).own
        wanted = importing.settings(file, prompts=own, **answered)
        told(f"storing {len(file.pairs)} pairs")
        with self._store.writing() as db:
            done = importing.record(db, self._project, file, wanted, name=upload.name)
            uploads.forget(db, self._project, upload.sha256, self._purpose)
        return done


def record(db: Database, project: int, file: SeedFile, *, name: str) -> SeedImport:
    """Store a file's seeds, inside the caller's transaction."""
    added, known = seeds.add(
        db,
        project,
        file.seeds,
        name=name,
        sha256=file.sha256,
        field=file.path,
        skipped=len(file.skipped),
    )
    skipped = tuple((row.line, row.reason) for row in file.skipped)
    return SeedImport(added=added, known=known, skipped=skipped, notes=file.notes)
