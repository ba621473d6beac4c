"""The studio: one database, its projects, runs, endpoints and jobs. Where every caller starts."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from codeclm.errors import SettingsError, StoreError, is_storable
from codeclm.pipeline import comparing, doctor, endpoints, restoring, upkeep
from codeclm.pipeline.jobs import Jobs
from codeclm.pipeline.ownership import owned
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.records import Compared, Equal, Restored, Size
from codeclm.settings import Endpoint, database_path, presets
from codeclm.store import projects, runs, views
from codeclm.store.connection import Store


class Studio:
    """A database and everything in it. Safe to share between threads; a context manager."""

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.store = Store(database_path(path))

    @property
    def path(self) -> Path:
        return self.store.path

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Projects ----------------------------------------------------------------------------------

    def projects(self) -> list[views.ProjectCard]:
        """Every project at a glance, the one worked on last first."""
        with self.store.reading() as db:
            return views.project_cards(db)

    def project(self, name: str) -> Project:
        """The project of this name. Raises ``SettingsError`` when there is none."""
        found = self.known_project(name)
        if found is None:
            raise SettingsError(f"There is no project {name!r}.", "'codeclm projects' lists them.")
        return found

    def known_project(self, name: str) -> Project | None:
        """The project of this name, None when there is none."""
        if not is_storable(name):
            return None
        with self.store.reading() as db:
            row = projects.by_name(db, " ".join(name.split()))
        return Project(self.store, row["id"]) if row else None

    def project_of(self, number: int) -> Project:
        """The project of this number. Raises ``StoreError`` when there is none."""
        project = Project(self.store, number)
        if not project.row:
            raise StoreError("This project does not exist.")
        return project

    def create_project(self, name: str) -> Project:
        """Add a project. Raises ``SettingsError`` when the name is empty or taken."""
        name = " ".join(name.split())
        if not name:
            raise SettingsError("A project needs a name.", "Type one.")
        if not is_storable(name):
            raise SettingsError("This name holds characters nothing can show.", "Type another.")
        try:
            with self.store.writing() as db:
                return Project(self.store, projects.create(db, name))
        except sqlite3.IntegrityError as error:
            raise SettingsError(
                f"There is a project {name!r} already.", "Choose another name, or open that one."
            ) from error

    def open_project(self, name: str) -> Project:
        """The project of this name, made if there is none."""
        return self.known_project(name) or self.create_project(name)

    # Runs --------------------------------------------------------------------------------------

    def runs(self) -> list[Run]:
        """Every run, newest first."""
        with self.store.reading() as db:
            return [Run(self.store, row.id) for row in runs.listed(db)]

    def run(self, number: int) -> Run:
        """The run of this number. Raises ``StoreError`` when there is none."""
        run = Run(self.store, number)
        _ = run.row
        return run

    def newest_run(self) -> Run:
        """The run that was planned last, previews and trials aside.

        Raises ``StoreError`` when there is none.
        """
        found = [run for run in self.runs() if run.settings.goal not in ("preview", "trial")]
        if not found:
            raise StoreError("There is no run yet.", "'codeclm synthesize' makes one.")
        return found[0]

    def refuse_taken(self) -> None:
        """Raise ``WorkTaken`` while another process is at work; an idle worker leaves.

        Asked before something is planned or changed that only this process would go on with.
        """
        with owned(self.store):
            return

    def newest_unfinished(self) -> Run:
        """The run that resume goes on with. Raises ``StoreError`` when all are finished."""
        with self.store.reading() as db:
            number = runs.newest_unfinished(db)
        if number is None:
            raise StoreError("There is no unfinished run.", "'codeclm runs' lists them all.")
        return Run(self.store, number)

    def compare(
        self, runs: Sequence[int], *, equal: Equal = "calls", baseline: int | None = None
    ) -> Compared:
        """Runs side by side, cut to an equal budget; see ``comparing`` for what that means.

        Raises ``SettingsError`` for runs that cannot be compared, ``StoreError`` for none.
        """
        return comparing.compare(self.store, runs, equal=equal, baseline=baseline)

    # Endpoints ---------------------------------------------------------------------------------

    def endpoints(self) -> dict[str, Endpoint]:
        """Every endpoint by name: the presets, and those a person has defined over them."""
        with self.store.reading() as db:
            return presets() | projects.endpoints(db)

    def own_endpoints(self) -> dict[str, Endpoint]:
        with self.store.reading() as db:
            return projects.endpoints(db)

    def save_endpoint(self, endpoint: Endpoint) -> None:
        """Add or replace an endpoint. Raises ``SettingsError`` when it makes no sense."""
        endpoints.check(endpoint)
        with self.store.writing() as db:
            projects.save_endpoint(db, endpoint)

    def delete_endpoint(self, name: str) -> None:
        """Remove an endpoint a person has defined. Raises ``SettingsError`` when there is none."""
        with self.store.writing() as db:
            if name not in projects.endpoints(db):
                raise SettingsError(
                    f"There is no endpoint {name!r} of your own.", "Presets cannot be removed."
                )
            projects.delete_endpoint(db, name)

    @property
    def jobs(self) -> Jobs:
        """What the worker is to do, does and did."""
        return Jobs(self.store)

    # Health ------------------------------------------------------------------------------------

    def doctor(self) -> list[doctor.Finding]:
        """Everything that is wrong with the database; empty when nothing is."""
        return doctor.examine(self.store)

    def restore(self, path: str | os.PathLike[str], name: str | None = None) -> Restored:
        """Restore a native bundle (its folder, its ``project.jsonl`` or a zip of it) as a project.

        All of it or nothing. It has the name it had, made unlike others, or ``name``. Raises
        ``ImportFileError`` for what is no such bundle, ``SettingsError`` for a name that is taken.
        """
        return restoring.restore(self.store, Path(path), name=name)

    def size(self) -> Size:
        """The bytes of the database, of what is free in it and of its raw replies."""
        return upkeep.size(self.store)

    def backup(self, path: str | os.PathLike[str] | None = None, *, force: bool = False) -> Path:
        """Copy the database into one file, also while a run goes on; returns where it is.

        Without ``path`` that is a new file in the folder ``backups`` beside the database. Raises
        ``ExportError`` when it cannot be written, or is there already and not to be replaced.
        """
        return upkeep.back_up(self.store, Path(path) if path else None, force=force)

    def prune(
        self,
        project: Project | None = None,
        *,
        older_than: float | None = None,
        failures: bool = False,
        dry_run: bool = False,
    ) -> upkeep.Pruned:
        """Empty the raw replies of finished runs and give their space back.

        ``older_than`` is in days; ``failures`` takes the raw text of what failed along. Data sets
        stay as they are; what was pruned is paid for again when it is asked again.
        """
        return upkeep.prune(
            self.store,
            project.id if project else None,
            older_than=older_than,
            failures=failures,
            dry_run=dry_run,
        )
