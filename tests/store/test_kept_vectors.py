"""Vectors that were paid for: kept by model and mark, found again, forgotten by model."""

from codeclm.records import text_mark
from codeclm.store import embeddings

MARKS = [text_mark(f"text {number}") for number in range(1200)]


def vector(number: int) -> bytes:
    return number.to_bytes(4, "little") * 3


def put(studio, model, numbers):
    with studio.store.writing() as db:
        embeddings.add_all(db, model, {MARKS[number]: vector(number) for number in numbers})


def test_more_than_one_query_can_ask_for_are_found(studio):
    put(studio, "here m", range(0, 1200, 2))
    with studio.store.reading() as db:
        assert embeddings.known(db, "here m", MARKS) == set(MARKS[::2])
        found = dict(embeddings.vectors(db, "here m", MARKS[:10]))
    assert found == {MARKS[number]: vector(number) for number in range(0, 10, 2)}


def test_a_model_knows_nothing_of_another_ones(studio):
    put(studio, "here m", [1])
    with studio.store.reading() as db:
        assert embeddings.known(db, "there m", MARKS) == set()
        assert (embeddings.length(db, "here m"), embeddings.length(db, "there m")) == (3, 0)
    put(studio, "there m", [1])
    with studio.store.writing() as db:
        embeddings.forget(db, "here m")
        assert embeddings.known(db, "here m", MARKS) == set()
        assert embeddings.known(db, "there m", MARKS) == {MARKS[1]}


def test_what_is_kept_twice_is_there_once(studio):
    put(studio, "here m", [1, 2])
    put(studio, "here m", [2, 3])
    with studio.store.reading() as db:
        assert len(list(embeddings.vectors(db, "here m", MARKS))) == 3
