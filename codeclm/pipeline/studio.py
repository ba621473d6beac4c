"""The studio: one database, its projects, runs, endpoints and jobs. Where every caller starts."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from codeclm.errors import SettingsError, StoreError, is_storable
from codeclm.pipeline import doctor, endpoints, upkeep
from codeclm.pipeline.ownership import is_taken, owned
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.pipeline.worker import ensure_worker, tail_of_log
from codeclm.records import Size
from codeclm.settings import Endpoint, database_path, presets
from codeclm.store import jobs, projects, runs, views
from codeclm.store.connection import Store
from codeclm.store.jobs import Job


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
        """The run that was planned last. Raises ``StoreError`` when there is none."""
        found = self.runs()
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

    # Jobs for the worker -----------------------------------------------------------------------

    def submit_run(self, run: Run) -> int:
        """Have the worker bring a run further, once. Returns the job's id."""
        project = run.row.project
        at_work = is_taken(self.path)
        with self.store.writing() as db:
            if not at_work:
                # What a dead process left as running would be waited for in vain.
                jobs.interrupt_all(db)
            open_ = jobs.open_of_run(db, run.id)
            job = open_[0].id if open_ else jobs.add(db, "run", {}, project=project, run=run.id)
        ensure_worker(self.store)
        return job

    def submit_test(self, model: str) -> int:
        """Have the worker make one tiny call to a model. Returns the job's id."""
        with self.store.writing() as db:
            job = jobs.add(db, "test", {"model": model})
        ensure_worker(self.store)
        return job

    def newest_test(self, model: str) -> Job | None:
        """The job that tested this model last, None when it never was."""
        with self.store.reading() as db:
            number = views.newest_test(db, model)
        return None if number is None else self.job(number)

    def job(self, number: int) -> Job:
        """A job as it stands. While it waits and nobody is at work, a worker is started.

        Raises ``StoreError`` when there is none.
        """
        with self.store.reading() as db:
            job = jobs.get(db, number)
        if job is None:
            raise StoreError(f"There is no job {number}.")
        if job.state == "queued":
            ensure_worker(self.store)
        elif job.state == "running" and not is_taken(self.path):
            with self.store.writing() as db:
                jobs.interrupt_all(db)
                job = jobs.get(db, number) or job
        return job

    def jobs(self, limit: int = 50) -> list[Job]:
        """The open jobs of all projects and the newest others, newest first."""
        with self.store.reading() as db:
            found = jobs.listed(db, limit)
        # A look at an open job notices a process that is gone, and starts one where none is.
        return [self.job(job.id) if job.is_open else job for job in found]

    def stop(self, job: Job) -> None:
        """Ask the worker to finish what a job has in flight and stop it."""
        with self.store.writing() as db:
            jobs.want_stop(db, job.id)

    def log(self, lines: int = 40) -> str:
        """The end of the worker's log; empty while there is none."""
        return tail_of_log(self.store, lines)

    def job_of(self, run: Run) -> Job | None:
        """The newest job of a run."""
        with self.store.reading() as db:
            return jobs.of_run(db, run.id)

    def stop_run(self, run: Run) -> None:
        """Ask the worker to finish what is in flight and stop."""
        with self.store.writing() as db:
            for job in jobs.open_of_run(db, run.id):
                jobs.want_stop(db, job.id)

    # Health ------------------------------------------------------------------------------------

    def doctor(self) -> list[doctor.Finding]:
        """Everything that is wrong with the database; empty when nothing is."""
        return doctor.examine(self.store)

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

    def worker(self) -> dict[str, Any] | None:
        with self.store.reading() as db:
            return jobs.worker(db)
