"""Deciding, editing and undoing, by one person or two."""

import json

import pytest

from codeclm.errors import StoreError
from codeclm.pipeline.studio import Studio
from codeclm.records import Status


@pytest.fixture
def studio(outdoor):
    return outdoor


@pytest.fixture
def project(studio):
    return studio.project("outdoor")


def test_only_a_pair_in_the_expected_status_is_decided(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    assert project.reviews.decide(pair, Status.APPROVED, reviewer="ada")
    assert not project.reviews.decide(pair, Status.REJECTED, reviewer="bob")
    assert project.pair(pair).status is Status.APPROVED
    assert project.reviews.decide(
        pair, Status.REJECTED, expected=Status.APPROVED, reason="wrong fact"
    )
    assert project.pair(pair).reason == "wrong fact"


def test_an_edit_stands_beside_the_machines_text(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    before = project.pair(pair)
    assert project.reviews.edit(before, "My instruction", "My response")
    after = project.pair(pair)
    assert (after.instruction, after.response, after.edited) == (
        "My instruction",
        "My response",
        True,
    )
    assert after.strong_response == before.strong_response
    assert after.chain == before.chain


def test_undo_takes_back_one_thing_after_the_other(project):
    one, two = project.pair_ids(project.filter(), 2)
    original = project.pair(two)
    project.reviews.decide(one, Status.APPROVED)
    assert project.reviews.edit(project.pair(two), "Mine", "Mine too")
    assert project.reviews.edit(project.pair(two), "Better", "Mine too")
    project.reviews.decide(two, Status.REJECTED)
    assert project.reviews.undo().pair == two
    assert project.pair(two).status is Status.PENDING
    assert project.reviews.undo().pair == two
    assert project.pair(two).instruction == "Mine"
    assert project.reviews.undo().pair == two
    assert project.pair(two) == original
    assert project.reviews.undo().pair == one
    assert project.reviews.undo() is None


def test_an_edit_of_a_pair_that_has_changed_meanwhile_changes_nothing(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    seen = project.pair(pair)
    project.reviews.edit(seen, "Bob's", "Bob's too", "bob")
    project.reviews.decide(pair, Status.APPROVED, reviewer="bob")
    assert not project.reviews.edit(seen, "Ada's", "Ada's too", "ada")
    after = project.pair(pair)
    assert (after.instruction, after.status) == ("Bob's", Status.APPROVED)


def test_undo_takes_back_ones_own_and_only_what_nobody_acted_upon(project):
    one, two = project.pair_ids(project.filter(), 2)
    project.reviews.decide(one, Status.APPROVED, reviewer="ada")
    project.reviews.decide(two, Status.REJECTED, reviewer="bob")
    assert project.reviews.undo("ada").pair == one
    assert project.pair(two).status is Status.REJECTED
    project.reviews.decide(one, Status.APPROVED, reviewer="ada")
    project.reviews.decide(one, Status.REJECTED, expected=Status.APPROVED, reviewer="bob")
    assert project.reviews.undo("ada") is None


def test_a_pair_belongs_to_its_project(studio, project):
    (pair,) = project.pair_ids(project.filter(), 1)
    other = studio.create_project("other")
    assert not other.reviews.decide(pair, Status.APPROVED)
    assert not other.reviews.edit(project.pair(pair), "a", "b")
    with pytest.raises(StoreError, match="There is no pair"):
        other.pair(pair)


def test_undo_leaves_other_projects_alone(studio, project):
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.decide(pair, Status.APPROVED)
    assert studio.create_project("other").reviews.undo() is None
    assert project.pair(pair).status is Status.APPROVED


def test_filters_narrow_and_order(project):
    everything = list(project.pairs())
    gaps = [pair.gap for pair in project.pairs(project.filter(order="gap_down"))]
    assert gaps == sorted(gaps, reverse=True)
    assert len(gaps) == len(everything) == project.count_pairs()
    use_case, skill = everything[0].use_case, everything[0].skills[0]
    for narrowing, test in (
        ({"use_case": use_case}, lambda pair: pair.use_case == use_case),
        ({"skill": skill}, lambda pair: skill in pair.skills),
        ({"side": "target"}, lambda pair: pair.response_from == "target"),
        ({"gap_from": 4.0, "gap_to": 6.0}, lambda pair: 4 <= pair.gap <= 6),
        ({"iteration": 2}, lambda pair: pair.iteration == 2),
        ({"status": Status.APPROVED}, lambda pair: False),
    ):
        wanted = project.filter(**narrowing)
        expected = [pair.id for pair in everything if test(pair)]
        assert [pair.id for pair in project.pairs(wanted)] == expected
        assert project.pair_ids(wanted, 1000) == expected
        assert project.count_pairs(wanted) == len(expected)


def test_two_studios_on_one_database_see_each_other(studio, project):
    (pair,) = project.pair_ids(project.filter(), 1)
    with Studio(studio.path) as other:
        theirs = other.project("outdoor")
        assert theirs.reviews.decide(pair, Status.APPROVED)
        assert not project.reviews.decide(pair, Status.REJECTED)


def test_a_pair_that_is_not_there(project):
    with pytest.raises(StoreError, match="There is no pair 99999"):
        project.pair(99999)


def test_an_export_says_who_decided(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.decide(pair, Status.APPROVED, reviewer="ada")
    (line,) = project.lines(project.filter(status=Status.APPROVED))
    assert json.loads(line)["review"]["reviewer"] == "ada"


def test_a_pair_that_a_new_theta_dropped_goes_with_the_last_review_of_it(studio, project):
    run = project.runs()[0]
    one, two = project.pair_ids(project.filter(gap_to=6.0), 2)
    project.reviews.decide(one, Status.APPROVED)
    project.reviews.edit(project.pair(two), "My instruction", "My response")
    run.change(theta=9.0)
    dropped = project.filter(dropped=True)
    assert project.pair_ids(dropped, 10) == [one, two]
    assert project.pair_ids(project.filter(status=Status.PENDING, dropped=False), 10) == []
    for pair in (two, one):
        assert project.reviews.undo().pair == pair
        assert pair not in project.pair_ids(dropped, 10)
    assert studio.doctor() == []
