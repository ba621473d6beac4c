"""A pool beside the seeds, and the items that fill its holes: checked by trying every number."""

import itertools
import math
import random
from fractions import Fraction

import pytest

from codeclm.errors import SettingsError
from codeclm.quality.coverage import Target, compare, missing
from codeclm.quality.distance import jensen_shannon
from codeclm.quality.filling import ROUNDS, additions


def tried(shares, counts, total, least):
    """The fewest additions after which every share holds, by trying one sum after the other."""
    fixed = sum(n for name, n in least.items() if name not in shares)
    for more in range(5000):
        size = total + fixed + more
        needs = {
            name: max(least.get(name, 0), math.ceil(share * size) - counts.get(name, 0))
            for name, share in shares.items()
        }
        # One more of a name than it needs never hurts it, so a smaller need is enough.
        if sum(needs.values()) <= more:
            return needs
    return None


def test_the_three_shares_are_worked_out_by_hand():
    match = compare({"a": 2, "b": 1, "c": 1}, {"a": 6, "b": 1, "x": 1})
    assert match.distance == jensen_shannon({"a": 2, "b": 1, "c": 1}, {"a": 6, "b": 1, "x": 1})
    # min(1/2, 3/4) + min(1/4, 1/8) + min(1/4, 0)
    assert match.matched == pytest.approx(0.625)
    assert match.covered == 0.75


def test_holes_are_filled_together_and_the_largest_stands_first():
    match = compare({"a": 2, "b": 1, "c": 1}, {"a": 6, "b": 1, "x": 1})
    # a and x are 7 items and have to be half of the pool: 14 items, a quarter of which is 3.5.
    assert [(hole.name, hole.missing) for hole in match.holes] == [("c", 4), ("b", 3)]
    added = 7 + 8
    assert all((hole.count + (hole.missing or 0)) / added >= hole.wanted for hole in match.holes)
    assert [(each.name, each.surplus) for each in match.excesses] == [("a", 2), ("x", 1)]
    assert match.excesses[1].wanted == 0


def test_equal_shares_have_neither_holes_nor_excesses():
    match = compare({"a": 1, "b": 2}, {"a": 10, "b": 20})
    assert (match.holes, match.excesses, match.covered) == ((), (), 1.0)
    assert match.matched == pytest.approx(1.0)


def test_a_hole_that_no_number_fills_says_so():
    match = compare({"a": 1, "b": 1}, {"a": 10, "b": 10, "x": 80})
    assert [(hole.name, hole.share, hole.missing) for hole in match.holes] == [
        ("a", 0.1, None),
        ("b", 0.1, None),
    ]
    assert [(each.name, each.surplus) for each in match.excesses] == [("x", 80)]


@pytest.mark.parametrize(
    ("seeds", "others"),
    [({}, {"a": 1}), ({"a": 1}, {}), ({"a": 1}, {"a": 0}), ({"a": math.nan}, {"a": 1})],
)
def test_of_nothing_nothing_is_told(seeds, others):
    match = compare(seeds, others)
    assert (match.distance, match.matched, match.covered) == (None, None, None)
    assert (match.holes, match.excesses) == ((), ())


def test_the_order_of_names_changes_nothing():
    seeds, others = {"a": 0.1, "b": 0.2, "c": 0.7}, {"c": 5, "a": 5, "b": 1}
    backwards = dict(reversed(seeds.items())), dict(reversed(others.items()))
    assert compare(seeds, others) == compare(*backwards)


def test_holes_of_random_pools_are_the_smallest():
    chance = random.Random(3)
    finite = 0
    for _ in range(300):
        seeds = {name: chance.randint(0, 6) for name in "abcd"}
        others = {name: chance.randint(0, 9) for name in "bcdx"}
        match = compare(seeds, others)
        short = {hole.name: Fraction(seeds[hole.name], sum(seeds.values())) for hole in match.holes}
        found = {hole.name: hole.missing for hole in match.holes}
        expected = tried(short, others, sum(others.values()), {}) if short else {}
        assert found == (expected or dict.fromkeys(short))
        finite += bool(expected)
    assert finite > 100


