"""The app's worker: one a database, started when there is work, gone when there is none."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from codeclm.errors import StoreError
from codeclm.pipeline import chores, probe
from codeclm.pipeline.ownership import is_taken, owned
from codeclm.pipeline.runner import Runner
from codeclm.pipeline.session import bring
from codeclm.settings import PACKAGE
from codeclm.store import jobs, runs
from codeclm.store.connection import Store
from codeclm.store.jobs import Job

#: Seconds between two looks at the job table.
TICK = 0.2
#: Seconds without work after which the worker ends.
IDLE = 120.0


#: The worker this process has started for each database; it takes a second to own its work.
_started: dict[Path, subprocess.Popen[bytes]] = {}
_starting = threading.Lock()


def ensure_worker(store: Store) -> None:
    """Start a worker in a process group of its own, unless one is at work or on its way."""
    with _starting:
        known = _started.get(store.path)
        if (known and known.poll() is None) or is_taken(store.path):
            return
        if known and known.returncode and not _has_worked(store, known.pid):
            _started.pop(store.path)
            raise StoreError(
                "The worker that does the app's jobs could not start.",
                f"Its log, {_log_of(store).name} beside the database, says why; then try again.",
            )
        _started[store.path] = _start(store)


def _has_worked(store: Store, process: int) -> bool:
    """Whether a process was a worker before it ended; then another one may do better."""
    with store.reading() as db:
        last = jobs.worker(db)
    return last is not None and last["pid"] == process


def _start(store: Store) -> subprocess.Popen[bytes]:
    # The child must find the very package that starts it, installed or not.
    paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with _log_of(store).open("ab") as out:
        # The worker outlives the page, the session and the server; it reports through the store.
        return subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "codeclm.cli", "worker", "--db", str(store.path)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env=environment,
        )


def tail_of_log(store: Store, lines: int) -> str:
    """The last lines that workers of this database have written."""
    try:
        with _log_of(store).open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 200 * lines))
            text = log.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _log_of(store: Store) -> Path:
    return Path(f"{store.path}.worker.log")


def work(store: Store, idle: float = IDLE) -> None:
    """Own the database's work and do its jobs until there are none for ``idle`` seconds."""
    with owned(store):
        try:
            # Whoever finds the work taken goes by this whether it is by a worker.
            with store.writing() as db:
                jobs.beat(db, busy=False)
            asyncio.run(_Worker(store).work(idle))
        finally:
            # A heartbeat that is left behind would be taken for one of a living worker.
            with suppress(StoreError), store.writing() as db:
                jobs.leave(db)


class _Worker:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._runners: dict[int, Runner] = {}
        self._running: int | None = None
        self._alone: asyncio.Task[None] | None = None

    async def work(self, idle: float) -> None:
        last = time.monotonic()
        with self._store.writing() as db:
            # That was meant for whoever worked before.
            jobs.ask_to_leave(db, leave=False)
        while True:
            if self._alone:
                # Making the file smaller keeps everybody from writing, a heartbeat too.
                await asyncio.wait([self._alone])
            try:
                leave, queued = await asyncio.to_thread(self._look, bool(self._tasks))
                for job in queued:
                    self._take(job)
                self._hear_stops()
            except StoreError as error:
                # Somebody holds the database, or its disk is full: what is being done goes on.
                if not self._tasks:
                    raise
                print(error, file=sys.stderr)
                leave = False
            if self._tasks:
                last = time.monotonic()
            elif leave or time.monotonic() - last > idle:
                break
            await asyncio.sleep(TICK)

    def _look(self, busy: bool) -> tuple[bool, list[Job]]:
        """Say that the worker lives. Returns whether it is to leave, and what waits to be done."""
        with self._store.writing() as db:
            leave = jobs.beat(db, busy=busy)
            return leave, jobs.queued(db)

    def _take(self, job: Job) -> None:
        """Start a job: small ones at once, runs one after the other.

        A deletion that finds nobody at work has the worker to itself until it is over.
        """
        if self._alone or (job.kind == "run" and self._running is not None):
            return
        with self._store.writing() as db:
            if not jobs.start(db, job.id):
                return
        if job.kind == "run":
            self._running = job.id
        busy = "Other jobs are at work." if self._tasks else ""
        task = asyncio.get_running_loop().create_task(self._do(job, busy))
        if job.kind == "delete" and not busy:
            self._alone = task
        self._tasks[job.id] = task
        task.add_done_callback(lambda _: self._over(job))

    def _over(self, job: Job) -> None:
        if self._tasks.pop(job.id, None) is self._alone:
            self._alone = None
        self._runners.pop(job.id, None)
        if self._running == job.id:
            self._running = None

    def _hear_stops(self) -> None:
        for number, task in self._tasks.items():
            with self._store.reading() as db:
                job = jobs.get(db, number)
            if not job or not job.stop_wanted:
                continue
            if number in self._runners:
                self._runners[number].stop()
            elif job.kind == "test":
                task.cancel()

    async def _do(self, job: Job, busy: str) -> None:
        if job.kind in chores.KINDS:
            await asyncio.to_thread(chores.do, self._store, job, busy=busy)
            return
        with chores.recorded(self._store, job) as end:
            try:
                match job.kind:
                    case "run":
                        end.state, end.message = await self._bring(job)
                    case "test":
                        model = job.arguments["model"]
                        end.result = await probe.try_model(self._store, model)
                        end.state = "finished"
            except asyncio.CancelledError:
                end.state = "stopped"
                raise

    async def _bring(self, job: Job) -> tuple[str, str]:
        if job.run is None:
            raise StoreError("This job names no run.")

        def listen(runner: Runner) -> None:
            self._runners[job.id] = runner

        state = await bring(self._store, job.run, listen)
        with self._store.reading() as db:
            row = runs.get(db, job.run)
        return state, row.message if row else ""
