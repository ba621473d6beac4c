"""Opening, reading and writing the database, and what a person is told when that fails."""

import sqlite3
import threading

import pytest

from codeclm.errors import StoreError
from codeclm.store import connection
from codeclm.store.connection import Store


def test_tables_are_strict_and_foreign_keys_hold(studio):
    with studio.store.reading() as db:
        for name in db.table_names():
            if not name.startswith("_"):
                assert db[name].strict, name
        assert db.conn.execute("pragma foreign_keys").fetchone() == (1,)
        assert db.conn.execute("pragma journal_mode").fetchone() == ("wal",)
        assert db.conn.execute("pragma synchronous").fetchone() == (2,)
        assert db.conn.execute("pragma page_size").fetchone() == (connection.PAGE_SIZE,)


def test_a_failed_write_leaves_nothing_behind(studio):
    def half():
        with studio.store.writing() as db:
            db.conn.execute("insert into projects (name, created_at) values ('half', 'now')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert studio.projects() == []
    studio.create_project("whole")
    assert [card.name for card in studio.projects()] == ["whole"]


def test_many_threads_write_without_losing_anything(studio):
    def create(number):
        for part in range(5):
            studio.create_project(f"{number}.{part}")

    threads = [threading.Thread(target=create, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(studio.projects()) == 40


def test_two_processes_that_open_a_new_database_at_once_make_it_once(tmp_path):
    errors = []

    def open_it():
        try:
            Store(tmp_path / "new.db").close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes\n" * 500)
    with pytest.raises(StoreError, match="is not an SQLite database") as caught:
        Store(path)
    assert "--db" in caught.value.hint
    assert path.read_text().startswith("these are my notes")


def test_somebody_elses_database_is_left_alone(tmp_path):
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as other:
        other.execute("create table photos (id integer)")
    other.close()
    with pytest.raises(StoreError, match="belongs to another program"):
        Store(path)
    with sqlite3.connect(path) as other:
        assert [row[0] for row in other.execute("select name from sqlite_master")] == ["photos"]
    other.close()


def test_a_newer_database_is_not_touched(studio):
    with studio.store.writing() as db:
        db.conn.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at)"
            " values ('codeclm', 'from_the_future', 'then')"
        )
    with pytest.raises(StoreError, match="newer version") as caught:
        Store(studio.path)
    assert "Update codeclm" in caught.value.hint


def test_a_full_disk_is_told_and_what_was_there_stays(studio):
    studio.create_project("before")
    with studio.store.writing() as db:
        pages = db.conn.execute("pragma page_count").fetchone()[0]
        db.conn.execute(f"pragma max_page_count = {pages + 1}")

    def fill():
        for number in range(500):
            studio.create_project(f"{number}" + "x" * 5000)

    with pytest.raises(StoreError, match="disk is full"):
        fill()
    assert studio.project("before").name == "before"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Store(tmp_path / "file" / "studio.db")
