"""Mix-and-match, shares and batches: pure arithmetic with a seed."""

import math

import pytest

from codeclm.method.mix import mix
from codeclm.method.shares import batches, shares
from codeclm.records import Metadata, Status

ENTRIES = [
    Metadata("trip planning", ("route choice", "budget control"), origin="seed"),
    Metadata("cooking", ("heat control", "timing sense"), origin="seed"),
    Metadata("Cooking", ("taste balance",), origin="seed"),
]


def test_mixing_adds_new_combinations_of_what_is_there_behind_the_given_entries():
    mixed = mix(ENTRIES, 20, seed=1)
    assert mixed[:3] == ENTRIES
    assert len(mixed) == 20
    assert len({entry.key for entry in mixed}) == 20
    skills = {skill for entry in ENTRIES for skill in entry.skills}
    for entry in mixed[3:]:
        assert entry.use_case in {"trip planning", "cooking"}
        assert 1 <= len(entry.skills) <= 3
        assert set(entry.skills) <= skills
        assert (entry.origin, entry.status) == ("mix", Status.PENDING)
    assert {len(entry.skills) for entry in mixed[3:]} == {1, 2, 3}


def test_mixing_depends_on_the_seed_alone():
    assert mix(ENTRIES, 20, seed=1) == mix(ENTRIES, 20, seed=1)
    assert mix(ENTRIES, 20, seed=1) != mix(ENTRIES, 20, seed=2)


def test_when_combinations_run_out_the_size_is_what_there_is():
    # Two use cases (case does not count) and five skills.
    every = 2 * sum(math.comb(5, count) for count in (1, 2, 3))
    mixed = mix(ENTRIES, 10_000, seed=1)
    assert len(mixed) == every
    assert len({entry.key for entry in mixed}) == every


@pytest.mark.parametrize("wanted", [0, 1, 3])
def test_nothing_is_mixed_when_there_is_enough(wanted):
    assert mix(ENTRIES, wanted, seed=1) == ENTRIES


def test_mixing_survives_entries_without_skills():
    assert mix([Metadata("cooking", ())], 5, seed=1) == [Metadata("cooking", ())]


@pytest.mark.parametrize(
    ("entries", "total", "expected"),
    [(4, 8, [2, 2, 2, 2]), (4, 10, [3, 3, 2, 2]), (3, 3, [1, 1, 1]), (0, 5, []), (2, 0, [0, 0])],
)
def test_shares_are_equal_with_the_remainder_to_the_first(entries, total, expected):
    assert shares(entries, total, seed=0) == expected


def test_with_more_entries_than_instructions_those_that_get_one_are_drawn_with_the_seed():
    drawn = shares(200, 50, seed=3)
    assert sum(drawn) == 50
    assert set(drawn) == {0, 1}
    assert drawn == shares(200, 50, seed=3) != shares(200, 50, seed=4)


def test_a_larger_total_never_takes_from_an_entry():
    before = shares(7, 0, seed=5)
    for total in range(1, 60):
        after = shares(7, total, seed=5)
        assert sum(after) == total
        assert all(new >= old for new, old in zip(after, before, strict=True))
        before = after


@pytest.mark.parametrize(
    ("share", "size", "expected"),
    [(0, 10, []), (1, 10, [1]), (10, 10, [10]), (11, 10, [10, 1]), (25, 10, [10, 10, 5])],
)
def test_a_share_is_split_into_full_batches_and_a_rest(share, size, expected):
    assert batches(share, size) == expected


def test_weighted_shares_are_the_weights_where_the_total_is_their_sum():
    assert shares(4, 17, 0, (12, 0, 4, 1)) == [12, 0, 4, 1]
    assert shares(3, 34, 0, (12, 4, 1)) == [24, 8, 2]


@pytest.mark.parametrize("weights", [(5, 3, 1), (1, 1), (7, 0, 2, 11, 3), (1, 1000)])
def test_weighted_shares_grow_one_by_one_and_take_nothing_back(weights):
    before = [0] * len(weights)
    for total in range(1, 120):
        now = shares(len(weights), total, 0, weights)
        assert sum(now) == total
        assert sum(abs(a - b) for a, b in zip(now, before, strict=True)) == 1
        assert all(a >= b for a, b in zip(now, before, strict=True))
        assert not [
            share for share, weight in zip(now, weights, strict=True) if share > weight * total
        ]
        before = now


def test_weighted_shares_are_given_where_they_are_most_due():
    # Webster: 5/1, 3/1, 5/3, 3/3 = 1, 1/1, 5/5: equals in plan order.
    given = [shares(3, total, 0, (5, 3, 1)) for total in range(1, 7)]
    assert given == [[1, 0, 0], [1, 1, 0], [2, 1, 0], [3, 1, 0], [3, 2, 0], [3, 2, 1]]
