"""Balance: no use case or skill outweighs the others, and no more is left out than that takes."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from codeclm.errors import ExportError
from codeclm.export.balance import balanced, checked
from codeclm.records import Balance, Member

SEEDS = range(25)
SKILLS = ("sums", "tact", "facts", "code")


def drawn(seed: int) -> list[Member]:
    """Members of a few use cases with some skills each, in any order."""
    chance = random.Random(seed)
    found = []
    for case in range(chance.randint(1, 5)):
        for _ in range(chance.randint(1, 50)):
            skills = tuple(chance.sample(SKILLS, chance.randint(0, 3)))
            found.append((f"case {case}", skills))
    chance.shuffle(found)
    return [Member(number, f"1.0.{number}", *member) for number, member in enumerate(found, 1)]


def use_cases(members: list[Member], kept: list[int]) -> Counter[str]:
    stay = set(kept)
    return Counter(member.use_case for member in members if member.pair in stay)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cap_leaves_as_many_of_each_use_case_as_it_allows(seed):
    members, cap = drawn(seed), seed % 12 + 1
    kept = balanced(members, Balance(cap=cap), seed)
    there = Counter(member.use_case for member in members)
    assert use_cases(members, kept) == {case: min(count, cap) for case, count in there.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cap_of_skills_holds_and_what_is_left_out_had_no_room(seed):
    members, cap = drawn(seed), seed % 12 + 1
    kept = set(balanced(members, Balance(by="skill", cap=cap), seed))
    counts = Counter(skill for member in members if member.pair in kept for skill in member.skills)
    assert max(counts.values(), default=0) <= cap
    for member in members:
        full = any(counts[skill] == cap for skill in member.skills)
        assert member.pair in kept or full


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_hold_within_one_pair_and_the_scarcest_use_case_stays_whole(seed):
    members, chance = drawn(seed), random.Random(f"weights {seed}")
    there = Counter(member.use_case for member in members)
    weights = {case: chance.choice((0.5, 1, 2, 3)) for case in there}
    counts = use_cases(members, balanced(members, Balance(weights=weights), seed))
    unit = min(there[case] / weight for case, weight in weights.items())
    for case, weight in weights.items():
        # Of what weighs anything there is at least one, however scarce the scarcest is.
        assert unit * weight - 1 < counts[case] <= max(1, unit * weight + 1e-6)
    assert any(counts[case] == there[case] for case in there)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_stays_and_the_seed_alone_draws(seed):
    members = drawn(seed)
    for balance in (Balance(cap=2), Balance(by="skill", cap=2), Balance(weights={"case 0": 2})):
        kept = balanced(members, balance, seed)
        assert kept == sorted(kept) == balanced(members, balance, seed)
        assert len(kept) == len(set(kept))


def test_another_seed_keeps_others():
    members = drawn(1)
    assert len({tuple(balanced(members, Balance(cap=3), seed)) for seed in range(20)}) > 10


def test_weights_stand_to_each_other_however_small_they_are():
    members = [Member(number, str(number), case, ()) for number, case in enumerate("aabbbb")]
    counts = use_cases(members, balanced(members, Balance(weights={"a": 1e-320, "b": 1e-320}), 0))
    assert counts == {"a": 2, "b": 2}


def test_a_use_case_without_a_weight_has_the_weight_one_and_none_of_weight_zero_stays():
    members = [Member(number, str(number), "abc"[number % 3], ()) for number in range(30)]
    counts = use_cases(members, balanced(members, Balance(weights={"a": 0.5, "b": 0}), 0))
    assert counts == {"a": 5, "c": 10}


def test_a_weight_of_a_tenth_is_a_tenth():
    members = [Member(number, str(number), "ab"[number >= 30], ()) for number in range(60)]
    counts = use_cases(members, balanced(members, Balance(weights={"a": 0.1}), 0))
    assert counts == {"a": 3, "b": 30}


def test_a_cap_holds_after_weights():
    members = [Member(number, str(number), "ab"[number % 2], ()) for number in range(40)]
    counts = use_cases(members, balanced(members, Balance(weights={"a": 2}, cap=6), 0))
    assert counts == {"a": 6, "b": 6}


@pytest.mark.parametrize(
    "balance",
    [Balance(), Balance(cap=1000), Balance(by="skill", cap=1000), Balance(weights={"case 9": 1})],
)
def test_nothing_is_left_out_without_need(balance):
    members = [Member(number, str(number), "one", ("sums",)) for number in range(50)]
    assert balanced(members, balance, 0) == list(range(50))
    assert balanced([], balance, 0) == []


def test_only_weights_of_nothing_leave_nothing():
    members = [Member(1, "1", "a", ())]
    assert balanced(members, Balance(weights={"a": 0}), 0) == []


def test_a_balance_of_nothing_is_none():
    assert [bool(Balance()), bool(Balance(cap=1)), bool(Balance(weights={"a": 1}))] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("balance", "says"),
    [
        (Balance(cap=0), "at least 1"),
        (Balance(cap=-3), "at least 1"),
        (Balance(weights={"a": -1}), "0 or more"),
        (Balance(weights={"a": math.nan}), "0 or more"),
        (Balance(weights={"a": math.inf}), "0 or more"),
        (Balance(by="skill", weights={"a": 1}), "several skills"),
        (Balance(by="model"), "balanced by 'model'"),  # pyright: ignore
    ],
)
def test_what_makes_no_sense_is_refused(balance, says):
    with pytest.raises(ExportError, match=says) as caught:
        checked(balance)
    assert caught.value.hint
