"""Pruning: raw replies of finished runs go, what was made of them stays."""

from __future__ import annotations

import json

import pytest
from jobs import job, step_of

from codeclm.pipeline.ownership import owned
from codeclm.records import RunState, as_bytes
from codeclm.store import jobs

MADE = ("instructions", "responses", "judgements", "verdicts", "pairs", "rubrics", "failures")


def rows(studio, name, where="1"):
    with studio.store.reading() as db:
        return sorted(db.conn.execute(f"select * from {name} where {where}"))


def texts(studio, where="1"):
    """How many calls still hold their reply."""
    return len(rows(studio, "calls", f"reply <> '' and {where}"))


def some_bad(request):
    """An endpoint that will not encode seeds about boots."""
    bad = step_of(request) == "encode" and "boots" in json.dumps(request["messages"])
    return "I would rather not." if bad else None


def test_data_sets_and_sums_are_the_same_before_and_after(studio, seeds, serve):
    serve()
    run = job(studio, seeds)
    project = studio.project("outdoor")
    before = [rows(studio, name) for name in MADE]
    lines, summary, usage = list(project.lines()), run.summary(), run.usage()
    pruned = studio.prune()
    assert pruned.replies == usage.calls == len(rows(studio, "calls", "pruned = 1"))
    assert pruned.bytes == pruned.before.replies > pruned.after.replies == 0
    assert pruned.after.total < pruned.before.total
    assert texts(studio) == 0
    assert [rows(studio, name) for name in MADE] == before
    assert (list(project.lines()), run.summary(), run.usage()) == (lines, summary, usage)
    assert studio.doctor() == []
    assert studio.prune().replies == 0


@pytest.mark.large
def test_what_was_pruned_is_paid_again_once_and_then_replayed(studio, seeds, serve):
    server = serve()
    first = job(studio, seeds)
    studio.prune()
    again = job(studio, seeds)
    assert again.usage().calls == first.usage().calls == server.stats()["repaid"]
    assert job(studio, seeds).usage().calls == 0
    assert studio.doctor() == []


def test_what_an_unfinished_run_needs_stays(studio, seeds, serve):
    server = serve()
    run = job(studio, seeds, budget_calls=60)
    assert run.state is RunState.PAUSED
    assert studio.prune().replies == 0
    run.change(budget_calls=None)
    assert run.bring() is RunState.FINISHED
    assert server.stats()["repaid"] == 0


def test_raw_text_of_failures_stays_unless_it_is_asked_for(studio, seeds, serve):
    serve(some_bad)
    run = job(studio, seeds)
    failures = run.failures()
    assert {failure.raw for failure in failures} == {"I would rather not."}
    studio.prune()
    assert run.failures() == failures
    bad = texts(studio, "usable = 0")
    assert bad == texts(studio) > 0
    pruned = studio.prune(failures=True)
    assert pruned.replies == bad
    assert texts(studio) == 0
    assert [failure.message for failure in run.failures()] == [
        failure.message for failure in failures
    ]
    assert {failure.raw for failure in run.failures()} == {""}


def test_a_pruned_bad_reply_is_not_replayed_in_its_own_run(studio, seeds, serve):
    from codeclm.store import calls

    serve(some_bad)
    run = job(studio, seeds)
    with studio.store.reading() as db:
        (key,) = db.conn.execute("select key from calls where usable = 0 limit 1").fetchone()
        assert calls.find(db, key, run.id)
    studio.prune(failures=True)
    with studio.store.reading() as db:
        assert calls.find(db, key, run.id) is None


def test_only_what_is_chosen_goes(studio, seeds, serve):
    serve()
    job(studio, seeds, project="one", size=4)
    paid = job(studio, seeds, project="two", size=4, fresh=True).usage().calls
    with studio.store.writing() as db:
        db.conn.execute(
            "update calls set created_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 days')"
            " where id in (select min(id) from calls group by project_id)"
        )
    dry = studio.prune(dry_run=True)
    assert dry.replies == texts(studio)
    assert dry.bytes == studio.size().replies
    assert studio.prune(older_than=11).replies == 0
    assert studio.prune(older_than=9.5).replies == 2
    assert studio.prune(studio.project("two")).replies == paid - 1
    assert texts(studio, "project_id = 2") == 0 < texts(studio)


def test_beside_a_run_at_work_it_prunes_and_says_that_the_file_stays_large(studio, seeds, serve):
    serve()
    job(studio, seeds)
    with owned(studio.store):
        with studio.store.writing() as db:
            jobs.beat(db, busy=True)
        pruned = studio.prune()
    assert pruned.replies > 0
    assert "Another process is at work" in pruned.unshrunk
    later = studio.prune()
    assert (later.replies, later.unshrunk) == (0, "")
    assert later.after.total < later.before.total


def test_large_replies_are_counted_from_a_sample(studio, seeds, serve):
    serve()
    job(studio, seeds, size=4)
    with studio.store.writing() as db:
        db.conn.execute(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)"
            " insert into calls (key, project_id, run_id, step, role, item, provider, endpoint,"
            " model, replicate, prompt, reply, finish, usable, latency, attempts, created_at)"
            " select 'k' || i, 1, 1, 'respond', 'strong', '', '', '', '', 0, '',"
            " substr(hex(zeroblob(500)), 1, i % 1000), 'stop', 1, 1.0, 1, '' from n"
        )
        (exact,) = db.conn.execute("select sum(length(reply)) from calls").fetchone()
    assert studio.size().replies == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (99_600, "100 kB"),
        (3_400_000, "3.4 MB"),
        (1_715_879_936, "1.7 GB"),
    ],
)
def test_bytes_are_told_as_people_read_them(count, told):
    assert as_bytes(count) == told
