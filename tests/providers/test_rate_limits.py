"""Rate limits as servers write them into headers."""

from __future__ import annotations

import json

import pytest
from places import Place, complaint, question

from codeclm.allowance import Allowance
from codeclm.errors import RateLimited
from codeclm.providers.headers import requests_left, tokens_left


def limits(of="requests", limit="60", remaining="59", reset="1s"):
    told = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"x-ratelimit-{name}-{of}": text for name, text in told.items() if text is not None}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20ms", 0.02),
        ("1.5s", 1.5),
        ("6m0s", 360),
        ("1h2m3.5s", 3723.5),
        ("2m59.56s", 179.56),
        ("1m500ms", 60.5),
        ("1d", 86400),
        ("12", 12),
        ("0.25", 0.25),
        (" 7s ", 7),
        ("0s", 0),
    ],
)
def test_a_reset_is_read_in_every_common_form(text, seconds):
    assert requests_left(limits(reset=text)) == Allowance(59, 60, pytest.approx(seconds))


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-1s", "1 s 2", "1s2", "s", "nan", "inf", "1e400", "1722470400", "9" * 400 + "h"],
)
def test_a_reset_that_cannot_be_read_is_none(text):
    assert requests_left(limits(reset=text)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"limit": None},
        {"remaining": None},
        {"reset": None},
        {"limit": "many"},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "inf"},
        {"remaining": "-1"},
        {"remaining": ""},
    ],
)
def test_half_a_limit_is_none(changed):
    assert requests_left(limits(**changed)) is None


def test_requests_and_tokens_are_told_apart():
    headers = limits("tokens", "150000", "149984.0", "6ms")
    assert requests_left(headers) is None
    assert tokens_left(headers) == Allowance(149_984, 150_000, 0.006)


def test_a_reply_says_what_is_left(openai_place: Place):
    headers = limits() | limits("tokens", "1000", "0", "2m")
    body = json.dumps(openai_place.says("Red."))
    answers = iter([(200, headers, body), (200, {}, body), (200, limits(), body)])
    openai_place.serve(lambda _: next(answers))
    full, none, half = openai_place.ask(question(), question(), question())
    assert full.requests_left == Allowance(59, 60, 1)
    assert full.tokens_left == Allowance(0, 1000, 120)
    assert (none.requests_left, none.tokens_left) == (None, None)
    assert (half.requests_left, half.tokens_left) == (Allowance(59, 60, 1), None)


def test_a_429_says_what_is_left_too(openai_place: Place):
    openai_place.serve(complaint(429, "slow down", headers=limits(remaining="0", reset="6m0s")))
    with pytest.raises(RateLimited) as caught:
        openai_place.ask(question())
    assert caught.value.requests_left == Allowance(0, 60, 360)
    assert caught.value.tokens_left is None
