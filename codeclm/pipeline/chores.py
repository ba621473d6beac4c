"""Jobs that ask no model and take longer than a blink: imports, backups, deleting a project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from codeclm.errors import CodeclmError, StoreError
from codeclm.ingest import PairFields
from codeclm.pipeline import upkeep
from codeclm.pipeline.uploads import Uploads
from codeclm.records import Upload
from codeclm.store import jobs
from codeclm.store.connection import Store
from codeclm.store.jobs import Job

KINDS = frozenset({"import", "backup", "delete"})


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
        case _:
            raise StoreError(f"There is no job of the kind {job.kind!r}.")


def _import(store: Store, job: Job) -> dict[str, Any]:
    def told(words: str) -> None:
        with store.writing() as db:
            if jobs.tell(db, job.id, words):
                raise _StopWanted

    if job.project is None:
        raise StoreError("This job names no project.")
    given = dict(job.arguments)
    uploads = Uploads(store, job.project)
    if "pairs" in given:
        fields, answered = PairFields(**given.pop("pairs")), given.pop("answered")
        brought = uploads.bring_in_pairs(Upload(**given), fields, answered, told)
        return {**asdict(brought), "skipped": len(brought.skipped)}
    field, input_field = given.pop("field"), given.pop("input_field")
    done = uploads.bring_in(Upload(**given), field, input_field, told)
    return {"added": done.added, "known": done.known, "skipped": len(done.skipped)}
