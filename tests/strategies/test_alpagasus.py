"""Alpagasus: how a rating is asked for and read."""

import json

import pytest
from hops import drive

from codeclm.errors import ReplyError
from codeclm.settings import RunSettings
from codeclm.strategies import alpagasus
from codeclm.strategies.alpagasus import Rating

SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target", judge_temperature=1.0)


def rated(score, explanation="It is right."):
    return json.dumps({"score": score, "explanation": explanation})


def hop():
    return alpagasus.hop("Explain tides.", "The moon pulls.", "accuracy", SETTINGS)


def test_one_dimension_is_asked_about_at_temperature_0():
    one, two = (
        alpagasus.request("Explain tides.", "The moon pulls.", dimension, SETTINGS)
        for dimension in ("accuracy", "helpfulness")
    )
    assert (one.step, one.temperature) == ("rate", 0.0)
    assert "accuracy" in one.messages[-1].content
    assert "helpfulness" not in one.messages[-1].content
    assert "helpfulness" in two.messages[-1].content
    assert "~~~\nThe moon pulls.\n~~~" in one.messages[-1].content


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        (rated(4.5), Rating(4.5, "It is right.")),
        (rated(0), Rating(0, "It is right.")),
        (rated(5), Rating(5, "It is right.")),
        ("4.5\nIt is right.\nAll of it.", Rating(4.5, "It is right.\nAll of it.")),
        ("4\n\nIt is right.", Rating(4, "It is right.")),
        ("4.5\r\nIt is right.", Rating(4.5, "It is right.")),
    ],
)
def test_a_rating_is_read_with_its_explanation(text, rating):
    assert drive(hop(), text)[1] == rating


@pytest.mark.parametrize(
    "text",
    [
        rated(5.5),
        rated(-1),
        rated(4.3),
        rated("4"),
        rated(True),
        rated(4, " "),
        '{"score": NaN, "explanation": "x"}',
        '{"score": 4}',
        "4",
        "4.5 because it is right",
        "Score: 4\nIt is right.",
        "4/5\nIt is right.",
        "9\nIt is right.",
        "10\nIt is right.",
    ],
)
def test_a_rating_is_never_guessed(text):
    _, error = drive(hop(), text, text)
    assert isinstance(error, ReplyError)
    assert drive(hop(), text, rated(3))[1].score == 3


def test_exactly_four_and_a_half_is_kept():
    ratings = [drive(hop(), rated(score / 2))[1] for score in range(11)]
    assert [rating.score for rating in ratings if rating.is_kept] == [4.5, 5.0]
