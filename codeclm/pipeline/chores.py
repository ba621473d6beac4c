"""Jobs that take longer than a blink beside runs: imports, exports, looks, fetches, backups.

They ask no model, but for a look by embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from codeclm.errors import CodeclmError, StoreError
from codeclm.ingest import PairFields
from codeclm.pipeline import models, restoring, upkeep
from codeclm.pipeline.exporting import Exports, pushing
from codeclm.pipeline.looks import Looks
from codeclm.pipeline.uploads import Uploads
from codeclm.records import Upload
from codeclm.store import exports, jobs, runs
from codeclm.store.connection import Store
from codeclm.store.jobs import Job, Kind

KINDS = frozenset(
    {"import", "backup", "delete", "export", "check", "restore", "push", "look", "pull"}
)


def asks(kind: Kind, arguments: Mapping[str, Any]) -> bool:
    """Whether a job of these kinds asks a model, which only a worker does."""
    return kind == "look" and bool(arguments["settings"].get("embedding"))


class _StopWanted(Exception):
    """Somebody wants this job to stop, and nothing of it is done yet."""


@dataclass(slots=True)
class End:
    """How a job ends; interrupted until somebody knows better."""

    state: str = "interrupted"
    message: str = ""
    result: dict[str, Any] | None = None


@contextmanager
def recorded(store: Store, job: Job) -> Iterator[End]:
    """Record how a job ends, whatever happens in the block. An error of a person's ends there."""
    end = End()
    try:
        yield end
    except CodeclmError as error:
        end.state, end.message = "failed", str(error)
    except Exception as error:
        end.state, end.message = "failed", f"This is a bug of ours: {error!r}"
        raise
    finally:
        with store.writing() as db:
            jobs.end(db, job.id, end.state, end.message, end.result)


def do(store: Store, job: Job, *, busy: str | None = None) -> None:
    """Do a job that was taken, to its end, and record what came of it. Blocks.

    ``busy`` says what else goes on where the caller owns the database's work; None where nobody
    knows.
    """
    with recorded(store, job) as end:
        try:
            end.result = _done(store, job, busy)
            end.state = "finished"
        except _StopWanted:
            end.state = "stopped"


def _done(store: Store, job: Job, busy: str | None) -> dict[str, Any]:
    given = job.arguments
    match job.kind:
        case "import":
            return _import(store, job)
        case "backup":
            return {"path": str(upkeep.back_up(store, None, force=False))}
        case "delete":
            deleted = upkeep.delete(store, given["project"], busy=busy)
            return {"unshrunk": deleted.unshrunk}
        case "export":
            return _export(store, job)
        case "check":
            return _check(store, job)
        case "restore":
            return asdict(restoring.restore(store, Path(given["path"])))
        case "push":
            return _push(store, job)
        case "look":
            return _look(store, job)
        case "pull":
            return _pull(store, job)
        case _:
            raise StoreError(f"There is no job of the kind {job.kind!r}.")


def _told(store: Store, job: Job) -> Callable[[str], None]:
    """What says how far a job is, and raises ``_StopWanted`` when it is to stop."""

    def told(words: str) -> None:
        with store.writing() as db:
            if jobs.tell(db, job.id, words):
                raise _StopWanted

    return told


def _project(job: Job) -> int:
    if job.project is None:
        raise StoreError("This job names no project.")
    return job.project


def _export(store: Store, job: Job) -> dict[str, Any]:
    found = Exports(store, _project(job)).write(
        exports.from_dict(job.arguments), told=_told(store, job)
    )
    return {"export": found.id, "pairs": found.pairs, "rows": found.rows}


def _check(store: Store, job: Job) -> dict[str, Any]:
    settings = exports.from_dict(job.arguments["settings"])
    return asdict(Exports(store, _project(job)).check(settings, _told(store, job)))


def _push(store: Store, job: Job) -> dict[str, Any]:
    given = job.arguments
    found = Exports(store, _project(job))
    folder = found.bundle(found.get(given["export"]))
    return {"url": pushing.push(folder, given["repo"], given["private"])}


def _pull(store: Store, job: Job) -> dict[str, Any]:
    found = models.pull(job.arguments["name"], _told(store, job))
    if "run" in job.arguments:
        _start_if_ready(store, job.arguments["run"])
    return {"path": str(found.path)}


def _start_if_ready(store: Store, run: int) -> None:
    """Have a run started once all its models are here: whichever comes last does it."""
    with store.writing() as db:
        waiting = runs.get(db, run)
        if waiting and not models.lacking(waiting.settings) and not jobs.open_of_run(db, run):
            jobs.add(db, "run", {}, project=waiting.project, run=run)


def _look(store: Store, job: Job) -> dict[str, Any]:
    given = job.arguments
    found = Looks(store, _project(job)).look(given["kind"], given["settings"], _told(store, job))
    return {"look": found.id}


def _import(store: Store, job: Job) -> dict[str, Any]:
    told = _told(store, job)
    given = dict(job.arguments)
    uploads = Uploads(store, _project(job))
    if "pairs" in given:
        fields, answered = PairFields(**given.pop("pairs")), given.pop("answered")
        brought = uploads.bring_in_pairs(Upload(**given), fields, answered, told)
        return {**asdict(brought), "skipped": len(brought.skipped)}
    field, input_field = given.pop("field"), given.pop("input_field")
    done = uploads.bring_in(Upload(**given), field, input_field, told)
    return {"added": done.added, "known": done.known, "skipped": len(done.skipped)}
