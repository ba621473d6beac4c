"""Vectors that are alike: what all their cosines tell."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from codeclm.quality.duplicates import Link
from codeclm.quality.stars import components
from codeclm.quality.vectors import find


def cluster(links):
    """The texts that hang together by links."""
    return components((link.one, link.other) for link in links)


def scattered(count: int, seed: int, clouds: int = 4) -> np.ndarray:
    chance = np.random.default_rng(seed)
    middles = chance.normal(size=(clouds, 6))
    return middles[chance.integers(0, clouds, count)] + chance.normal(size=(count, 6)) * 0.3


def brute(vectors: np.ndarray, least: float) -> dict[tuple[int, int], float]:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = units @ units.T
    return {
        pair: cosines[pair]
        for pair in combinations(range(len(vectors)), 2)
        if cosines[pair] >= least
    }


@pytest.mark.parametrize("least", [0.7, 0.9, 0.97])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_pairs_are_those_of_all_cosines(least, kind):
    vectors = scattered(600, 1, clouds=40).astype(kind)
    found = {
        (link.one, link.other): link.similarity for link in find(vectors, least=least, most=600)
    }
    expected = brute(vectors, least)
    assert found.keys() == expected.keys()
    assert [found[pair] for pair in expected] == pytest.approx([*expected.values()], abs=1e-6)
    assert find(vectors.tolist(), least=least, most=600)[0].like == "embedding"


@pytest.mark.parametrize("most", [0, 1, 4])
def test_where_not_all_are_told_the_same_vectors_hang_together(most):
    vectors = scattered(900, 2)
    pairs, found = brute(vectors, 0.95), find(vectors, least=0.95, most=most)
    assert {(link.one, link.other) for link in found} < {*pairs}
    every = [Link(one, other, "embedding", 1.0) for one, other in pairs]
    assert cluster(found) == cluster(every)
    assert len(found) < 900 * (most + 1)


def test_the_least_cosine_itself_is_enough():
    # (3, 4) and (1, 0): 0.6; and one of 0.6 - 0.00001.
    (link,) = find([[3.0, 4.0], [1.0, 0.0]], least=0.6)
    assert link.similarity == pytest.approx(0.6, abs=1e-6)
    assert find([[3.0, 4.0], [1.0, 0.0]], least=0.60001) == []


def test_equal_vectors_are_linked_with_the_first_alone():
    assert find([[1.0, 2.0]] * 5_000) == [
        Link(0, place, "embedding", 1.0) for place in range(1, 5_000)
    ]
    assert find([[0.0, 1.0], [-0.0, 1.0], [0.0, 3.0]]) == [
        Link(0, 1, "embedding", 1.0),
        Link(0, 2, "embedding", 1.0),
    ]


def test_vectors_that_tell_nothing_match_nothing():
    nothing = [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0]]
    assert find([*nothing, *nothing]) == []
    assert find([*nothing, [1.0, 1.0], [1.0, 1.0]]) == [Link(3, 4, "embedding", 1.0)]
    assert find([]) == []


def test_sizes_of_numbers_do_not_matter():
    assert [(link.one, link.other) for link in find([[1e300, 1e300], [1e-300, 1e-300]])] == [(0, 1)]
    assert [(link.one, link.other) for link in find([[1, 1], [7, 7]])] == [(0, 1)]


def test_what_is_no_table_of_vectors_is_refused():
    with pytest.raises(ValueError, match="one length"):
        find([1.0, 2.0])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="inhomogeneous"):
        find([[1.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match="least similarity"):
        find([[1.0]], least=0)


def test_it_is_told_how_far_it_is():
    told = []
    found = find(np.eye(700), least=0.9, progress=lambda done, of: told.append((done, of)))
    assert found == []
    assert [done for done, _ in told] == [0, 256 * 256 // 2, 512 * 512 // 2]
    assert {of for _, of in told} == {700 * 700 // 2}
