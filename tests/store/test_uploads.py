"""A file that waits is kept for its purpose, also over the update that brought purposes."""

import sqlite3

from codeclm.pipeline.studio import Studio


def test_a_file_that_waited_before_the_update_is_still_there(tmp_path):
    path = tmp_path / "old.db"
    with Studio(path) as studio:
        project = studio.create_project("old")
        project.uploads.keep("seeds.txt", b"One?\n")
    with sqlite3.connect(path) as db:
        db.executescript("""
            create table before (project_id integer primary key references projects(id)
                on delete cascade, name text not null, sha256 text not null,
                created_at text not null, data blob not null) strict;
            insert into before select project_id, name, sha256, created_at, data from uploads;
            drop table uploads;
            alter table before rename to uploads;
            drop table assessments; drop table evaluation_responses; drop table evaluations;
            drop table recorded_responses; drop table benchmark_items; drop table benchmarks;
            delete from _sqlite_migrations where name = 'evaluated';
        """)
    with Studio(path) as studio:
        project = studio.project("old")
        assert project.uploads.kept().name == "seeds.txt"
        assert project.evaluations.uploads.kept() is None
        project.evaluations.uploads.keep("set.txt", b"Two?\n")
        assert (project.uploads.kept().name, project.evaluations.uploads.kept().name) == (
            "seeds.txt",
            "set.txt",
        )
        project.evaluations.uploads.forget()
        assert project.uploads.kept() is not None
        assert studio.doctor() == []
