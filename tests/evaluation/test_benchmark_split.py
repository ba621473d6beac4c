"""The part of a benchmark that metadata comes from is exact, fixed by the seed, and kept out."""

import pytest

from codeclm.errors import SettingsError
from codeclm.evaluation import split


@pytest.mark.parametrize(
    ("count", "share", "seeds"),
    [
        (218, 0.2, 44),
        (80, 0.2, 16),
        (252, 0.2, 50),
        (180, 0.2, 36),
        (10, 0.25, 3),
        (10, 0.35, 4),
        (10, 0.24, 2),
        (2, 0.2, 0),
        (3, 0.2, 1),
        (0, 0.2, 0),
        (7, 0.0, 0),
        (7, 1.0, 7),
    ],
)
def test_the_share_is_exact_and_a_half_goes_up(count, share, seeds):
    found = split(range(count), share=share)
    assert len(found.seeds) == seeds
    assert sorted(found.seeds + found.evaluated) == list(range(count))


def test_both_parts_keep_the_order():
    found = split([f"q{at:03}" for at in range(80)])
    assert list(found.seeds) == sorted(found.seeds)
    assert list(found.evaluated) == sorted(found.evaluated)


def test_the_seed_decides_which_they_are():
    assert split(range(80)) == split(range(80))
    assert split(range(80), seed=1).seeds != split(range(80), seed=2).seeds


def test_the_seeds_can_be_evaluated_too():
    found = split(range(80), include_seeds=True)
    assert found.seeds == split(range(80)).seeds
    assert found.evaluated == tuple(range(80))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_another_share_is_refused(share):
    with pytest.raises(SettingsError, match="no part of a benchmark"):
        split(range(9), share=share)
