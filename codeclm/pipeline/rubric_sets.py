"""The rubrics and actions of a project's metadata entries: versions, trials, and a library."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from codeclm.errors import SettingsError, is_storable
from codeclm.records import Rubric
from codeclm.store import library, rubrics, views
from codeclm.store.connection import Store
from codeclm.store.views import Trial


class RubricSets:
    """The rubric sets of one project, read from the store at that moment; entries by their ids."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def current(self, entry: int) -> list[Rubric]:
        """The current rubrics and actions of an entry, none before they are written."""
        with self._store.reading() as db:
            found = rubrics.current(db, entry)
            return rubrics.read(db, found) if found else []

    def save(self, entry: int, written: Sequence[Rubric]) -> None:
        """Keep a person's version of an entry's rubrics as the current one.

        Raises ``SettingsError`` when none is left, or one lacks its rubric or its action.
        """
        self.give([entry], written)

    def give(self, entries: Collection[int], written: Sequence[Rubric]) -> None:
        """Give several entries the same rubrics, each as its next version, all of them or none."""
        _check(written)
        with self._store.writing() as db:
            for entry in entries:
                rubrics.save(db, entry, written, "hand")

    def versions(self, entry: int) -> list[dict[str, object]]:
        """The history of an entry's set, newest first: id, version, origin, created_at."""
        with self._store.reading() as db:
            return rubrics.versions(db, entry)

    def version(self, number: int) -> list[Rubric]:
        """The rubrics of one version by its id."""
        with self._store.reading() as db:
            return rubrics.read(db, number)

    def trials(self, entry: int) -> list[Trial]:
        """What actions were tried on an instruction of an entry, the newest first."""
        with self._store.reading() as db:
            return views.trials(db, self._project, entry)

    # The library -------------------------------------------------------------------------------

    def library(self) -> dict[str, list[Rubric]]:
        """The sets that were kept under a name, whatever project they came from."""
        with self._store.reading() as db:
            return library.saved(db)

    def keep(self, name: str, written: Sequence[Rubric]) -> None:
        """Keep a set under a name, in the place of one that was kept under it before."""
        name = " ".join(name.split())
        if not name or not is_storable(name):
            raise SettingsError("A set in the library needs a name.", "Give it one.")
        _check(written)
        with self._store.writing() as db:
            library.save(db, name, written)

    def forget(self, name: str) -> None:
        """Take a set out of the library; entries that were given it keep it."""
        with self._store.writing() as db:
            library.remove(db, name)


def _check(written: Sequence[Rubric]) -> None:
    for place, pair in enumerate(written, 1):
        if not pair.rubric.strip() or not pair.action.strip():
            missing = "action" if pair.rubric.strip() else "rubric"
            raise SettingsError(
                f"Rubric {place} has no {missing}.", "Write it, or remove the rubric."
            )
    if not any(pair.enabled for pair in written):
        raise SettingsError(
            "An entry needs at least one rubric in use.",
            "Without one nothing of it can be improved; reject the entry if that is meant.",
        )
