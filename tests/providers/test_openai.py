"""What is particular to endpoints that speak OpenAI's protocol."""

from __future__ import annotations

import asyncio
import json

import pytest
from places import KEY, Place, complaint, question, structured

from codeclm.errors import AuthenticationFailed, QuotaSpent, RateLimited, RequestRefused
from codeclm.providers.ladder import without_counts

ALL = ("counts", "strict", "response_format", "max_tokens", "temperature")


def test_a_schema_is_asked_for_strictly_under_the_steps_name(openai_place: Place):
    seen = []
    openai_place.serve(lambda request: seen.append(request))
    openai_place.ask(structured())
    form = seen[0]["response_format"]
    assert form["type"] == "json_schema"
    assert (form["json_schema"]["name"], form["json_schema"]["strict"]) == ("decode", True)


def test_everything_is_left_out_in_order_where_the_endpoint_does_not_say_what(openai_place: Place):
    seen = []

    def refuse_all(request):
        seen.append(request)
        return (400, {}, "{}") if len(seen) <= 5 else None

    openai_place.serve(refuse_all)
    (reply,) = openai_place.ask(structured())
    assert reply.left_out == ALL
    assert "minItems" not in json.dumps(seen[1])
    assert "strict" not in seen[2]["response_format"]["json_schema"]
    assert "response_format" not in seen[3]
    assert (seen[4].get("max_tokens"), seen[4]["max_completion_tokens"]) == (None, 64)
    assert "temperature" not in seen[5]


@pytest.mark.parametrize(
    ("message", "left_out"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", "max_tokens"),
        ("Unsupported value: 'temperature' does not support 0.7.", "temperature"),
        ("Invalid parameter: 'response_format' of type 'json_schema'.", "response_format"),
        ("Invalid schema for response_format 'decode': 'minItems' is not permitted.", "counts"),
        ("strict mode is not available", "strict"),
    ],
)
def test_what_the_message_names_goes_first(openai_place: Place, message, left_out):
    answers = iter([complaint(400, message)({}), None])
    openai_place.serve(lambda _: next(answers))
    (reply,) = openai_place.ask(structured())
    assert reply.left_out == (left_out,)


def test_calls_at_once_find_out_only_once(openai_place: Place):
    openai_place.serve(refuse=frozenset(ALL), unnamed=True, latency=0.01)

    async def ask_all() -> list[tuple[str, ...]]:
        provider = openai_place.connect()
        try:
            calls = [provider.ask(structured()) for _ in range(8)]
            return [reply.left_out for reply in await asyncio.gather(*calls)]
        finally:
            await provider.close()

    assert asyncio.run(ask_all()) == [ALL] * 8
    assert openai_place.server.stats()["requests"] == 8 + 5 + 7


def test_a_request_refused_whatever_is_left_out_teaches_nothing(openai_place: Place):
    def reply(request):
        poison = "poison" in request["messages"][-1]["content"]
        return complaint(400, "No.")(request) if poison else None

    openai_place.serve(reply)

    async def ask_both() -> tuple[str, ...]:
        provider = openai_place.connect()
        try:
            with pytest.raises(RequestRefused):
                await provider.ask(question("poison"))
            return (await provider.ask(structured())).left_out
        finally:
            await provider.close()

    assert asyncio.run(ask_both()) == ()


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation"])
def test_a_prompt_the_filter_stops_is_an_empty_filtered_reply(openai_place: Place, code):
    openai_place.serve(complaint(400, "The prompt was stopped", code))
    (reply,) = openai_place.ask(structured())
    assert (reply.text, reply.finish) == ("", "filter")
    assert openai_place.server.stats()["requests"] == 1


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thinking_in_a_field_of_its_own(openai_place: Place, name):
    body = openai_place.says("Red.")
    body["choices"][0]["message"][name] = "red or blue?"
    openai_place.serve(lambda _: body)
    (reply,) = openai_place.ask(question())
    assert (reply.thinking, reply.text) == ("red or blue?", "Red.")


def test_content_in_typed_parts(openai_place: Place):
    body = openai_place.says("")
    body["choices"][0]["message"]["content"] = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "Red."},
    ]
    openai_place.serve(lambda _: body)
    (reply,) = openai_place.ask(question())
    assert (reply.thinking, reply.text) == ("hm", "Red.")


def test_a_models_own_refusal_is_its_answer(openai_place: Place):
    body = openai_place.says("")
    body["choices"][0]["message"] |= {"content": None, "refusal": "I would rather not."}
    openai_place.serve(lambda _: body)
    assert openai_place.ask(question())[0].text == "I would rather not."


def test_an_error_inside_a_200_is_that_error(openai_place: Place):
    openai_place.serve(lambda _: {"error": {"code": 429, "message": "slow down"}})
    with pytest.raises(RateLimited):
        openai_place.ask(question())


def test_the_quota_is_spent_even_where_only_the_words_say_so(openai_place: Place):
    openai_place.serve(complaint(429, "Your credit balance is too low. See billing."))
    with pytest.raises(QuotaSpent):
        openai_place.ask(question())


def test_headers_and_fields_of_the_endpoint_go_along(openai_place: Place):
    seen = []
    openai_place.serve(lambda request: seen.append(request), key=KEY)
    openai_place.ask(
        question(),
        key_env="",
        headers={"authorization": f"Bearer {KEY}"},
        body={"top_k": 5, "max_tokens": 9},
    )
    assert (seen[0]["top_k"], seen[0]["max_tokens"]) == (5, 9)


def test_a_key_in_a_header_is_not_shown_either(openai_place: Place):
    openai_place.serve(complaint(401, f"Incorrect key: {KEY}"))
    with pytest.raises(AuthenticationFailed) as caught:
        openai_place.ask(question(), key_env="", headers={"Authorization": f"Bearer {KEY}"})
    assert KEY not in str(caught.value)


def test_text_that_cannot_be_encoded_is_refused_not_a_crash(openai_place: Place):
    openai_place.serve()
    with pytest.raises(RequestRefused, match="characters"):
        openai_place.ask(question("half a pair: \ud83d"))


def test_stripping_counts_spares_properties_of_that_name():
    schema = {
        "type": "object",
        "properties": {"minimum": {"type": "integer", "minimum": 1}},
        "minItems": 2,
    }
    assert without_counts(schema) == {
        "type": "object",
        "properties": {"minimum": {"type": "integer"}},
    }
