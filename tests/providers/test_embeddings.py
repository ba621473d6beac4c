"""What every adapter keeps to when it is asked for vectors, and what is no vector."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any

import pytest
from places import KEY, Place, complaint

from bench.service import Fault
from codeclm.chat import Embedded, Message, Request
from codeclm.errors import (
    AuthenticationFailed,
    BodyBroken,
    ConnectionLost,
    ModelUnknown,
    QuotaSpent,
    RateLimited,
    ReplyError,
    RequestRefused,
    ServerAway,
    ServerFailed,
    SettingsError,
    TimedOut,
)
from codeclm.providers import connect_embedder

TEXTS = ("a tent in the rain", "the stove is out", "A tent, in the rain!", "雨の中のテント", "?!")


@pytest.fixture(params=["openai", "simulated"])
def somewhere(request, stack, monkeypatch) -> Place:
    """Every kind of provider that has embeddings, with nothing going wrong."""
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    place = Place(request.param, stack)
    if request.param == "simulated":
        place.body = {"latency": 0}
    else:
        place.serve(key=KEY)
    return place


def embed(place: Place, *texts: str, timeout: float = 5, **changes: Any) -> Embedded:
    model = "embedding" if place.kind == "simulated" else "m-1"
    messages = tuple(Message("user", text) for text in texts)
    request = Request(step="embed", messages=messages, temperature=0.0, max_tokens=0)

    async def asking() -> Any:
        endpoint = place.endpoint(**changes)
        provider = connect_embedder(endpoint, model, timeout=timeout, concurrency=2)
        try:
            return await provider.ask(request)
        finally:
            await provider.close()

    return asyncio.run(asking())


def numbers(vector: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(vector) // 4}f", vector)


def cosine(one: bytes, other: bytes) -> float:
    return sum(a * b for a, b in zip(numbers(one), numbers(other), strict=True))


def answer(*vectors: Any, **more: Any) -> dict[str, Any]:
    return {"data": [{"index": i, "embedding": v} for i, v in enumerate(vectors)], **more}


def test_each_text_gets_a_vector_of_length_1_in_its_place(somewhere: Place):
    found = embed(somewhere, *TEXTS)
    assert len(found.vectors) == len(TEXTS)
    assert len({len(vector) for vector in found.vectors}) == 1
    assert all(abs(cosine(vector, vector) - 1) < 1e-4 for vector in found.vectors)
    assert found.vectors[3] == embed(somewhere, TEXTS[3]).vectors[0]
    assert found.prompt_tokens > 0
    assert found.completion_tokens == 0
    assert found.model


def test_the_same_text_gets_the_same_vector_and_another_text_another_one(somewhere: Place):
    first, second, other = embed(somewhere, TEXTS[0], TEXTS[0], TEXTS[1]).vectors
    assert first == second
    assert cosine(first, other) < 0.9


def test_simulated_vectors_are_of_words_and_their_order(stack):
    place = Place("simulated", stack, body={"latency": 0})
    given = ("put the tent up", "Put the TENT up.", "up the tent put", "boil an egg")
    plain, louder, turned, other = embed(place, *given).vectors
    assert len(plain) == 4 * 256
    assert plain == louder
    assert 0.5 < cosine(plain, turned) < 0.99
    assert cosine(plain, other) < 0.3
    assert embed(place, "x").model == "here:embedding"


def test_the_model_the_texts_and_the_endpoints_own_fields_are_sent(openai_place: Place):
    seen = []
    openai_place.serve(lambda request: seen.append(request))
    openai_place.body = {"dimensions": 64}
    embed(openai_place, "one", "two")
    assert seen == [{"model": "m-1", "input": ["one", "two"], "dimensions": 64}]


def test_vectors_are_put_in_the_order_of_their_texts(openai_place: Place):
    items = [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    openai_place.serve(lambda _: {"data": items, "usage": {"total_tokens": 6}})
    found = embed(openai_place, "one", "two")
    assert list(map(numbers, found.vectors)) == [(1, 0), (0, 1)]
    assert found.prompt_tokens == 6


def test_where_a_server_numbers_nothing_they_are_taken_as_they_come(openai_place: Place):
    items = [{"index": 0, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    openai_place.serve(lambda _: {"data": items})
    found = embed(openai_place, "one", "two")
    assert list(map(numbers, found.vectors)) == [(0, 1), (1, 0)]
    assert found.prompt_tokens is None


def test_what_headers_tell_of_limits_is_heard(openai_place: Place):
    openai_place.serve(rpm=600, headers="full")
    left = embed(openai_place, "one").requests_left
    assert left.limit == 600


@pytest.mark.parametrize(
    ("told", "what"),
    [
        (answer([1.0, 0.0]), "1 vectors for 2 texts"),
        (answer([1.0], [1.0], [1.0]), "3 vectors for 2 texts"),
        (answer(), "0 vectors for 2 texts"),
        (answer([1.0, 0.0], [1.0]), "vectors of 1, 2 numbers"),
        (answer([], []), "vectors of 0 numbers"),
        (answer([1.0, float("nan")], [1.0, 0.0]), "not finite"),
        (answer([1.0, 1e300], [1.0, 0.0]), "not finite"),
        (answer([1.0, None], [1.0, 0.0]), "no vectors of numbers"),
        (answer("AACAPw==", "AACAPw=="), "no vectors of numbers"),
        ({"data": "none"}, "no vectors of numbers"),
        ({"data": None}, "no vectors of numbers"),
        ({"embedding": [1.0]}, "no vectors of numbers"),
    ],
)
def test_an_answer_that_is_not_a_vector_a_text_is_refused(openai_place: Place, told, what):
    openai_place.serve(lambda _: (200, {}, json.dumps(told)))
    with pytest.raises(ReplyError, match=what) as error:
        embed(openai_place, "one", "two")
    assert "here:m-1" in error.value.message
    assert error.value.raw


@pytest.mark.parametrize(
    ("status", "message", "code", "kind"),
    [
        (401, "Incorrect API key provided", "invalid_api_key", AuthenticationFailed),
        (404, "The model `m-1` does not exist", "model_not_found", ModelUnknown),
        (429, "You exceeded your current quota", "insufficient_quota", QuotaSpent),
        (429, "Slow down", "", RateLimited),
        (500, "It broke", "", ServerFailed),
        (503, "Loading", "", ServerAway),
        (400, "Input is empty", "", RequestRefused),
        (400, "maximum context length is 8192 tokens", "", RequestRefused),
    ],
)
def test_errors_are_those_of_our_tree(openai_place: Place, status, message, code, kind):
    openai_place.serve(complaint(status, message, code))
    with pytest.raises(kind) as error:
        embed(openai_place, "one")
    assert "here" in error.value.message or "m-1" in error.value.message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, '{"detail": "Not Found"}'),
        (404, "404 page not found"),
        (405, '{"detail": "Method Not Allowed"}'),
        (501, '{"error": {"message": "This server does not support embeddings."}}'),
    ],
)
def test_an_endpoint_without_embeddings_says_so_and_is_not_asked_again(
    openai_place: Place, status, body
):
    openai_place.serve(lambda _: (status, {}, body))
    with pytest.raises(RequestRefused, match="'here' has no embeddings") as error:
        embed(openai_place, "one")
    assert not error.value.retryable
    assert "text-embedding-3-small" in error.value.hint


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.RESET, ConnectionLost),
        (Fault.HANG, TimedOut),
        (Fault.TRUNCATE, BodyBroken),
        (Fault.SLOW_DOWN, RateLimited),
        (Fault.FAILED, ServerFailed),
        (Fault.MALFORMED, ReplyError),
    ],
)
def test_every_fault_of_a_server_is_told(openai_place: Place, fault, kind):
    openai_place.serve(rates={fault: 1.0})
    with pytest.raises(kind):
        embed(openai_place, "one", "two", timeout=0.5)


def test_an_error_inside_a_200_is_that_error(openai_place: Place):
    openai_place.serve(lambda _: {"error": {"code": 429, "message": "busy"}})
    with pytest.raises(RateLimited):
        embed(openai_place, "one")


def test_a_page_for_people_is_no_answer(openai_place: Place):
    openai_place.serve(lambda _: (200, {}, "<html>Welcome</html>"))
    with pytest.raises(BodyBroken, match="web page"):
        embed(openai_place, "one")


def test_no_message_holds_the_key(openai_place: Place):
    openai_place.serve(complaint(401, f"Incorrect API key provided: {KEY}"))
    with pytest.raises(AuthenticationFailed) as error:
        embed(openai_place, "one")
    assert KEY not in str(error.value)


def test_who_has_no_embeddings_says_who_has(stack, monkeypatch):
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    with pytest.raises(SettingsError, match="gemini-openai"):
        embed(Place("gemini", stack), "one")
    endpoint = Place("simulated", stack).endpoint()
    with pytest.raises(SettingsError, match="here:embedding"):
        connect_embedder(endpoint, "strong", timeout=1, concurrency=1)


def test_without_its_key_nothing_is_sent(openai_place: Place, monkeypatch):
    openai_place.serve()
    monkeypatch.delenv("LOOPBACK_KEY")
    with pytest.raises(SettingsError, match="No key"):
        embed(openai_place, "one")
    assert openai_place.server.stats()["requests"] == 0
