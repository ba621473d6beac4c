"""What ended without a result in a project's runs: looked at, asked again, dismissed."""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.errors import CodeclmError, SettingsError, WorkTaken
from codeclm.pipeline.runs import Run
from codeclm.records import Failure, FailureFilter, FailureGroup
from codeclm.store import failures
from codeclm.store.connection import Store


class Failures:
    """The failures of one project. Dismissed ones count in the sums as before."""

    def __init__(self, store: Store, project: int) -> None:
        self._store = store
        self._project = project

    def groups(self, wanted: FailureFilter) -> list[FailureGroup]:
        """Those of a filter counted by run, step and kind."""
        with self._store.reading() as db:
            return failures.groups(db, self._project, wanted)

    def page(self, wanted: FailureFilter, limit: int, offset: int = 0) -> list[Failure]:
        """Some of a filter, the newest first, each with its raw reply."""
        with self._store.reading() as db:
            return failures.page(db, self._project, wanted, limit, offset)

    def dismiss(
        self, wanted: FailureFilter, only: Sequence[int] | None = None, *, on: bool = True
    ) -> int:
        """Put those of a filter, or ``only`` some, out of sight, or back. Returns how many."""
        with self._store.writing() as db:
            return failures.dismiss(db, self._project, wanted, only, on=on)

    def retry(self, wanted: FailureFilter, only: Sequence[int] | None = None) -> list[Run]:
        """Take those of a filter back; returns the runs that ask them again once brought further.

        Runs that are at work, or have nothing that could be asked again, are passed by. Raises
        ``WorkTaken`` or ``SettingsError`` when that goes for all of them.
        """
        retried: list[Run] = []
        refused: CodeclmError | None = None
        for run in (Run(self._store, number) for number in self._runs(wanted)):
            try:
                run.retry(wanted.step, wanted.kind, only)
            except (SettingsError, WorkTaken) as error:
                refused = refused or error
            else:
                retried.append(run)
        if refused and not retried:
            raise refused
        return retried

    def _runs(self, wanted: FailureFilter) -> list[int]:
        return list(dict.fromkeys(group.run for group in self.groups(wanted)))
