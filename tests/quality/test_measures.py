"""What is told of a pool of texts, with numbers computed by hand."""

import pytest

from codeclm.quality.measures import PAIRS, Spread, drawn, measure, pieces, similarities, spread
from codeclm.quality.words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It's a state-of-the-art 'test', isn't it?", "it's a state-of-the-art test isn't it"),
        ("- One: 2 – three…", "one 2 three"),
        ("Grüße an die Straße", "grüsse an die strasse"),
        ("写一首诗 about AI", "写 一 首 诗 about ai"),
        ("«L’été»", "l’été"),
        ("…", ""),
        ("", ""),
    ],
)
def test_words_are_read_in_any_script(text, found):
    assert words(text) == found.split()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n", 0),
        ("Go!", 1),
        ("Plan a trip to Rome", 1),
        ("Plan a trip to Rome. Keep it cheap.", 2),
        ("Plan a trip to Rome, with two children: no museums; three meals.", 4),
        ("Buy milk, eggs, flour.", 1),
        ("Compare these:\n1. The sea\n2. The hills\n- one lake", 4),
        ("Pay 1,000.50 at 10:30", 1),
        ("写一首诗，关于秋天。要短！", 3),
    ],
)
def test_pieces_are_what_punctuation_and_lines_divide(text, count):
    assert pieces(text) == count


def test_the_spread_has_mean_and_quartiles():
    assert spread([1, 2, 3, 4, 10]) == Spread(4, 2, 3, 4)
    assert spread([1, 2]) == Spread(1.5, 1.25, 1.5, 1.75)
    assert spread([7]) == Spread(7, 7, 7, 7)
    assert spread([]) is None


def test_a_pool_is_measured():
    found = measure(["a b a b", "A b, c d", "e"])
    assert found.n == 3
    assert found.words == Spread(3, 2.5, 4, 4)
    # Words a b a b a b c d e: five different of nine; pairs ab ba ab ab bc cd: four of six.
    assert found.distinct_1 == pytest.approx(5 / 9)
    assert found.distinct_2 == pytest.approx(4 / 6)
    # {a, b} and {a, b, c, d} share half; the third text shares nothing.
    assert found.similarity == pytest.approx(0.5 / 3)
    assert found.pieces == Spread(4 / 3, 1, 1, 1.5)


def test_of_nothing_nothing_is_told():
    found = measure([])
    assert (found.n, found.words, found.distinct_1, found.similarity) == (0, None, None, None)
    one = measure(["word"])
    assert (one.distinct_1, one.distinct_2, one.similarity) == (1.0, None, None)


def test_texts_of_the_same_words_are_as_alike_as_can_be():
    assert similarities(["the sea, the sea", "Sea? The!"]) == [1.0]
    assert similarities(["one two", "three"]) == [0.0]
    assert similarities(["?", "!"]) == [1.0]


def test_many_pairs_are_drawn_and_the_same_ones_again():
    texts = [f"word{number % 5} and{number % 3}" for number in range(500)]
    assert len(similarities(texts[:63])) == 63 * 62 // 2
    found = similarities(texts)
    assert len(found) == PAIRS
    assert found == similarities(texts)
    assert found != similarities(texts, seed=1)
    # Two of 15 kinds are alike once in 15 times, and share one of three words in 6 more.
    assert sum(found) / PAIRS == pytest.approx(1 / 15 + 6 / 15 / 3, abs=0.03)


def test_pools_are_brought_to_one_size():
    assert drawn("abcdef", 9) == list("abcdef")
    found = drawn(range(100), 10)
    assert found == sorted(found)
    assert len(set(found)) == 10
    assert found == drawn(range(100), 10)
    assert found != drawn(range(100), 10, seed=1)
