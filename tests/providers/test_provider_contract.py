"""What every adapter keeps to, whoever answers."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import traceback

import pytest
from places import KEY, SCORES, THREE, Place, complaint, question, structured

from bench.service import Fault
from codeclm.chat import Message
from codeclm.errors import (
    AuthenticationFailed,
    BodyBroken,
    ConnectionFailed,
    ConnectionLost,
    ModelUnknown,
    ProviderError,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    ServerAway,
    ServerBusy,
    ServerFailed,
    SettingsError,
    TimedOut,
)


def test_a_plain_question_gets_text_and_its_cost(anywhere: Place):
    (reply,) = anywhere.ask(question())
    assert reply.text
    assert reply.finish == "stop"
    assert reply.thinking == ""
    assert reply.prompt_tokens > 0
    assert reply.completion_tokens > 0
    assert reply.model
    assert reply.left_out == ()


@pytest.mark.parametrize("schema", [SCORES, THREE])
def test_a_structured_question_gets_the_json_asked_for(anywhere: Place, schema):
    fields = {"instruction": "x", "first": "a", "second": "b", "count": 3}
    step = "judge" if schema is SCORES else "decode"
    (reply,) = anywhere.ask(question(step=step, schema=schema, fields=fields, max_tokens=2048))
    data = json.loads(reply.text)
    assert data.keys() == schema["properties"].keys()
    if schema is THREE:
        assert len(set(data["instructions"])) == 3
    else:
        assert all(1 <= score <= 10 for score in data.values())


def test_the_same_question_gets_the_same_reply(anywhere: Place):
    first, second, other = anywhere.ask(question(), question(), question("Name a tree."))
    assert first == second
    assert first.text != other.text


def test_a_cancelled_call_stops_at_once_and_harms_no_other(anywhere: Place):
    async def cancel() -> None:
        provider = anywhere.connect(timeout=1)
        try:
            call = asyncio.create_task(provider.ask(question()))
            await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert (await provider.ask(question())).text
        finally:
            await provider.close()

    asyncio.run(cancel())


def test_many_calls_share_one_provider(anywhere: Place):
    async def ask_all() -> set[str]:
        provider = anywhere.connect()
        try:
            calls = [provider.ask(question(f"Name colour {n}.")) for n in range(30)]
            return {reply.text for reply in await asyncio.gather(*calls)}
        finally:
            await provider.close()

    assert len(asyncio.run(ask_all())) > 20


def test_roles_and_settings_arrive(place: Place):
    seen = []
    place.serve(lambda request: seen.append(request))
    turns = (
        Message("system", "Be brief."),
        Message("user", "One?"),
        Message("assistant", "1"),
        Message("user", "Two?"),
    )
    place.ask(question(messages=turns, max_tokens=33, temperature=0.0))
    (sent,) = seen
    if place.kind == "openai":
        assert [turn["role"] for turn in sent["messages"]] == [turn.role for turn in turns]
        assert (sent["max_tokens"], sent["temperature"]) == (33, 0.0)
        assert "response_format" not in sent
    else:
        assert [turn["role"] for turn in sent["contents"]] == ["user", "model", "user"]
        assert sent["systemInstruction"]["parts"][0]["text"] == "Be brief."
        assert sent["generationConfig"]["maxOutputTokens"] == 33


@pytest.mark.parametrize(
    ("said", "meant"), [("length", "length"), ("content_filter", "filter"), ("stop", "stop")]
)
def test_how_a_reply_ended_is_told(place: Place, said, meant):
    place.serve(lambda _: place.says("half a", finish=said))
    (reply,) = place.ask(question())
    assert (reply.text, reply.finish) == ("half a", meant)


def test_missing_usage_is_none_not_zero(place: Place):
    place.serve(lambda _: place.says("red", usage=False))
    (reply,) = place.ask(question())
    assert (reply.prompt_tokens, reply.completion_tokens) == (None, None)


def test_a_leading_thinking_block_is_kept_apart(place: Place):
    place.serve(lambda _: place.says("<think>red or\nblue?</think>\n\nRed."))
    (reply,) = place.ask(question())
    assert (reply.thinking, reply.text) == ("red or\nblue?", "Red.")


@pytest.mark.parametrize(
    ("status", "message", "code", "kind"),
    [
        (401, "Incorrect API key provided", "invalid_api_key", AuthenticationFailed),
        (403, "Not allowed to use this model", "", AuthenticationFailed),
        (400, "API key not valid. Please pass a valid API key.", "", AuthenticationFailed),
        (404, "The model `m-1` does not exist", "model_not_found", ModelUnknown),
        (402, "Insufficient Balance", "", QuotaSpent),
        (429, "You exceeded your current quota", "insufficient_quota", QuotaSpent),
        (429, "Rate limit reached", "rate_limit_exceeded", RateLimited),
        (429, "Check plan and billing. Limit per minute: 15", "", RateLimited),
        (408, "Request timeout", "", TimedOut),
        (500, "The server had an error", "", ServerFailed),
        (503, "Service unavailable", "", ServerAway),
        (503, "Overloaded", "", ServerBusy),
        (504, "Upstream timed out", "", TimedOut),
        (413, "Payload too large", "", RequestRefused),
        (400, "maximum context length is 10 tokens", "context_length_exceeded", RequestRefused),
        (418, "I am a teapot", "", RequestRefused),
    ],
)
def test_each_refusal_is_its_own_error(place: Place, status, message, code, kind):
    place.serve(complaint(status, message, code))
    with pytest.raises(ProviderError) as caught:
        place.ask(structured())
    assert type(caught.value) is kind
    assert message[:20] in caught.value.message
    assert place.server.stats()["requests"] == 1


def test_a_wrong_address_is_told_from_a_wrong_model(place: Place):
    place.serve(lambda _: (404, {}, "<html>Not Found</html>"))
    with pytest.raises(ModelUnknown, match="base URL"):
        place.ask(question())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Mon, 01 Jan 2001 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_passed_on(place: Place, headers, seconds):
    place.serve(complaint(429, "Rate limit reached", headers=headers))
    with pytest.raises(RateLimited) as caught:
        place.ask(question())
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(Fault.RESET, ConnectionLost), (Fault.HANG, TimedOut), (Fault.TRUNCATE, BodyBroken)],
)
def test_each_broken_exchange_is_its_own_error(place: Place, fault, kind):
    place.serve(lambda _: fault)
    with pytest.raises(ProviderError) as caught:
        place.ask(question(), timeout=0.3)
    assert type(caught.value) is kind
    assert caught.value.retryable


@pytest.mark.parametrize("body", ["", "{}", "[1]", "<html>hello</html>", '{"choices": [{}]}'])
def test_a_body_that_is_not_the_protocols_is_broken(place: Place, body):
    place.serve(lambda _: (200, {}, body))
    with pytest.raises(BodyBroken):
        place.ask(question())


def test_nobody_listening_is_a_failed_connection(place: Place):
    with pytest.raises(ConnectionFailed, match="base URL"):
        place.ask(question(), base_url="http://127.0.0.1:9", timeout=2)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_no_error_shows_the_key(place: Place, status):
    place.serve(complaint(status, f"Something about {KEY} is wrong, {KEY}"))
    with pytest.raises(ProviderError) as caught:
        place.ask(question())
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_key_is_sent_and_a_missing_one_is_not_borrowed(place: Place, monkeypatch):
    place.serve(key=KEY)
    assert place.ask(question())[0].text
    for name in ("OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, KEY)
    with pytest.raises(AuthenticationFailed):
        place.ask(question(), key_env="")


def test_what_was_refused_is_left_out_and_remembered(place: Place):
    place.serve(refuse=frozenset({"counts", "temperature"}))
    first, second = place.ask(structured(), structured(temperature=0.0))
    assert first.left_out == second.left_out == ("counts", "temperature")
    assert place.server.stats()["requests"] == 4  # refused twice, answered twice


def test_what_is_known_from_earlier_is_not_tried_again(place: Place):
    place.serve(refuse=frozenset({"counts"}))
    (reply,) = place.ask(structured(), left_out=("counts",))
    assert reply.left_out == ("counts",)
    assert place.server.stats()["requests"] == 1


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000/v1"])
def test_an_address_without_scheme_is_a_setting_to_mend(place: Place, url):
    with pytest.raises(SettingsError, match="http://"):
        place.connect(base_url=url)


def test_importing_the_room_loads_no_sdk():
    code = (
        "import sys, codeclm.providers;"
        "print([m for m in ('openai', 'google.generativeai', 'aiohttp') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
