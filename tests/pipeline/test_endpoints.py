"""Endpoints of one's own: what is refused before it is stored, and how their lines are read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeclm.errors import SettingsError
from codeclm.pipeline.endpoints import (
    body_lines,
    header_lines,
    key_state,
    with_body,
    with_headers,
)
from codeclm.settings import Endpoint

MINE = Endpoint(name="mine", base_url="http://127.0.0.1:1/v1")
CANARY = "sk-canary-5f1d7c09e2"


def test_what_is_saved_comes_back(studio):
    mine = replace(
        MINE,
        key_env="MINE_KEY",
        headers={"X-Team": "a"},
        body={"top_k": 5, "stop": ["\n"]},
        concurrency=8,
        rpm=500,
        tpm=100_000,
        template="alpaca",
        price_in=0.0,
        price_out=2.5,
    )
    studio.save_endpoint(mine)
    assert studio.endpoints()["mine"] == mine


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "no name for an endpoint"),
        ({"name": "a b"}, "no name for an endpoint"),
        ({"key_env": "my key"}, "no name of an environment variable"),
        ({"base_url": ""}, "no usable base URL"),
        ({"base_url": "ftp://here/v1"}, "no usable base URL"),
        ({"base_url": "http:///v1"}, "no usable base URL"),
        ({"base_url": "http://[::1/v1"}, "no usable base URL"),
        ({"base_url": "http://here/v1\x1b"}, "no usable base URL"),
        ({"base_url": "http://me:secret@here/v1"}, "carries a password"),
        ({"base_url": "http://here/v1?api-version=1"}, "goes on after its path"),
        ({"concurrency": 0}, "between 1 and 1024"),
        ({"concurrency": 5000}, "between 1 and 1024"),
        ({"rpm": 0}, "requests a minute"),
        ({"tpm": -1}, "tokens a minute"),
        ({"tpm": 2**60}, "tokens a minute"),
        ({"price_in": 1.0}, "One price is missing"),
        ({"price_in": -1.0, "price_out": 1.0}, "0 or more"),
        ({"price_in": float("nan"), "price_out": 1.0}, "0 or more"),
        ({"template": "alpacca"}, "Known are plain, alpaca"),
        ({"template": "plain", "provider": "gemini"}, "cannot use a template"),
        ({"headers": {"a b": "c"}}, "cannot be sent"),
        ({"headers": {"x-name": "Zoë"}}, "cannot be sent"),
        ({"headers": {"x-name": "a\nb: c"}}, "cannot be sent"),
        ({"body": {"model": "other"}}, "set by each call"),
        ({"body": {"stream": True}}, "set by each call"),
        ({"body": {"x": float("inf")}}, "JSON has not"),
        ({"body": {"x": "\ud83d"}}, "JSON has not"),
    ],
)
def test_what_makes_no_sense_is_refused(studio, changed, told):
    with pytest.raises(SettingsError, match=told):
        studio.save_endpoint(replace(MINE, **changed))
    assert studio.own_endpoints() == {}


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "Proxy-Authorization",
        "api-key",
        "X-Api-Key",
        "x-goog-api-key",
        "Ocp-Apim-Subscription-Key",
        "X-Auth",
        "x-access-token",
        "Cookie",
        "Client-Secret",
        "X-Password",
    ],
)
def test_a_header_that_looks_like_a_key_is_refused_and_not_shown(studio, name):
    with pytest.raises(SettingsError, match="environment variable") as caught:
        studio.save_endpoint(replace(MINE, headers={name: CANARY}))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("value", [CANARY, f"Bearer {CANARY}", "basic bWU6c2VjcmV0"])
def test_a_key_in_a_header_of_any_name_is_refused(studio, value):
    with pytest.raises(SettingsError, match="environment variable") as caught:
        studio.save_endpoint(replace(MINE, headers={"x-team": value}))
    assert value not in str(caught.value)


def test_a_key_in_the_body_is_refused(studio):
    with pytest.raises(SettingsError, match="environment variable"):
        studio.save_endpoint(replace(MINE, body={"api_key": CANARY}))


def test_ordinary_headers_and_fields_are_not_taken_for_keys(studio):
    headers = {"OpenAI-Organization": "a", "HTTP-Referer": "b", "X-Max-Tokens": "c"}
    body = {"max_completion_tokens": 5, "prompt_cache_key": "a", "stop_token_ids": [1]}
    studio.save_endpoint(replace(MINE, headers=headers, body=body))
    assert studio.own_endpoints()["mine"].headers == headers


def test_lines_are_read_and_written_alike():
    mine = replace(
        MINE, headers={"x-a": "b=c"}, body={"effort": "löw", "n": None, "list": [1, True]}
    )
    assert with_headers({}, header_lines(mine)) == mine.headers
    assert with_body({}, body_lines(mine)) == mine.body


def test_lines_change_what_they_name_and_an_empty_value_takes_away():
    assert with_headers({"X-A": "1", "x-b": "2"}, ["x-a=3", " x-b = ", ""]) == {"x-a": "3"}
    assert with_body({"a": 1, "b": 2}, ["a=[]", "b="]) == {"a": []}


@pytest.mark.parametrize("line", ["x-team", "=a", CANARY])
def test_a_line_without_a_name_is_refused_and_not_quoted(line):
    with pytest.raises(SettingsError, match="has no name") as caught:
        with_headers({}, [line])
    assert line not in str(caught.value).replace("x-team=a", "")


@pytest.mark.parametrize("line", ["effort=low", "a={", "a=" + "[" * 100_000])
def test_a_field_that_is_not_json_is_refused(line):
    with pytest.raises(SettingsError, match='="low"'):
        with_body({}, [line])


def test_whether_a_key_is_there_is_told_without_it(monkeypatch):
    mine = replace(MINE, key_env="MINE_KEY")
    assert key_state(MINE) == "needs none"
    assert key_state(mine) == "not set"
    monkeypatch.setenv("MINE_KEY", CANARY)
    assert key_state(mine) == "set"


def test_only_an_endpoint_of_ones_own_can_be_removed(studio):
    with pytest.raises(SettingsError, match="of your own"):
        studio.delete_endpoint("openai")
