"""Deleting a project: everything in it goes, and nothing that others' rows stem from."""

from __future__ import annotations

import time

import pytest
from jobs import job

from codeclm.errors import StoreError, WorkTaken
from codeclm.pipeline.ownership import owned
from codeclm.records import RunState, Status
from codeclm.store import jobs, runs

#: Tables that are nobody's in particular.
SHARED = {"_sqlite_migrations", "endpoints", "workers", "deleted_projects"}


@pytest.fixture(autouse=True)
def _no_process(monkeypatch):
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)


@pytest.fixture
def two(studio, seeds, serve):
    """Two projects with the same plan: the second one has paid nothing."""
    serve()
    first = job(studio, seeds, project="first")
    second = job(studio, seeds, project="second")
    assert second.usage().calls == 0 < first.usage().calls
    project = studio.project("first")
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.decide(pair, Status.APPROVED)
    return first, second


def table(studio, name, where="1"):
    with studio.store.reading() as db:
        return sorted(db.conn.execute(f"select * from {name} where {where}"))


def filled(studio):
    with studio.store.reading() as db:
        names = set(db.table_names()) - SHARED
        return {name for name in names if db[name].count}


def test_what_another_project_replayed_stays_as_it_is(studio, two):
    second = two[1]
    project = studio.project("second")
    tables = ("instructions", "responses", "judgements", "verdicts", "run_seeds", "run_metadata")
    before = [table(studio, name, f"run_id = {second.id}") for name in tables]
    lines = list(project.lines())
    studio.project("first").delete()
    assert [card.name for card in studio.projects()] == ["second"]
    assert [table(studio, name) for name in tables] == before
    assert list(project.lines()) == lines
    assert studio.doctor() == []


def test_what_stays_is_still_replayed_and_counts_for_nobody(studio, seeds, two):
    studio.project("first").delete()
    assert two[1].usage().calls == 0
    assert job(studio, seeds, project="third").usage().calls == 0


def test_with_the_last_project_everything_is_gone(studio, two):
    first, paid = studio.project("first"), two[0].usage().calls
    told = first.holdings()
    assert (told.runs, told.approved, told.seeds, told.calls) == (1, 1, 12, paid)
    assert first.delete().went == told
    studio.project("second").delete()
    assert filled(studio) == set()
    assert studio.doctor() == []


def test_the_space_goes_back(studio, two):
    del two
    studio.project("second").delete()
    deleted = studio.project("first").delete()
    assert deleted.unshrunk == ""
    assert deleted.after.total < deleted.before.total
    assert deleted.after.free == 0


def test_a_number_is_never_given_again(studio):
    gone = studio.create_project("gone")
    gone.delete()
    assert studio.create_project("next").id > gone.id
    with pytest.raises(StoreError, match="does not exist"):
        studio.project_of(gone.id)
    with pytest.raises(StoreError, match="does not exist"):
        gone.delete()


def test_while_a_run_of_it_goes_on_a_project_stays(studio, two):
    first = two[0]
    with owned(studio.store):
        with studio.store.writing() as db:
            jobs.beat(db, busy=True)
            runs.set_state(db, first.id, RunState.RUNNING)
        with pytest.raises(WorkTaken, match="is at work") as caught:
            studio.project("first").delete()
        assert "Stop it first" in caught.value.hint
        with studio.store.writing() as db:
            runs.set_state(db, first.id, RunState.STOPPED)
        queued = studio.jobs.submit_run(first)
        with pytest.raises(WorkTaken, match="is at work"):
            studio.project("first").delete()
        studio.jobs.stop_run(first)
        assert studio.jobs.get(queued).state == "stopped"
        studio.project("first").delete()
    assert [card.name for card in studio.projects()] == ["second"]


def test_beside_a_run_of_another_project_replies_stay_until_nobody_is_at_work(studio, two):
    del two
    with owned(studio.store):
        with studio.store.writing() as db:
            jobs.beat(db, busy=True)
        assert "at work" in studio.project("first").delete().unshrunk
        assert "at work" in studio.project("second").delete().unshrunk
    assert filled(studio) == {"calls"}
    studio.prune()
    assert filled(studio) == set()


def test_a_row_that_would_point_nowhere_keeps_everything(studio, two):
    with studio.store.writing() as db:
        db.conn.execute("create table notes (run_id integer references runs(id)) strict")
        db.conn.execute("insert into notes values (?)", (two[0].id,))
    with pytest.raises(StoreError, match="rows of notes would lose their runs"):
        studio.project("first").delete()
    assert {card.name for card in studio.projects()} == {"first", "second"}


def test_a_large_project_goes_in_seconds(studio, seeds, serve):
    serve()
    job(studio, seeds, project="first", size=10)
    job(studio, seeds, project="second", size=10, fresh=True)
    with studio.store.writing() as db:
        for run in (1, 2):
            db.conn.execute(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)"
                " insert into calls (id, key, project_id, run_id, step, role, item, provider,"
                " endpoint, model, replicate, prompt, reply, finish, usable, latency, attempts,"
                " created_at) select :run * 1000000 + i, :run || '.' || i, :run, :run, 'respond',"
                " 'strong', '', '', '', '', 0, '', 'text', 'stop', 1, 1.0, 1, '' from n",
                {"run": run},
            )
            db.conn.execute(
                "insert into responses (run_id, entry, slot, iteration, side, text, cut, call_id)"
                " select run_id, 0, 1000 + id, 1, 'strong', reply, 0, id from calls"
                " where id > 1000000 and run_id = ?",
                (run,),
            )
    began = time.monotonic()
    studio.project("first").delete()
    # A cascade searches the other project's 20 000 responses for each of 20 000 calls: a minute.
    assert time.monotonic() - began < 5
    assert len(table(studio, "calls", "id > 1000000")) == 20_000
