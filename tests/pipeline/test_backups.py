"""Backups: one plain file, whole and checked, or none."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from jobs import job, pool

from codeclm.errors import ExportError, StoreError
from codeclm.pipeline.studio import Studio
from codeclm.store import copying


@pytest.fixture
def made(studio, seeds, serve, monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    serve()
    return job(studio, seeds)


def test_a_backup_is_the_same_database_in_one_file(studio, made, tmp_path):
    path = studio.backup(tmp_path / "backup.db")
    assert sorted(found.name for found in tmp_path.glob("*backup*")) == ["backup.db"]
    with Studio(path) as copied:
        assert pool(copied, copied.run(made.id)) == pool(studio, made)
        assert copied.run(made.id).summary() == made.summary()
        assert copied.doctor() == []


def test_without_a_name_it_lies_beside_the_database(studio, made):
    del made
    path = studio.backup()
    assert path.parent == studio.path.parent / "backups"
    assert path.name.startswith("studio-")


def test_it_takes_the_place_of_nothing_unless_told_to(studio, made, tmp_path):
    del made
    path = tmp_path / "backup.db"
    path.write_text("my notes")
    with pytest.raises(ExportError, match="is there already"):
        studio.backup(path)
    assert path.read_text() == "my notes"
    studio.backup(path, force=True)
    with Studio(path) as copied:
        assert copied.doctor() == []


def test_it_is_never_written_over_the_database(studio, made):
    del made
    link = studio.path.parent / "link.db"
    link.symlink_to(studio.path)
    for path in (studio.path, link, studio.path.with_name(f"{studio.path.name}-wal")):
        with pytest.raises(ExportError, match="a file this job needs"):
            studio.backup(path, force=True)
    assert studio.doctor() == []


def test_a_copy_that_is_not_sound_is_thrown_away(studio, made, tmp_path, monkeypatch):
    del made
    settle = copying._settle

    def lose_a_row(target):
        settle(target)
        target.execute("delete from judgements where rowid = 1")

    monkeypatch.setattr(copying, "_settle", lose_a_row)
    with pytest.raises(StoreError, match="not sound"):
        studio.backup(tmp_path / "backup.db")
    assert list(tmp_path.glob("*backup*")) == []


def test_opening_a_backup_starts_no_work_by_itself(studio, made, tmp_path):
    waiting = studio.jobs.submit_test("openai:big")
    del made
    with Studio(studio.backup(tmp_path / "backup.db")) as copied:
        assert copied.jobs.get(waiting).state == "interrupted"
        assert copied.jobs.worker() is None
    assert studio.jobs.get(waiting).state == "queued"


def test_a_backup_can_be_read_where_nothing_may_be_written(studio, made, tmp_path):
    del made
    path = studio.backup(tmp_path / "backup.db")
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as copied:
        assert copied.execute("pragma journal_mode").fetchone() == ("delete",)
        assert copied.execute("pragma integrity_check").fetchone() == ("ok",)
