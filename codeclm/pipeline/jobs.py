"""What the app has the worker do: giving it work, looking at it, stopping it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeclm.errors import StoreError
from codeclm.ingest import PairFields
from codeclm.pipeline import chores, looks, models
from codeclm.pipeline.exporting import Report
from codeclm.pipeline.ownership import is_taken, process_lives
from codeclm.pipeline.worker import ensure_worker, tail_of_log
from codeclm.records import Export, ExportSettings, LookKind, Upload
from codeclm.store import exports, jobs, views
from codeclm.store.connection import Store
from codeclm.store.jobs import Job, Kind
from codeclm.store.rows import as_json

if TYPE_CHECKING:
    from codeclm.pipeline.projects import Project
    from codeclm.pipeline.runs import Run

#: Seconds after which a worker that has not said that it lives is none.
SILENCE = 10.0
#: Seconds that a worker may take from owning the work to saying so.
ARRIVAL = 0.5


class Jobs:
    """The jobs of a database. A look at an open one starts a worker where it needs one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Giving work -------------------------------------------------------------------------------

    def submit_run(self, run: Run) -> int:
        """Have the worker bring a run further, once. Returns the job's id."""
        project = run.row.project
        at_work = is_taken(self._store.path)
        with self._store.writing() as db:
            if not at_work:
                # What a dead process left as running would be waited for in vain.
                jobs.interrupt_all(db)
            open_ = jobs.open_of_run(db, run.id)
            job = open_[0].id if open_ else jobs.add(db, "run", {}, project=project, run=run.id)
        ensure_worker(self._store)
        return job

    def submit_test(self, model: str) -> int:
        """Have the worker make one tiny call to a model. Returns the job's id."""
        with self._store.writing() as db:
            job = jobs.add(db, "test", {"model": model})
        ensure_worker(self._store)
        return job

    def submit_import(
        self, project: Project, upload: Upload, field: str | None, input_field: str | None
    ) -> int:
        """Have a project's kept file imported. Returns the job's id."""
        given = {**asdict(upload), "field": field, "input_field": input_field}
        return self._submit("import", given, project.id)

    def submit_pair_import(
        self, project: Project, upload: Upload, fields: PairFields, answered: Mapping[str, Any]
    ) -> int:
        """Have a project's kept file imported as pairs. Returns the job's id."""
        given = {**asdict(upload), "pairs": asdict(fields), "answered": dict(answered)}
        return self._submit("import", given, project.id)

    def submit_export(self, project: Project, settings: ExportSettings) -> int:
        """Have a bundle written into the database's folder of exports. Returns the job's id."""
        return self._submit("export", exports.to_dict(settings), project.id)

    def submit_check(self, project: Project, settings: ExportSettings, mark: Sequence[int]) -> int:
        """Have everything looked at that an export would take. Returns the job's id.

        ``mark`` is that of the project's pairs now: what is found holds while it is the same.
        """
        given = {"settings": exports.to_dict(settings), "mark": list(mark)}
        return self._submit("check", given, project.id)

    def checked(
        self, project: Project, settings: ExportSettings, mark: Sequence[int]
    ) -> Report | None:
        """What the newest check found, if it was one of just this. None otherwise."""
        given = {"settings": exports.to_dict(settings), "mark": list(mark)}
        found = self.newest("check", project, finished=True)
        # Settings that were stored have lists where there were tuples.
        if found is None or found.result is None or as_json(found.arguments) != as_json(given):
            return None
        return Report.from_dict(found.result)

    def submit_push(self, project: Project, export: Export, repo: str, *, private: bool) -> int:
        """Have an export's bundle pushed to a hub. Returns the job's id."""
        given = {"export": export.id, "repo": repo, "private": private}
        return self._submit("push", given, project.id)

    def submit_restore(self, path: Path) -> int:
        """Have a native bundle restored as a project. Returns the job's id."""
        return self._submit("restore", {"path": str(path)})

    def submit_look(self, project: Project, kind: LookKind, settings: Mapping[str, Any]) -> int:
        """Have the texts of a project's pairs looked at. Returns the job's id.

        Raises ``SettingsError``.
        """
        given = {
            "kind": kind,
            "settings": looks.Looks(self._store, project.id).settings(kind, settings),
        }
        return self._submit("look", given, project.id)

    def submit_pull(self, name: str, run: Run | None = None) -> int:
        """Have the file of a local model fetched, once. Returns the job's id.

        Its message says how far it is. ``run`` is started when nothing is missing for it any more.
        """
        under_way = self.pull_of(name)
        if under_way and under_way.is_open:
            return under_way.id
        given = {"name": name} if run is None else {"name": name, "run": run.id}
        return self._submit("pull", given)

    def submit_local(self, run: Run) -> None:
        """Have a run started, its local models fetched before."""
        lacking = models.lacking(run.settings)
        for name in lacking:
            self.submit_pull(name, run)
        if not lacking:
            self.submit_run(run)

    def pull_of(self, name: str) -> Job | None:
        """The job that fetched this local model last, or does; None when there was none."""
        with self._store.reading() as db:
            number = views.newest_pull(db, name)
        return None if number is None else self.get(number)

    def submit_backup(self) -> int:
        """Have the database copied into its folder of backups. Returns the job's id."""
        return self._submit("backup", {})

    def submit_deletion(self, project: Project) -> int:
        """Have a project deleted with everything in it, once. Returns the job's id."""
        under_way = self.deletions().get(project.id)
        if under_way and under_way.is_open:
            return under_way.id
        # Not a job of the project's own, which would go with it.
        return self._submit("delete", {"project": project.id, "name": project.name})

    def _submit(self, kind: Kind, arguments: dict[str, Any], project: int | None = None) -> int:
        with self._store.writing() as db:
            number = jobs.add(db, kind, arguments, project=project)
        self._see_to(number, kind, arguments)
        return number

    def _see_to(self, number: int, kind: Kind, arguments: Mapping[str, Any]) -> None:
        """Have somebody do a job that waits."""
        owned = is_taken(self._store.path)
        is_ours = kind in chores.KINDS and not chores.asks(kind, arguments)
        if owned and is_ours and not self._is_by_worker():
            # A run on the command line owns the work, perhaps for hours. This asks no model.
            if kind == "pull":
                # A page would stand still for as long as a download takes.
                threading.Thread(target=self._do_here, args=[number], daemon=True).start()
            else:
                self._do_here(number)
        elif not owned:
            ensure_worker(self._store)

    def _is_by_worker(self) -> bool:
        """Whether the work is taken by a worker; one that has just come says so a moment later."""
        until = time.monotonic() + ARRIVAL
        while not self._worker_lives():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def _worker_lives(self) -> bool:
        worker = self.worker()
        if worker is None:
            return False
        # While it makes the file smaller it says nothing.
        age = datetime.now(UTC) - datetime.fromisoformat(worker["heartbeat"])
        return age < timedelta(seconds=SILENCE) or process_lives(worker["pid"])

    def _do_here(self, number: int) -> None:
        with self._store.writing() as db:
            taken = jobs.start(db, number)
            job = jobs.get(db, number)
        if job and taken:
            chores.do(self._store, job)

    # Looking -----------------------------------------------------------------------------------

    def get(self, number: int) -> Job:
        """A job as it stands. While it waits and nobody is at work, a worker is started.

        Raises ``StoreError`` when there is none.
        """
        with self._store.reading() as db:
            job = jobs.get(db, number)
        if job is None:
            raise StoreError(f"There is no job {number}.")
        if job.state == "queued":
            self._see_to(number, job.kind, job.arguments)
        elif job.state == "running" and not is_taken(self._store.path):
            with self._store.writing() as db:
                jobs.interrupt_all(db)
                job = jobs.get(db, number) or job
        return job

    def listed(self, limit: int = 50) -> list[Job]:
        """The open jobs of all projects and the newest others, newest first."""
        with self._store.reading() as db:
            found = jobs.listed(db, limit)
        # A look at an open job notices a process that is gone, and starts one where none is.
        return [self.get(job.id) if job.is_open else job for job in found]

    def newest(
        self, kind: Kind, project: Project | None = None, *, finished: bool = False
    ) -> Job | None:
        """The newest job of a kind, for a project or for none; of the finished ones, or of all."""
        state = "finished" if finished else None
        with self._store.reading() as db:
            job = jobs.newest(db, kind, project.id if project else None, state)
        return self.get(job.id) if job and job.is_open else job

    def newest_look(self, project: Project, kind: LookKind) -> Job | None:
        """The newest job that looks for this in a project, None when there was none."""
        with self._store.reading() as db:
            number = views.newest_look(db, project.id, kind)
        return None if number is None else self.get(number)

    def newest_test(self, model: str) -> Job | None:
        """The job that tested this model last, None when it never was."""
        with self._store.reading() as db:
            number = views.newest_test(db, model)
        return None if number is None else self.get(number)

    def of_run(self, run: Run) -> Job | None:
        """The newest job of a run."""
        with self._store.reading() as db:
            return jobs.of_run(db, run.id)

    def deletions(self) -> dict[int, Job]:
        """The newest deletion of each project that is still there, by the project's id."""
        with self._store.reading() as db:
            found = jobs.deletions(db)
        return {job.arguments["project"]: self.get(job.id) if job.is_open else job for job in found}

    def worker(self) -> dict[str, Any] | None:
        """The last known worker: pid, heartbeat, busy."""
        with self._store.reading() as db:
            return jobs.worker(db)

    def log(self, lines: int = 40) -> str:
        """The end of the worker's log; empty while there is none."""
        return tail_of_log(self._store, lines)

    # Stopping ----------------------------------------------------------------------------------

    def stop(self, job: Job) -> None:
        """Ask the worker to finish what a job has in flight and stop it."""
        with self._store.writing() as db:
            jobs.want_stop(db, job.id)

    def stop_run(self, run: Run) -> None:
        """Ask the worker to finish what is in flight and stop."""
        with self._store.writing() as db:
            for job in jobs.open_of_run(db, run.id):
                jobs.want_stop(db, job.id)
