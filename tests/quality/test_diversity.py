"""How varied a pool is, by hand, and which of its texts stand outside."""

import math

import pytest

from codeclm.quality.diversity import describe, fences, outliers
from codeclm.quality.measures import drawn, measure


def test_entropy_and_evenness_are_worked_out_by_hand():
    found = describe(["a a b", "a c"])
    # 3/5, 1/5, 1/5 of the words; aa, ab, ac once each of the pairs.
    bits = -(0.6 * math.log2(0.6) + 0.4 * math.log2(0.2))
    assert found.entropy_1 == pytest.approx(bits)
    assert found.evenness_1 == pytest.approx(bits / math.log2(3))
    assert found.entropy_2 == pytest.approx(math.log2(3))
    assert found.evenness_2 == pytest.approx(1.0)


def test_what_measures_tells_is_told_the_same():
    texts = [f"Write {n} lines about topic {n % 5}, then stop." for n in range(80)]
    found, known = describe(texts, seed=3), measure(texts, seed=3)
    for name in ("n", "words", "distinct_1", "distinct_2", "similarity", "pieces"):
        assert getattr(found, name) == getattr(known, name)


def test_pools_are_compared_at_one_size():
    texts = [f"word{n} and word{n + 1}" for n in range(50)]
    found = describe(texts, size=10, seed=4)
    assert (found.n, found.pool) == (10, 50)
    assert found.distinct_1 == describe(drawn(texts, 10, seed=4)).distinct_1
    assert describe(texts, size=99).n == 50


def test_of_nothing_nothing_is_told_and_one_word_has_no_evenness():
    nothing = describe([])
    assert (nothing.entropy_1, nothing.evenness_1, nothing.distinct_1) == (None, None, None)
    assert nothing.similarity is None
    assert nothing.words is None
    same = describe(["tea tea tea"])
    assert (same.entropy_1, same.evenness_1) == (0.0, None)
    assert describe(["", "\ud800\0", "😀"]).entropy_1 is None


def many(length, count=20):
    return [" ".join(f"w{n}x{at}" for at in range(length)) for n in range(count)]


def test_texts_far_shorter_and_longer_are_told_with_the_limit():
    texts = [*many(10), "one two", *many(12), " ".join(f"z{n}" for n in range(90)), ""]
    assert [(each.place, each.kind, each.value) for each in outliers(texts)] == [
        (20, "short", 2),
        (41, "long", 90),
        (42, "short", 0),
    ]
    short, long, _ = outliers(texts)
    low, high = fences([10] * 20 + [2] + [12] * 20 + [90])
    assert (short.limit, long.limit) == (pytest.approx(low), pytest.approx(high))


def test_fences_are_tukeys():
    # Quartiles of 1, 2, 4, …, 256 are 4 and 64: four doublings, and six more on either side.
    assert fences([2**n for n in range(9)]) == pytest.approx((4 / 64, 64 * 64))
    # Where quartiles coincide, half and twice as long.
    assert fences([10] * 9) == pytest.approx((5, 20))
    assert fences([]) is None


def test_a_text_that_repeats_itself_is_told_whatever_its_length():
    repetitive = "buy now " * 15
    texts = [*many(30, 15), *many(40, 15), repetitive]
    (found,) = outliers(texts)
    assert (found.place, found.kind) == (30, "repetitive")
    assert found.value == pytest.approx(math.log(2) / math.log(30))
    assert found.value < found.limit


def test_equal_and_few_texts_have_no_outliers():
    assert outliers(["the same text"] * 1000) == []
    assert outliers(["a", "b c d e f g h " * 90]) == []
    assert outliers([]) == []


def test_texts_without_words_are_short_even_among_themselves():
    assert [each.kind for each in outliers([""] * 8)] == ["short"] * 8
