"""An evaluation's judge: both scores and why, in JSON or in the one plain form that is read."""

import json

import pytest

from codeclm.chat import Reply
from codeclm.errors import ReplyError
from codeclm.method import assess
from codeclm.records import Assessment
from codeclm.settings import RunSettings

SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target")


def drive(order, *texts):
    """Answer the hop with texts in turn; returns (asks, record or error)."""
    hop = assess.hop("i", "CANDIDATE", "REFERENCE", order, SETTINGS)
    asks = [next(hop)]
    for text in texts:
        try:
            asks.append(hop.send(Reply(text=text)))
        except StopIteration as end:
            return asks, end.value
        except ReplyError as error:
            return asks, error
    raise AssertionError("the hop wanted more replies than it was given")


def said(first, second, why="Because."):
    return json.dumps({"score_1": first, "score_2": second, "explanation": why})


@pytest.mark.parametrize(
    ("text", "scores", "why"),
    [
        (said(8, 3), (8, 3), "Because."),
        (said(8.5, 1), (8.5, 1), "Because."),
        (said(10, 10, " Both say {x}. "), (10, 10), "Both say {x}."),
        (f"```json\n{said(8, 3)}\n```", (8, 3), "Because."),
        ("8 5\nThe first is clearer.", (8, 5), "The first is clearer."),
        ("8.5, 5\r\n\r\nThe first\nis clearer.", (8.5, 5), "The first\nis clearer."),
        ("8 5  \n3 4 are no scores.", (8, 5), "3 4 are no scores."),
    ],
)
def test_scores_and_explanation_are_read_and_mapped_back(text, scores, why):
    assert drive(0, text)[1] == Assessment(0, *scores, why)
    assert drive(1, text)[1] == Assessment(1, *scores[::-1], why)


@pytest.mark.parametrize(
    "text",
    [
        said(11, 3),
        said(0.5, 3),
        said(8.25, 3),
        said("8", 3),
        said(8, 3, ""),
        said(8, 3, "  "),
        '{"score_1": 8, "score_2": 3}',
        "8 5",
        "8 5\n",
        "8\n5\nThe first is clearer.",
        "8 5 The first is clearer.",
        "Scores:\n8 5\nThe first is clearer.",
        "8 5\nThe first closes its {brace}.",
        "0 5\nThe second is clearer.",
        "The first is clearer.\n8 5",
    ],
)
def test_what_is_not_whole_is_asked_again_once_and_then_given_up(text):
    asks, read = drive(0, text, said(8, 3))
    assert read == Assessment(0, 8, 3, "Because.")
    assert asks[1].because
    asks, error = drive(0, text, text)
    assert isinstance(error, ReplyError)
    assert error.raw == text
    assert len(asks) == 2


def test_the_order_decides_who_is_shown_first_and_nothing_else():
    one, two = (assess.request("i", "CANDIDATE", "REFERENCE", order, SETTINGS) for order in (0, 1))
    assert (one.fields["first"], two.fields["first"]) == ("CANDIDATE", "REFERENCE")
    swapped = two.messages[-1].content.replace("CANDIDATE", "*").replace("REFERENCE", "CANDIDATE")
    assert swapped.replace("*", "REFERENCE") == one.messages[-1].content


def test_it_is_a_step_of_its_own_at_temperature_zero():
    request = assess.request("i", "c", "r", 0, SETTINGS)
    assert (request.step, request.temperature) == ("assess", 0)
    assert request.schema["required"] == ["score_1", "score_2", "explanation"]
    assert "order" in request.messages[-1].content


def test_a_project_may_word_it_its_own_way():
    own = "# User\n\n$instruction\n\n$first\n\n$second\n\nWhich one, and why?"
    settings = RunSettings(strong="s:s", target="t:t", prompts={"assess": own})
    request = assess.request("i", "c", "r", 0, settings)
    assert request.messages[0].content.endswith("Which one, and why?")
