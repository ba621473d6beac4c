"""What is particular to Gemini's own protocol."""

from __future__ import annotations

import pytest
from places import Place, question, structured

from codeclm.errors import QuotaSpent, RateLimited, SettingsError
from codeclm.providers.gemini import gemini_schema


@pytest.fixture
def gemini(stack, monkeypatch) -> Place:
    monkeypatch.setenv("LOOPBACK_KEY", "g-0123456789")
    return Place("gemini", stack)


def test_a_blocked_prompt_is_an_empty_filtered_reply(gemini: Place):
    gemini.serve(lambda _: {"promptFeedback": {"blockReason": "SAFETY"}})
    (reply,) = gemini.ask(question())
    assert (reply.text, reply.finish) == ("", "filter")


def test_a_cut_reply_without_parts_is_empty_not_an_error(gemini: Place):
    gemini.serve(lambda _: {"candidates": [{"content": {}, "finishReason": "MAX_TOKENS"}]})
    (reply,) = gemini.ask(question())
    assert (reply.text, reply.finish) == ("", "length")


def test_the_schema_travels_in_the_subset_the_sdk_knows(gemini: Place):
    seen = []
    gemini.serve(lambda request: seen.append(request))
    gemini.ask(structured())
    config = seen[0]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseSchema"]["properties"]["instructions"]["minItems"] == "3"


def test_ranges_and_references_are_resolved_away():
    schema = {
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": {"$ref": "#/$defs/entry"}, "minItems": 2},
            "score": {"type": ["integer", "null"], "minimum": 1},
        },
        "required": ["list"],
        "additionalProperties": False,
        "$defs": {"entry": {"type": "string"}},
    }
    assert gemini_schema(schema) == {
        "type": "OBJECT",
        "required": ["list"],
        "properties": {
            "list": {"type": "ARRAY", "min_items": 2, "items": {"type": "STRING"}},
            "score": {"type": "INTEGER", "nullable": True},
        },
    }


@pytest.mark.parametrize(
    ("quota", "kind"), [("RequestsPerMinute", RateLimited), ("RequestsPerDay", QuotaSpent)]
)
def test_a_limit_a_minute_is_told_from_one_a_day(gemini: Place, quota, kind):
    body = (
        '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "You exceeded your '
        'current quota, please check your plan and billing details.", "details": ['
        f'{{"quotaId": "Generate{quota}PerProject"}}, {{"retryDelay": "34s"}}]}}}}'
    )
    gemini.serve(lambda _: (429, {}, body))
    with pytest.raises(kind) as caught:
        gemini.ask(question())
    assert caught.value.retry_after == (34 if kind is RateLimited else None)


def test_body_fields_go_into_the_generation_config(gemini: Place):
    seen = []
    gemini.serve(lambda request: seen.append(request))
    gemini.ask(question(), body={"top_k": 5})
    assert seen[0]["generationConfig"]["topK"] == 5
    with pytest.raises(SettingsError, match="num_ctx"):
        gemini.connect(body={"num_ctx": 1})
