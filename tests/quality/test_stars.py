"""Which of alike texts are duplicates of which."""

import itertools
import random

import pytest

from codeclm.quality.stars import Duplicate, Texts, settle
from codeclm.quality.stars import stars as stars_of


def by_number(item):
    return (item,)


def stars(links, rank):
    """The duplicates by the links alone."""

    def unasked(one, other):
        raise AssertionError(f"{one} and {other} are in no crowd")

    return stars_of(links, rank, unasked)


def near(*pairs, similarity=0.8):
    return [(one, other, "near", similarity) for one, other in pairs]


def test_likeness_is_not_handed_on():
    # 1 ~ 2 ~ 3, but 1 and 3 are not alike: of 1, 2, 3 in this order only 2 is a duplicate.
    assert stars(near((1, 2), (2, 3)), by_number) == [Duplicate(2, 1, "near", 0.8)]


def test_the_best_of_a_chain_is_kept_and_takes_both():
    rank = {2: 0, 1: 1, 3: 2}
    found = stars(near((1, 2), (2, 3)), lambda item: (rank[item],))
    assert [(one.item, one.kept) for one in found] == [(1, 2), (3, 2)]


def test_equal_ones_are_linked_by_the_first_alone():
    links = [(1, 2, "exact", 1.0), (1, 3, "exact", 1.0), (1, 4, "normalised", 1.0)]
    found = stars([*links, *near((1, 9))], lambda item: (-item,))
    # 9 is kept, being of the lowest rank; all equals of 1 are like it as 1 is.
    assert {(one.item, one.kept, one.alike) for one in found} == {
        (4, 9, "near"),
        (3, 9, "near"),
        (2, 9, "near"),
        (1, 9, "near"),
    }
    found = stars(links, lambda item: (-item,))
    assert {(one.item, one.alike) for one in found} == {
        (3, "normalised"),
        (2, "normalised"),
        (1, "normalised"),
    }
    found = stars(links[:2], lambda item: (-item,))
    assert {(one.item, one.kept, one.alike) for one in found} == {(1, 3, "exact"), (2, 3, "exact")}


@pytest.mark.parametrize("seed", range(20))
def test_nothing_that_is_kept_is_like_anything_else_that_is(seed):
    chance = random.Random(seed)
    pairs = {pair for pair in itertools.combinations(range(12), 2) if chance.random() < 0.15}
    rank = {item: (chance.random(),) for item in range(12)}
    found = stars(near(*sorted(pairs)), rank.__getitem__)
    gone = {one.item for one in found}
    kept = set(range(12)) - gone
    assert not [pair for pair in pairs if set(pair) <= kept]
    for one in found:
        assert one.kept in kept
        assert (min(one.item, one.kept), max(one.item, one.kept)) in pairs
        assert rank[one.kept] < rank[one.item]


def test_the_order_of_links_changes_nothing():
    pairs = near((1, 2), (2, 3), (3, 4), (1, 4), (5, 6))
    wanted = stars(pairs, by_number)
    for turned in itertools.permutations(pairs):
        assert stars(turned, by_number) == wanted


def test_many_equal_ones_are_no_crowd_of_links():
    links = [(0, other, "exact", 1.0) for other in range(1, 50_000)]
    found = stars(links, by_number)
    assert len(found) == 49_999
    assert {one.kept for one in found} == {0}


def test_in_a_crowd_the_texts_are_asked():
    # A star of 20 links: who is in its middle is told of all, the others of the middle alone.
    links = near(*((0, other) for other in range(1, 21)))
    every = Texts(dict.fromkeys(range(21), "one and the same long text"), 0.7)
    found = stars_of(links, lambda item: (-item,), every.alike)
    assert {(one.item, one.kept) for one in found} == {(item, 20) for item in range(20)}


def test_texts_are_alike_as_the_join_has_it():
    # Ten shingles, of which seven are in both: 7 / 10 exactly.
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    texts = Texts({1: " ".join(words), 2: " ".join([*words, "a", "b", "c"]), 3: "ONE, two!"}, 0.7)
    assert texts.alike(1, 2) == ("near", 0.7)
    assert Texts(texts.texts, 0.71).alike(1, 2) is None
    assert texts.alike(1, 3) is None
    assert Texts({1: "one two", 2: "ONE, two!"}, 0.7).alike(1, 2) == ("normalised", 1.0)
    assert Texts({1: "one two", 2: "one two"}, 0.7).alike(1, 2) == ("exact", 1.0)
    assert Texts({1: " ", 2: " "}, 0.7).alike(1, 2) is None
    assert Texts({1: "?", 2: "!"}, 0.7).alike(1, 2) is None


def test_settling_holds_every_item_against_what_is_kept():
    asked = []

    def alike(one, other):
        asked.append((one, other))
        return ("near", 0.8) if abs(one - other) == 1 else None

    assert settle([2, 1, 3, 4], alike) == [
        Duplicate(1, 2, "near", 0.8),
        Duplicate(3, 2, "near", 0.8),
    ]
    assert asked == [(2, 1), (2, 3), (2, 4)]
