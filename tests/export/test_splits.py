"""Splits: shares that hold in every use case, chains that stay whole, the same draw every time."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from codeclm.errors import ExportError
from codeclm.export.splits import SPLITS, checked, split
from codeclm.records import Member

SEEDS = range(25)
EIGHTY = {"train": 0.8, "validation": 0.1, "test": 0.1}


def singles(**counts: int) -> list[Member]:
    """Members that are each a chain of its own, in the order of the use cases."""
    cases = [case for case, count in counts.items() for _ in range(count)]
    return [Member(number, f"1.0.{number}", case, ()) for number, case in enumerate(cases, 1)]


def drawn(seed: int, longest: int = 4) -> list[Member]:
    """Members of some use cases, of chains of up to ``longest`` pairs, all mixed up."""
    chance = random.Random(seed)
    found = []
    for case in range(chance.randint(1, 6)):
        for chain in range(chance.randint(1, 40)):
            found += [(f"{case}.{chain}", f"case {case}")] * chance.randint(1, longest)
    chance.shuffle(found)
    return [Member(number, *member, ()) for number, member in enumerate(found, 1)]


def shares_of(seed: int) -> dict[str, float]:
    chance = random.Random(f"shares {seed}")
    return checked(
        {name: chance.choice((0, 0.05, 0.1, 0.3, 1, 5)) for name in SPLITS} | {"train": 1}
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_pair_is_in_one_split_in_the_order_it_came_in(seed):
    members = drawn(seed)
    found = split(members, shares_of(seed), seed)
    assert sorted(id for ids in found.values() for id in ids) == [m.pair for m in members]
    assert all(ids == sorted(ids) for ids in found.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_no_chain_is_in_two_splits(seed):
    members = drawn(seed)
    chain = {member.pair: member.chain for member in members}
    found = split(members, shares_of(seed), seed)
    chains = [{chain[id] for id in ids} for ids in found.values()]
    assert sum(map(len, chains)) == len(set(chain.values()))


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_hold_within_one_chain_in_every_use_case(seed):
    members, shares = drawn(seed), shares_of(seed)
    longest = max(Counter(member.chain for member in members).values())
    found = split(members, shares, seed)
    case = {member.pair: member.use_case for member in members}
    sizes = Counter(case.values())
    for name, share in shares.items():
        counts = Counter(case[id] for id in found[name])
        for use_case, size in sizes.items():
            assert abs(counts[use_case] - share * size) <= longest, (name, use_case)


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_hold_within_one_chain_over_all(seed):
    members, shares = drawn(seed), shares_of(seed)
    longest = max(Counter(member.chain for member in members).values())
    found = split(members, shares, seed)
    for name, share in shares.items():
        assert abs(len(found[name]) - share * len(members)) <= longest, name


def test_use_cases_too_small_for_every_split_hold_the_shares_together():
    members = singles(**{f"case_{number}": 1 for number in range(100)})
    found = split(members, EIGHTY, 0)
    assert {name: len(ids) for name, ids in found.items()} == {
        "train": 80,
        "validation": 10,
        "test": 10,
    }


def test_the_same_seed_gives_the_same_splits_and_another_one_others():
    members = drawn(3)
    drawings = [split(members, EIGHTY, seed) for seed in range(20)]
    assert drawings == [split(members, EIGHTY, seed) for seed in range(20)]
    assert len({tuple(found["test"]) for found in drawings}) > 10


def test_what_is_added_to_one_use_case_moves_nothing_between_splits_in_those_before():
    before, after = singles(a=30, b=10), singles(a=30, b=17)
    first, second = (split(members, EIGHTY, 0) for members in (before, after))
    assert all(
        [id for id in first[name] if id <= 30] == [id for id in second[name] if id <= 30]
        for name in EIGHTY
    )


def test_a_chain_of_several_use_cases_counts_where_it_begins():
    members = [Member(1, "c", "a", ()), Member(2, "c", "b", ()), Member(3, "d", "b", ())]
    found = split(members, {"train": 0.5, "test": 0.5}, 0)
    assert {1, 2} in map(set, found.values())


@pytest.mark.parametrize(
    ("members", "shares", "sizes"),
    [
        ([], EIGHTY, [0, 0, 0]),
        (singles(a=1), EIGHTY, [1, 0, 0]),
        (singles(a=10), EIGHTY, [8, 1, 1]),
        (singles(a=10, b=20, c=30), EIGHTY, [48, 6, 6]),
        (singles(a=7), {"train": 1.0}, [7]),
        (singles(a=2), {"train": 0.5, "test": 0.5}, [1, 1]),
    ],
)
def test_few_pairs_and_even_shares_come_out_exactly(members, shares, sizes):
    assert [len(ids) for ids in split(members, shares, 0).values()] == sizes


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"train": 80, "validation": 10, "test": 10}, EIGHTY),
        ({"test": 1, "train": 3}, {"train": 0.75, "test": 0.25}),
        ({"train": 2, "validation": 0, "test": 0.0}, {"train": 1.0}),
    ],
)
def test_shares_are_put_in_order_and_add_up_to_one(given, expected):
    assert list(checked(given).items()) == list(expected.items())


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ({"train": 1, "dev": 1}, "no split 'dev'"),
        ({"train": -1, "test": 2}, "make no sense"),
        ({"train": 0, "test": 0}, "make no sense"),
        ({"train": float("nan")}, "make no sense"),
        ({"train": float("inf")}, "make no sense"),
        ({"train": 1e308, "test": 1e308}, "make no sense"),
        ({}, "make no sense"),
    ],
)
def test_shares_that_make_no_sense_are_refused(shares, says):
    with pytest.raises(ExportError, match=says) as caught:
        checked(shares)
    assert caught.value.hint


def test_chains_with_an_instruction_in_common_are_in_one_split():
    marks = {"a": (b"x",), "b": (b"y", b"z"), "c": (b"x", b"y"), "d": (b"w",), "e": (b"z",)}
    told = [(chain, mark) for chain, own in marks.items() for mark in own]
    members = [Member(n, chain, "one", (), mark) for n, (chain, mark) in enumerate(told, 1)]
    tied = {member.pair for member in members if member.chain != "d"}
    for seed in SEEDS:
        found = split(members, {"train": 0.5, "test": 0.5}, seed)
        assert any(tied <= set(ids) for ids in found.values())
        assert sum(map(len, found.values())) == len(members)