def test_counts_and_shares_hold_together():
    targets = [Target("a", count=30), Target("b", share=0.5), Target("c", count=2, share=0.1)]
    added = missing(targets, {"a": 10, "b": 10, "c": 5, "x": 5}, 30)
    # a and x become 35 of the remaining 40 %: 88 items, of which 44 and 9.
    assert added == {"a": 20, "b": 34, "c": 4}


def test_targets_of_random_pools_are_the_smallest():
    chance = random.Random(5)
    solved = 0
    for _ in range(400):
        names = chance.sample("abc", chance.randint(1, 3))
        cuts = [chance.choice([None, 0.1, 0.2, 0.25, 0.3, 0.5]) for _ in names]
        targets = [
            Target(name, chance.randint(0, 12) if share is None or chance.random() < 0.3 else None,
                   share)
            for name, share in zip(names, cuts, strict=True)
        ]  # fmt: skip
        counts = {name: chance.randint(0, 9) for name in "abcx"}
        total = sum(counts.values())
        shares = {t.name: Fraction(str(t.share)) for t in targets if t.share is not None}
        if sum(shares.values()) >= 1:
            continue
        least = {t.name: max(0, (t.count or 0) - counts[t.name]) for t in targets}
        assert missing(targets, counts, total) == least | (
            tried(shares, counts, total, least) or {}
        )
        solved += 1
    assert solved > 200


def test_shares_that_leave_nothing_over_are_met_exactly():
    thirds = [Target("a", share=0.25), Target("b", share=0.75)]
    assert missing(thirds, {"a": 5, "b": 2}, 7) == {"a": 0, "b": 13}
    uneven = [Target("a", share=0.333), Target("b", share=0.333), Target("c", share=0.334)]
    assert missing(uneven, {"a": 400}, 400) == {"a": 266, "b": 666, "c": 668}
    assert missing(uneven, {}, 0) == {"a": 0, "b": 0, "c": 0}


def test_items_of_several_names_are_counted_once():
    # Each of ten items has both names: a share of 0.8 holds, and 0.2 of the others holds too.
    targets = [Target("a", share=0.8), Target("b", share=0.2)]
    assert missing(targets, {"a": 10, "b": 10}, 10) == {"a": 0, "b": 0}


def test_where_the_smallest_is_far_away_something_near_it_is_found():
    shares = {f"{at:03}": Fraction(9999, 1_000_000) for at in range(100)}
    added = additions(shares, {}, 37, {})
    size = 37 + sum(added.values())
    assert all(n >= shares[name] * size for name, n in added.items())
    assert size < 1.1 * (37 + len(shares)) * 10_000
    assert size > 37 * 10_000
    assert ROUNDS < 1000


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        ([Target("a", share=0.7), Target("b", share=0.4)], "sum to 110 %"),
        ([Target("a", share=0.5), Target("b", share=0.5)], "3 items of other names"),
        ([Target("a", share=1.0), Target("b", count=4)], "7 items of other names"),
        ([Target("a", count=-1)], "below 0"),
        ([Target("a", share=1.5)], "no share"),
        ([Target("a", share=math.nan)], "no share"),
        ([Target("a")], "says nothing"),
        ([Target("a", count=1), Target("a", count=2)], "given twice"),
    ],
)
def test_targets_that_make_no_sense_are_refused_with_a_hint(targets, told):
    with pytest.raises(SettingsError, match=told) as refused:
        missing(targets, {"a": 2, "x": 3}, 5)
    assert refused.value.hint


def test_no_targets_need_nothing():
    assert missing([], {"a": 1}, 1) == {}


def test_a_pool_of_many_names_is_no_matter():
    seeds = {f"skill {at}": 1 + at % 7 for at in range(3000)}
    others = {f"skill {at}": 1 + at % 5 for at in itertools.chain(range(0, 3000, 2), [9999])}
    match = compare(seeds, others)
    assert len(match.holes) + len(match.excesses) == 3001
