"""Jobs that ask no model: whole or not at all, beside runs, and where a command line is at work."""

from __future__ import annotations

import json
import os

import pytest

from codeclm.pipeline import chores, worker
from codeclm.pipeline.ownership import owned
from codeclm.pipeline.studio import Studio
from codeclm.records import Metadata, RunState
from codeclm.settings import RunSettings
from codeclm.store import jobs

ROWS = b"".join(
    json.dumps({"task": f"Question {number % 90}", "more": ""}).encode() + b"\n"
    for number in range(100)
)


@pytest.fixture(autouse=True)
def _no_process(monkeypatch):
    """Jobs are only queued; the tests run the worker themselves."""
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)


@pytest.fixture
def project(studio):
    return studio.create_project("garden")


def submit(studio, project, data=ROWS, field="task"):
    project.uploads.keep("../../questions.jsonl", data)
    return studio.jobs.submit_import(project, project.uploads.kept(), field, None)


def done(studio, number):
    worker.work(studio.store, idle=0.0)
    return studio.jobs.get(number)


def test_a_kept_file_is_imported_and_put_away(studio, project):
    job = done(studio, submit(studio, project))
    assert job.state == "finished"
    assert job.result == {"added": 90, "known": 0, "skipped": 10}
    assert [seed.text for seed in project.seeds(2)] == ["Question 0", "Question 1"]
    assert project.seeds(1)[0].file == "questions.jsonl"
    assert project.uploads.kept() is None
    assert studio.doctor() == []


def test_a_file_that_cannot_be_read_imports_nothing_and_stays(studio, project):
    job = done(studio, submit(studio, project, b'{"task": "one"}\n{"task": \n'))
    assert job.state == "failed"
    assert "questions.jsonl, line 2" in job.message
    assert project.card().seeds == 0
    assert project.uploads.kept().name == "questions.jsonl"


def test_a_file_that_was_exchanged_meanwhile_is_not_imported(studio, project):
    number = submit(studio, project)
    project.uploads.keep("other.txt", b"Another question")
    job = done(studio, number)
    assert job.state == "failed"
    assert "This file is not here any more" in job.message
    assert project.uploads.kept().name == "other.txt"


def test_an_import_stops_before_it_stores_anything(studio, project, monkeypatch):
    number = submit(studio, project)
    told = []

    def stop_at_storing(db, job, words):
        told.append(words)
        return words.startswith("storing")

    monkeypatch.setattr(jobs, "tell", stop_at_storing)
    assert done(studio, number).state == "stopped"
    assert told == ["reading the file", "looking for duplicates", "storing 90 seeds"]
    assert project.card().seeds == 0
    assert project.uploads.kept() is not None


def test_an_import_whose_process_dies_can_be_asked_for_again(studio, project):
    number = submit(studio, project)
    with studio.store.writing() as db:
        jobs.start(db, number)
    assert studio.jobs.newest("import", project).state == "interrupted"
    assert done(studio, submit(studio, project)).state == "finished"
    assert project.card().seeds == 90


def test_a_backup_says_where_it_lies(studio, project):
    job = done(studio, studio.jobs.submit_backup())
    assert job.state == "finished"
    with Studio(job.result["path"]) as copied:
        assert copied.projects() == studio.projects()


def test_a_project_is_deleted_and_the_job_stays(studio, project):
    number = studio.jobs.submit_deletion(project)
    assert list(studio.jobs.deletions()) == [project.id]
    assert done(studio, number).state == "finished"
    assert studio.projects() == []
    assert studio.jobs.deletions() == {}
    assert [job.id for job in studio.jobs.listed()] == [number]


def test_a_deletion_waits_for_nothing_and_runs_wait_for_it(studio, project):
    project.add_metadata([Metadata("pruning advice", ("plant care",))])
    models = {"strong": "simulated:strong", "target": "simulated:target"}
    other = studio.create_project("kitchen")
    other.add_metadata([Metadata("recipes", ("measuring units",))])
    deletion = studio.jobs.submit_deletion(project)
    run = other.plan_from_metadata(RunSettings(size=5, **models))
    studio.jobs.submit_run(run)
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(deletion).state == "finished"
    assert run.state is RunState.FINISHED
    assert [card.name for card in studio.projects()] == ["kitchen"]


@pytest.mark.parametrize("kind", ["import", "backup", "delete"])
def test_where_a_command_line_is_at_work_it_is_done_at_once(studio, project, kind):
    with owned(studio.store):
        match kind:
            case "import":
                number = submit(studio, project)
            case "backup":
                number = studio.jobs.submit_backup()
            case _:
                number = studio.jobs.submit_deletion(project)
        assert studio.jobs.get(number).state == "finished"


def test_where_a_worker_has_just_made_room_it_is_done_at_once(studio, project):
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.worker() is None
    with owned(studio.store):
        number = studio.jobs.submit_backup()
        assert studio.jobs.get(number).state == "finished"


def test_what_waited_before_a_command_line_took_over_is_done_at_a_look(studio, project):
    number = studio.jobs.submit_backup()
    assert studio.jobs.get(number).state == "queued"
    with owned(studio.store):
        studio.jobs.get(number)
        assert studio.jobs.get(number).state == "finished"


def test_no_job_is_taken_twice_or_after_it_was_stopped(studio, project):
    number = submit(studio, project)
    with studio.store.writing() as db:
        assert jobs.start(db, number)
        assert not jobs.start(db, number)
    other = submit(studio, project)
    studio.jobs.stop(studio.jobs.get(other))
    with studio.store.writing() as db:
        assert not jobs.start(db, other)


def test_a_project_is_deleted_once_however_often_that_is_asked(studio, project):
    first = studio.jobs.submit_deletion(project)
    assert studio.jobs.submit_deletion(project) == first


def test_half_a_backup_of_a_killed_process_goes_with_the_next_one(studio, project):
    folder = studio.path.parent / "backups"
    folder.mkdir()
    old, new = (folder / f".{studio.path.stem}-{name}.db.abc.part" for name in ("old", "new"))
    for half in (old, new):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert done(studio, studio.jobs.submit_backup()).state == "finished"
    assert not old.exists()
    assert new.exists()


def test_an_error_of_ours_is_told_and_ends_the_job(studio, project, monkeypatch):
    def broken(store, path, *, force):
        raise KeyError("no such thing")

    monkeypatch.setattr(chores.upkeep, "back_up", broken)
    number = studio.jobs.submit_backup()
    worker.work(studio.store, idle=0.0)
    assert studio.jobs.get(number).state == "failed"
    assert "This is a bug of ours" in studio.jobs.get(number).message
