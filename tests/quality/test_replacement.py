"""Finding what one edit changed, and doing it to other texts."""

import pytest

from codeclm.quality.replacement import Replacement, change_between


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("Sure! Here it is.", "Here it is.", ("Sure! ", "")),
        ("We ship boots.", "We ship shoes.", ("boots", "shoes")),
        ("a colourful day", "a colorful day", ("colourful", "colorful")),
        ("the cat sat", "the dog ran", ("cat sat", "dog ran")),
        ("same", "same", None),
        ("short", "short and more", None),
        ("a b c", "a c", None),
    ],
)
def test_one_edit_is_one_phrase(before, after, change):
    assert change_between(before, after) == change


def test_a_stripped_phrase_takes_its_blanks_along_at_the_ends_only():
    strip = Replacement(old="Sure!")
    assert strip.of("x", "Sure! Here you go. Sure! Bye") == ("x", "Here you go.  Bye")
    assert strip.of(" keep\n", " keep\n") == (" keep\n", " keep\n")


def test_a_phrase_is_looked_for_where_it_is_said():
    assert Replacement(old="a", new="b", where="response").of("a", "a") == ("a", "b")
    assert Replacement(old="a", new="b", where="instruction").of("a", "a") == ("b", "a")
    assert Replacement(old="Hi", new="", place="start").of("", "Hi there, Hi") == ("", "there, Hi")
    assert Replacement(old="Hi", new="Yo", place="end").of("", "Hi there, Hi ") == (
        "",
        "Hi there, Yo",
    )
    assert Replacement(old="zz").of("abc", "abc") == ("abc", "abc")
