"""What two texts share: where it stands, in the characters of each."""

import random

import pytest

from codeclm.quality.shared import longest, spans
from codeclm.quality.words import placed, words

TEXTS = [
    "It's a state-of-the-art 'test', isn't it?",
    "Grüße an die STRASSE, in der Straße",
    "İstanbul ŉow ǰa ﬃx ẞ end",
    "写一首诗 about AI、ok",
    "\ud800 a\x00b «L’été»",
    "…",
    "",
    "ß",
]


def told(text, found):
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize("text", TEXTS)
def test_placed_words_are_the_words(text):
    found = placed(text)
    assert [word for word, _, _ in found] == words(text)
    assert [start for _, start, _ in found] == sorted(start for _, start, _ in found)


def test_placed_words_are_the_words_of_any_characters():
    chance = random.Random(0)
    letters = "abß İŉǰΐﬃ'’-_ ._1é写\u0301🙂\ud800\x00"
    for _ in range(3_000):
        text = "".join(chance.choices(letters, k=chance.randint(0, 12)))
        found = placed(text)
        assert [word for word, _, _ in found] == words(text)
        for word, start, end in found:
            assert 0 <= start < end <= len(text)
            assert word in text[start:end].casefold()


def test_where_a_word_stands_is_told_in_the_text_as_given():
    text = "Straße: GROẞ, ende"
    assert told(text, [(start, end) for _, start, end in placed(text)]) == [
        "Straße",
        "GROẞ",
        "ende",
    ]


def test_runs_that_both_have_are_told():
    one = "Please write a short story, about dogs; and end it well!"
    other = "WRITE a short   story about cats and end it well."
    first, second = spans(one, other)
    assert told(one, first) == ["write a short story, about", "and end it well"]
    assert told(other, second) == ["WRITE a short   story about", "and end it well"]


def test_runs_that_follow_each_other_are_one():
    one, other = "a b c d e f", "d e f x a b c"
    first, second = spans(one, other)
    assert told(one, first) == ["a b c d e f"]
    assert told(other, second) == ["d e f", "a b c"]


def test_two_words_in_a_row_are_no_run():
    assert spans("a b x c d", "a b y c d") == ([], [])


def test_a_short_text_is_looked_for_as_a_whole():
    assert spans("Go on!", "and go on, then go on") == ([(0, 5)], [(4, 9), (16, 21)])
    assert spans("x", "y x") == ([(0, 1)], [(2, 3)])
    assert spans("on go", "go on then") == ([], [])
    assert spans("", "a") == ([], [])
    assert spans("?", "?") == ([], [])


def test_what_is_told_of_one_is_in_the_other():
    chance = random.Random(1)
    for _ in range(200):
        one, other = (" ".join(chance.choices("abcd", k=chance.randint(3, 25))) for _ in range(2))
        both = spans(one, other)
        for text, found, against in ((one, both[0], other), (other, both[1], one)):
            wanted = {place for place, _ in enumerate(text) if covered(text, place, against)}
            assert {place for start, end in found for place in range(start, end)} == wanted


def covered(text, place, against):
    """Whether a run of three words of both covers this character; words are single letters."""
    return any(
        text[start : start + 5] in against
        for start in range(0, len(text) - 4, 2)
        if start <= place < start + 5
    ) or (place % 2 == 1 and covered_gap(text, place, against))


def covered_gap(text, place, against):
    """A blank between two words that are both covered, by runs that follow each other."""
    return covered(text, place - 1, against) and covered(text, place + 1, against)


def test_the_longest_run_is_that_of_brute_force():
    chance = random.Random(2)
    for _ in range(300):
        one, other = (" ".join(chance.choices("abc", k=chance.randint(0, 18))) for _ in range(2))
        runs = [
            (start, end)
            for start in range(0, len(one), 2)
            for end in range(start + 1, len(one) + 1, 2)
            if one[start:end] in other
        ]
        best = max(runs, key=lambda run: (run[1] - run[0], -run[0]), default=None)
        assert longest(one, other) == best


def test_long_texts_are_compared_without_their_square():
    long = " ".join(f"w{number % 97}" for number in range(10_000))
    assert spans(long, long) == ([(0, len(long))], [(0, len(long))])
    assert longest(long, long) == (0, len(long))
    assert longest("a " * 25_000, "b " * 25_000) is None
