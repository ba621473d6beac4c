"""Words as the rules of length count them."""

import pytest

from codeclm.strategies import words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  \n", 0),
        ("Don't stop, please.", 3),
        ("one\ttwo\nthree", 3),
        ("写一首诗", 4),
        ("Translate 你好 please", 4),
        ("Напиши рассказ", 2),
    ],
)
def test_words_stand_between_blanks_except_where_a_script_has_none(text, count):
    assert words.count(text) == count
