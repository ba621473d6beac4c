"""Links by vectors, held against every pair of texts there is."""

from itertools import combinations

import numpy as np
import pytest

from codeclm.pipeline.looks.meaning import compare
from codeclm.quality.stars import stars

WORDS = ("tent", "stove", "boot", "rope", "lamp", "map", "knot", "hill", "rain", "snow")


def pool(size, seed=0, directions=6):
    """Texts with vectors around a few directions, some equal to others, some of nothing."""
    rng = np.random.default_rng(seed)
    around = rng.normal(size=(directions, 16))
    rows = around[rng.integers(directions, size=size)] + 0.25 * rng.normal(size=(size, 16))
    texts = [f"{' '.join(rng.permutation(WORDS)[:6])} {place}" for place in range(size)]
    for place in range(0, size, 7):
        other = (place * 5 + 3) % size
        rows[place] = rows[other]
    for place in range(3, size, 11):
        texts[place] = texts[place - 3]
        rows[place] = rows[place - 3]
    for place in range(5, size, 13):
        texts[place] = texts[place - 1].upper() + "!"
    rows[1], texts[2], rows[2] = 0.0, "  ", 0.0
    return texts, rows.astype(np.float32)


def compared(texts, rows, least):
    links, meanings = compare(dict(enumerate(texts)), rows, least)
    return links, meanings.alike


def greedy(size, alike):
    """What is kept and what yields to it, by asking of every pair."""
    left, found = list(range(size)), set()
    while left:
        kept, *left = left
        gone = [item for item in left if alike(kept, item)]
        found |= {(item, kept) for item in gone}
        left = [item for item in left if item not in gone]
    return found


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("least", [0.8, 0.9, 0.97])
@pytest.mark.parametrize("directions", [2, 40])
def test_stars_by_vectors_are_those_of_asking_every_pair(seed, least, directions):
    texts, rows = pool(90, seed, directions)
    links, likeness = compared(texts, rows, least)
    found = stars(links, lambda item: (item,), likeness)
    assert {(one.item, one.kept) for one in found} == greedy(len(texts), likeness)


def test_only_what_is_alike_is_linked_and_by_the_strongest_word_for_it():
    texts, rows = pool(60, 3)
    links, likeness = compared(texts, rows, 0.9)
    for one, other, how, similar in links:
        assert one < other
        told = likeness(one, other)
        assert told is not None
        assert similar == pytest.approx(told[1], abs=1e-5)
        if how != "embedding":
            assert told[0] in ("exact", "normalised")


def test_texts_of_one_vector_are_each_like_what_one_of_them_is_like():
    rows = np.array([[1, 0], [1, 0], [1, 0], [0.99, 0.1], [0, 1]], dtype=np.float32)
    found, _ = compared("abcde", rows, 0.9)
    assert {(one, other) for one, other, _, _ in found} == set(combinations(range(4), 2))


def test_a_crowd_of_one_vector_is_not_quadratic_and_one_is_kept():
    size = 3000
    texts = [f"text {place}" for place in range(size)]
    rows = np.ones((size, 8), dtype=np.float32)
    links, likeness = compared(texts, rows, 0.9)
    assert len(links) == size - 1
    found = stars(links, lambda item: (-item,), likeness)
    assert {one.kept for one in found} == {size - 1}
    assert len(found) == size - 1


def test_words_alone_make_nothing_alike():
    texts = ["put up the tent in the rain", "put up the tent in the rain now"]
    rows = np.array([[1, 0], [0, 1]], dtype=np.float32)
    links, likeness = compared(texts, rows, 0.3)
    assert links == []
    assert likeness(0, 1) is None


def test_nothing_is_like_nothing():
    assert compared([], np.zeros((0, 4), dtype=np.float32), 0.9)[0] == []
    links, likeness = compared([" ", "\t"], np.zeros((2, 0), dtype=np.float32), 0.9)
    assert links == []
    assert likeness(0, 1) is None


def test_numbers_of_any_size_are_compared_by_their_direction():
    rows = np.array([[1e30, 0], [1e-30, 1e-32], [0, 1e30]], dtype=np.float32)
    links, likeness = compared("abc", rows, 0.9)
    assert likeness(0, 1)[0] == "embedding"
    assert likeness(0, 2) is None
    assert [(one, other) for one, other, _, _ in links] == [(0, 1)]
