"""The journal: what counts as the same question, and what is on disk when it is used."""

import asyncio
from dataclasses import replace

import pytest

from codeclm.chat import Message, Request
from codeclm.errors import StoreError
from codeclm.pipeline.journal import Journal, call_key
from codeclm.settings import Endpoint

REQUEST = Request(
    step="respond", messages=(Message("user", "Hello"),), temperature=0.7, max_tokens=64
)
ENDPOINT = Endpoint(name="here", base_url="http://127.0.0.1:1/v1")


def key(endpoint=ENDPOINT, model="m", request=REQUEST, replicate=0):
    return call_key(endpoint, model, request, replicate)


@pytest.mark.parametrize(
    "other",
    [
        key(replace(ENDPOINT, name="renamed")),
        key(replace(ENDPOINT, base_url="http://127.0.0.1:1/v1/")),
        key(replace(ENDPOINT, concurrency=3, price_in=1.0, key_env="KEY")),
        key(replace(ENDPOINT, headers={"x-team": "a"})),
        key(request=replace(REQUEST, fields={"a": "b"})),
    ],
)
def test_what_cannot_change_the_answer_is_not_in_the_key(other):
    assert other == key()


@pytest.mark.parametrize(
    "other",
    [
        key(replace(ENDPOINT, base_url="http://127.0.0.1:2/v1")),
        key(replace(ENDPOINT, provider="gemini")),
        key(replace(ENDPOINT, body={"top_k": 1})),
        key(replace(ENDPOINT, template="plain")),
        key(model="n"),
        key(replicate=1),
        key(request=replace(REQUEST, messages=(Message("user", "Hallo"),))),
        key(request=replace(REQUEST, messages=(Message("system", "Hello"),))),
        key(request=replace(REQUEST, temperature=0.8)),
        key(request=replace(REQUEST, max_tokens=65)),
        key(request=replace(REQUEST, schema={"type": "object"})),
    ],
)
def test_what_can_change_the_answer_is_in_the_key(other):
    assert other != key()


def test_a_commit_is_on_disk_when_it_returns(studio):
    async def work():
        journal = Journal(studio.store)
        await asyncio.gather(
            *(
                journal.commit(
                    lambda db, name=str(number): db.conn.execute(
                        "insert into projects (name, created_at) values (?, '')", (name,)
                    )
                )
                for number in range(200)
            )
        )
        found = len(studio.projects())
        await journal.close()
        return found

    assert asyncio.run(work()) == 200


def test_a_failed_commit_reaches_everyone_who_waits_and_the_journal_goes_on(studio):
    def full(db):
        raise StoreError("The disk is full.", "Free some space.")

    def add(db):
        db.conn.execute("insert into projects (name, created_at) values ('after', '')")

    async def work():
        journal = Journal(studio.store)
        told = await asyncio.gather(
            *(journal.commit(full) for _ in range(5)), return_exceptions=True
        )
        await journal.commit(add)
        await journal.close()
        return told

    assert [type(error) for error in asyncio.run(work())] == [StoreError] * 5
    assert [card.name for card in studio.projects()] == ["after"]


def test_a_commit_outlives_the_task_that_waits_for_it(studio):
    async def work():
        journal = Journal(studio.store)

        def add(db):
            db.conn.execute("insert into projects (name, created_at) values ('kept', '')")

        task = asyncio.create_task(journal.commit(add))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await journal.close()

    asyncio.run(work())
    assert [card.name for card in studio.projects()] == ["kept"]


def adding(name):
    def add(db):
        db.conn.execute("insert into projects (name, created_at) values (?, '')", (name,))

    return add


def names(studio):
    return sorted(card.name for card in studio.projects())


def test_a_note_is_on_disk_with_the_next_commit(studio):
    async def work():
        journal = Journal(studio.store)
        journal.note(adding("noted"))
        await journal.commit(adding("committed"))
        found = names(studio)
        await journal.close()
        return found

    assert asyncio.run(work()) == ["committed", "noted"]


def test_a_note_that_no_commit_follows_is_on_disk_soon_and_at_the_latest_at_the_end(studio):
    async def work():
        journal = Journal(studio.store)
        journal.note(adding("first"))
        for _ in range(1_000):
            await asyncio.sleep(0.01)
            if found := names(studio):
                break
        journal.note(adding("last"))
        await journal.close()
        return found

    assert asyncio.run(work()) == ["first"]
    assert names(studio) == ["first", "last"]


def test_a_commit_that_fails_does_not_take_the_notes_along(studio):
    def broken(db):
        raise ValueError("not a row")

    async def work():
        journal = Journal(studio.store)
        journal.note(adding("noted"))
        with pytest.raises(ValueError, match="not a row"):
            await journal.commit(broken)
        await journal.close()

    asyncio.run(work())
    assert names(studio) == ["noted"]
