"""A pool laid out: near what is alike, in regions with names, the same every time."""

import os
import random
import subprocess
import sys
from statistics import fmean

import numpy as np
import pytest
from jobs import ROOT

from codeclm.quality.skill_map import MOST, draw

TOPICS = {
    "baking": ["flour", "oven", "bread", "yeast", "dough", "crust", "bake", "loaf"],
    "sailing": ["mast", "anchor", "harbour", "wind", "rudder", "keel", "tide", "boat"],
    "chess": ["rook", "pawn", "bishop", "castle", "checkmate", "board", "opening", "endgame"],
}


def pool(each=40):
    chance = random.Random(1)
    return [
        (topic, f"Tell me about the {' and the '.join(chance.sample(words, 4))}.")
        for _ in range(each)
        for topic, words in TOPICS.items()
    ]


def test_texts_on_one_subject_share_regions_and_lie_together():
    told = pool()
    drawn = draw([text for _, text in told])
    by_region = {}
    for (topic, _), number in zip(told, drawn.region, strict=True):
        by_region.setdefault(number, set()).add(topic)
    assert all(len(topics) == 1 for topics in by_region.values())
    own = [
        (fmean(x for x, _ in places), fmean(y for _, y in places))
        for topic in TOPICS
        for places in [[p for p, (t, _) in zip(drawn.points, told, strict=True) if t == topic]]
    ]
    for (topic, _), place in zip(told, drawn.points, strict=True):
        nearest = min(range(3), key=lambda at: np.hypot(*np.subtract(place, own[at])))
        assert list(TOPICS)[nearest] == topic


def test_regions_are_named_by_words_of_their_own():
    drawn = draw([text for _, text in pool()])
    assert sum(region.size for region in drawn.regions) == 120
    assert [region.number for region in drawn.regions] == list(range(len(drawn.regions)))
    sizes = [region.size for region in drawn.regions]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes == [drawn.region.count(region.number) for region in drawn.regions]
    names = [region.name for region in drawn.regions]
    assert len(set(names)) == len(names)
    for region in drawn.regions:
        assert region.name.startswith(", ".join(region.terms[:2]))
        assert any(set(region.terms) <= set(words) for words in TOPICS.values())


def test_names_stay_unique_where_regions_have_the_same_words():
    chance = np.random.default_rng(0)
    vectors = np.vstack([chance.normal(at, 0.01, (30, 4)) for at in (-5, 5)])
    drawn = draw(["bread and butter"] * 60, vectors=vectors)
    names = [region.name for region in drawn.regions]
    assert len(names) > 1
    assert len(set(names)) == len(names)


def test_vectors_place_texts_that_share_no_word():
    vectors = np.array([[1, 0, 0.1], [1, 0, 0], [0, 1, 0.1], [0, 1, 0]] * 5)
    drawn = draw([f"word{n}" for n in range(20)], vectors=vectors)
    near = np.hypot(*np.subtract(drawn.points[0], drawn.points[1]))
    far = np.hypot(*np.subtract(drawn.points[0], drawn.points[2]))
    assert near < far / 5
    assert drawn.explained == pytest.approx(1.0, abs=0.05)
    for wrong in (vectors[:3], vectors[0]):
        with pytest.raises(ValueError, match="20 texts"):
            draw([f"word{n}" for n in range(20)], vectors=wrong)
    odd = draw(["a b", "c d", "e f"], vectors=np.array([[np.nan, 0], [0, 0], [np.inf, 1]]))
    assert np.isfinite(odd.points).all()


@pytest.mark.parametrize(
    "texts",
    [
        [""],
        ["bread"],
        ["", "", ""],
        ["the of and", "is"],
        ["bread and butter"] * 3000,
        ["bread", "butter"],
        ["bread", ""],
        ["x" * 50_000, "bread " * 9000, "q"],
        ["猫が好き", "写代码", "😀", "\ud800\0"],
    ],
    ids=range(9),
)
def test_odd_pools_have_a_map_too(texts):
    drawn = draw(texts)
    assert len(drawn.points) == len(drawn.region) == len(texts)
    assert np.isfinite(drawn.points).all()
    assert sum(region.size for region in drawn.regions) == len(texts)
    assert all(region.name for region in drawn.regions)
    if len(set(texts)) == 1:
        assert set(drawn.points) == {(0.0, 0.0)}
        assert len(drawn.regions) == 1
        assert drawn.explained is None


def test_no_texts_are_an_empty_map():
    drawn = draw([])
    assert (drawn.points, drawn.region, drawn.regions, drawn.explained) == ([], [], [], None)


def test_there_are_not_more_regions_than_can_be_read():
    chance = random.Random(5)
    texts = [" ".join(f"w{chance.randrange(4000)}" for _ in range(9)) for _ in range(2500)]
    assert len(draw(texts).regions) == MOST


def test_the_same_texts_make_the_same_map_whatever_the_hash_seed():
    code = (
        "from codeclm.quality.skill_map import draw;"
        "print(draw([f'bread {n % 7} butter{n % 5} and {chr(97 + n % 9)}tea' for n in range(90)]))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


def test_importing_it_loads_nothing_heavy():
    heavy = "{'numpy', 'sklearn'} & {*sys.modules}"
    code = f"import codeclm.quality.skill_map, sys; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
