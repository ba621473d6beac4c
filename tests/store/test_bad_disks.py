"""Disks that are full, files that cannot be written, databases that others hold."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from jobs import ROOT, command, job, pool

from codeclm.errors import ExportError, StoreError
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.store.connection import Store

NOBODY = 65534
#: A file of the child process may have so many bytes; a write past that fails as on a bad disk.
ROOM = 2_500_000
LIMITED = (
    "import os, resource, sys;"
    f" resource.setrlimit(resource.RLIMIT_FSIZE, ({ROOM}, {ROOM}));"
    " os.execv(sys.argv[1], sys.argv[1:])"
)


@contextmanager
def without_privileges() -> Iterator[None]:
    """The superuser may write anywhere: be somebody else for a moment."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into, which those of pytest's are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.fixture
def read_only(open_folder: Path) -> Path:
    """A database in a folder, neither of which may be written."""
    path = open_folder / "read.db"
    Store(path).close()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    return path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another program keeps the database to itself."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin exclusive")
        yield
        other.execute("rollback")


def test_a_run_on_a_full_disk_stops_with_what_to_do_and_resumes_to_the_same_pool(
    tmp_path, studio, seeds, serve
):
    server = serve()
    db = tmp_path / "full.db"
    words = ["synthesize", seeds, "--field", "prompt", "--strong", "openai:big"]
    words += ["--target", "openai:small", "--size", 60, "--concurrency", 8, "--db", db]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *command(*words)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "could not be written" in done.stderr
    assert "has space" in done.stderr
    assert "Traceback" not in done.stderr
    with Studio(db) as full:
        (run,) = full.runs()
        kept, billed = run.usage().calls, server.stats()["billed"]
        assert 0 < kept <= billed
        assert run.bring() is RunState.FINISHED
        # What was on disk is not asked again; of the rest, no more than was in flight.
        assert server.stats()["repaid"] <= billed - kept <= 16
        assert pool(full, run) == pool(studio, job(studio, seeds, size=60))
        assert full.doctor() == []


def test_a_database_that_can_only_be_read(read_only):
    with without_privileges(), pytest.raises(StoreError, match="can only be read") as caught:
        Studio(read_only).create_project("x")
    assert "write permission" in caught.value.hint


def test_a_database_in_a_folder_of_somebody_else(open_folder):
    open_folder.chmod(0o555)
    with without_privileges(), pytest.raises(StoreError, match="cannot be opened") as caught:
        Studio(open_folder / "new.db")
    assert "may write to it" in caught.value.hint


def test_a_backup_into_a_folder_of_somebody_else(open_folder):
    theirs = open_folder / "theirs"
    theirs.mkdir()
    theirs.chmod(0o555)
    open_folder.chmod(0o777)
    with without_privileges(), Studio(open_folder / "mine.db") as studio:
        with pytest.raises(ExportError, match="no permission to write"):
            studio.backup(theirs / "backup.db")
        assert studio.doctor() == []
    assert list(theirs.iterdir()) == []


def test_a_database_that_another_program_keeps_cannot_be_opened(studio):
    studio.close()
    with held(studio.path), pytest.raises(StoreError, match="locked by another program") as caught:
        Store(studio.path, patience=0.05)
    assert "Close that program" in caught.value.hint
    Store(studio.path, patience=0.05).close()


def test_a_writer_that_waited_in_vain_says_so_and_loses_nothing(studio):
    with closing(Store(studio.path, patience=0.05)) as hasty:
        with studio.store.writing() as db:
            with pytest.raises(StoreError, match="locked by another program"), hasty.writing():
                pass
            db.conn.execute("insert into projects (name, created_at) values ('first', '')")
        with hasty.writing() as db:
            db.conn.execute("insert into projects (name, created_at) values ('second', '')")
    assert {card.name for card in studio.projects()} == {"first", "second"}


def test_a_damaged_database_is_told_with_what_to_do(studio, seeds, serve):
    serve()
    job(studio, seeds, size=20)
    studio.store.shrink()
    studio.close()
    size = studio.path.stat().st_size
    with studio.path.open("r+b") as file:
        file.seek(size // 4)
        file.write(b"\xff" * (size // 2))
    with pytest.raises(StoreError, match="is damaged") as caught, Studio(studio.path) as damaged:
        list(damaged.project("outdoor").pairs())
    assert "restore a backup" in caught.value.hint
