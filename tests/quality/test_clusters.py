"""Clusters: what hangs together, and which of them is kept."""

import pytest

from codeclm.quality.clusters import Candidate, Cluster, Member, beside, choose, cluster
from codeclm.quality.duplicates import Link


def near(*pairs):
    return [Link(one, other, "near", 0.8) for one, other in pairs]


def test_clusters_are_what_links_join():
    links = near((1, 4), (2, 6), (4, 5), (6, 7), (0, 1))
    assert cluster(9, links) == [Cluster((0, 1, 4, 5)), Cluster((2, 6, 7))]
    assert cluster(9, reversed(links)) == cluster(9, links)
    assert cluster(3, []) == []
    assert cluster(0, []) == []


def test_a_link_to_what_is_away_joins_nothing():
    assert cluster([70, 10, 30, 10], near((10, 20), (20, 30), (30, 70))) == [Cluster((30, 70))]


def test_a_long_chain_is_one_cluster():
    links = near(*((place, place + 1) for place in range(99_999)))
    assert [len(each.members) for each in cluster(100_000, links)] == [100_000]


def test_a_member_tells_how_like_the_one_kept_it_is():
    links = [Link(1, 2, "near", 0.8), Link(2, 3, "near", 0.9), Link(3, 9, "near", 0.7)]
    found = Cluster((1, 2, 3, 9))
    assert beside(3, found, links, lambda one, other: (one + other) / 100) == [
        Member(1, 0.04, False),
        Member(2, 0.9, True),
        Member(9, 0.7, True),
    ]
    assert beside(9, found, links)[0] == Member(1, None, False)


CANDIDATES = [
    Candidate(id=8, gap=-3.0, length=10, created="2025-01-02T00:00:00"),
    Candidate(id=5, gap=3.0, length=40, created="2025-03-01T00:00:00"),
    Candidate(id=4, gap=None, length=40, created="2025-03-01T00:00:00"),
    Candidate(id=3, gap=0.0, length=1, created=""),
]


@pytest.mark.parametrize(
    ("rule", "kept"), [("highest gap", 5), ("longest", 4), ("newest", 4), ("first", 3)]
)
def test_one_is_kept_by_a_rule(rule, kept):
    assert choose(CANDIDATES, rule) == kept
    assert choose(CANDIDATES[::-1], rule) == kept


def test_a_gap_counts_whoever_leads_and_an_unknown_one_last():
    assert choose([CANDIDATES[0], CANDIDATES[3]], "highest gap") == 8
    assert choose([CANDIDATES[2], CANDIDATES[3]], "highest gap") == 3
    broken = Candidate(id=1, gap=float("nan"), length=1, created="")
    assert choose([broken, CANDIDATES[3]], "highest gap") == 3
    assert choose([broken, CANDIDATES[2]], "highest gap") == 1


def test_nobody_and_an_unknown_rule_are_refused():
    with pytest.raises(ValueError, match="empty"):
        choose([], "first")
    with pytest.raises(ValueError, match="no rule"):
        choose(CANDIDATES, "best")  # type: ignore[arg-type]
