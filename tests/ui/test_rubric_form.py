"""What is odd about a set of rubrics."""

from codeclm.records import Rubric
from codeclm.ui.rubric_form import warnings


def test_a_sound_set_has_no_warning() -> None:
    assert warnings([Rubric("a", "b"), Rubric("c", "d")]) == []


def test_repetition_is_named_by_their_place() -> None:
    told = warnings([Rubric("Be exact", "be  exact."), Rubric("x", "BE EXACT"), Rubric("y", " ")])
    assert told == [
        "Action 1 only repeats its rubric.",
        "Action 2 says the same as action 1.",
    ]
