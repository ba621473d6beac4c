"""What people do to pairs: swap, tag, note, many at once, taken back and done again."""

import pytest

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline.doctor import examine
from codeclm.quality.replacement import Replacement
from codeclm.records import Status


@pytest.fixture
def studio(outdoor):
    return outdoor


@pytest.fixture
def project(studio):
    return studio.project("outdoor")


def statuses(project):
    return {pair.id: pair.status for pair in project.pairs()}


def test_the_other_response_is_taken_and_given_back(project):
    pair = next(project.pairs())
    other = {"strong": "target", "target": "strong"}[pair.response_from]
    project.reviews.swap(pair.id, "ada")
    swapped = project.pair(pair.id)
    assert (swapped.response_from, swapped.swapped) == (other, True)
    assert swapped.response == getattr(pair, f"{other}_response")
    assert pair.id in project.pair_ids(project.filter(side=other), 1000)
    project.reviews.swap(pair.id, "ada")
    assert project.pair(pair.id).response == pair.response
    assert project.reviews.undo("ada").decision == "swap"
    assert project.pair(pair.id).swapped


def test_the_newer_of_an_edit_and_a_swap_gives_the_response(project):
    pair = next(project.pairs())
    project.reviews.edit(pair, "My question", "My answer")
    project.reviews.swap(pair.id)
    swapped = project.pair(pair.id)
    assert swapped.instruction == "My question"
    assert swapped.response == swapped.target_response
    project.reviews.edit(swapped, "My question", "Mine again")
    assert project.pair(pair.id).response == "Mine again"
    found = project.pair_ids(project.filter(text="mine AGAIN"), 10)
    assert found == [pair.id]
    assert project.pair_ids(project.filter(text="My answer"), 10) == []


def test_a_pair_that_was_never_answered_twice_cannot_be_swapped(studio):
    project = studio.project("outdoor")
    pair = next(project.pairs())
    with studio.store.writing() as db:
        db.conn.execute("delete from responses where side = 'target'")
    with pytest.raises(StoreError, match="no other response"):
        project.reviews.swap(pair.id)
    with pytest.raises(StoreError, match="no other response"):
        project.reviews.decide(pair.id, Status.APPROVED, swap=True)
    assert project.pair(pair.id).status is Status.PENDING


def test_tags_and_notes_are_taken_back_like_decisions(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.tag(pair, "  flagged ")
    project.reviews.tag(pair, "refund")
    project.reviews.note(pair, "ask Bob")
    assert set(project.pair(pair).tags) == {"flagged", "refund"}
    assert project.pair_ids(project.filter(tag="flagged"), 10) == [pair]
    assert project.reviews.tags() == {"flagged": 1, "refund": 1}
    project.reviews.note(pair, "")
    assert project.pair(pair).note == ""
    project.reviews.undo()
    assert project.pair(pair).note == "ask Bob"
    project.reviews.tag(pair, "flagged", on=False)
    assert project.pair(pair).tags == ("refund",)
    for _ in range(4):
        project.reviews.undo()
    assert (project.pair(pair).tags, project.pair(pair).note) == ((), "")
    assert project.reviews.undo() is None


@pytest.mark.parametrize("tag", ["", " ", "x" * 61, "a\u202eb"])
def test_a_tag_must_be_readable(project, tag):
    with pytest.raises(SettingsError, match="visible characters"):
        project.reviews.tag_all(project.filter(), tag)


def test_a_thousand_decisions_are_taken_back_and_done_again(project):
    queue = project.pair_ids(project.filter(), 1000)
    for turn in range(1000):
        pair = queue[turn % len(queue)]
        now = project.pair(pair).status if turn >= len(queue) else Status.PENDING
        new = Status.REJECTED if now is Status.APPROVED else Status.APPROVED
        assert project.reviews.decide(pair, new, expected=now, reviewer="ada")
    after = statuses(project)
    for _ in range(1000):
        assert project.reviews.undo("ada")
    assert set(statuses(project).values()) == {Status.PENDING}
    assert project.reviews.undo("ada") is None
    for _ in range(1000):
        assert project.reviews.redo("ada")
    assert statuses(project) == after
    assert project.reviews.redo("ada") is None


def test_something_new_ends_what_could_be_done_again(project):
    one, two = project.pair_ids(project.filter(), 2)
    project.reviews.decide(one, Status.APPROVED)
    project.reviews.undo()
    project.reviews.tag(two, "flagged")
    assert project.reviews.redo() is None
    assert project.pair(one).status is Status.PENDING


def test_nobody_does_again_what_another_has_changed_since(project):
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.decide(pair, Status.APPROVED, reviewer="ada")
    project.reviews.undo("ada")
    project.reviews.decide(pair, Status.REJECTED, reviewer="bob")
    assert project.reviews.redo("ada") is None
    assert project.pair(pair).status is Status.REJECTED


def test_all_of_a_filter_are_decided_at_once_and_taken_back_at_once(project, studio):
    first, *_ = queue = project.pair_ids(project.filter(), 1000)
    project.reviews.decide(first, Status.REJECTED, reviewer="ada")
    wanted = project.filter()
    assert project.reviews.statuses(wanted) == {
        Status.PENDING: len(queue) - 1,
        Status.REJECTED: 1,
    }
    assert project.reviews.decide_all(wanted, Status.APPROVED, reviewer="ada") == len(queue)
    assert project.count_pairs(project.filter(status=Status.APPROVED)) == len(queue)
    done = project.reviews.undo("ada")
    assert (done.pairs, done.decision, done.left) == (len(queue), "approved", 0)
    assert project.pair(first).status is Status.REJECTED
    assert project.reviews.redo("ada").pairs == len(queue)
    assert project.count_pairs(project.filter(status=Status.APPROVED)) == len(queue)
    assert examine(studio.store) == []


def test_undo_of_many_leaves_what_others_have_decided_since(project):
    queue = project.pair_ids(project.filter(), 1000)
    project.reviews.decide_all(project.filter(), Status.APPROVED, reviewer="ada")
    project.reviews.decide(queue[3], Status.REJECTED, expected=Status.APPROVED, reviewer="bob")
    done = project.reviews.undo("ada")
    assert (done.pairs, done.left) == (len(queue) - 1, 1)
    assert project.pair(queue[3]).status is Status.REJECTED
    assert project.count_pairs(project.filter(status=Status.PENDING)) == len(queue) - 1


def test_tagging_all_counts_only_what_had_no_tag(project):
    queue = project.pair_ids(project.filter(), 1000)
    project.reviews.tag(queue[0], "good")
    assert project.reviews.tag_all(project.filter(), "good") == len(queue) - 1
    assert project.reviews.tag_all(project.filter(), "good", on=False) == len(queue)
    project.reviews.undo()
    project.reviews.undo()
    assert project.reviews.tags() == {"good": 1}


def test_a_phrase_is_replaced_everywhere_at_once(project):
    before = {pair.id: (pair.instruction, pair.response) for pair in project.pairs()}
    change = Replacement(old=next(project.pairs()).response.split()[1], new="Other words")
    meant = {pair.id: (i, r) for pair, i, r in project.reviews.replaced(project.filter(), change)}
    assert meant
    assert project.reviews.replace_all(project.filter(), change, "ada") == len(meant)
    after = {pair.id: (pair.instruction, pair.response) for pair in project.pairs()}
    assert after == before | meant
    assert not list(project.reviews.replaced(project.filter(), change))
    assert project.reviews.undo("ada").pairs == len(meant)
    assert {p.id: (p.instruction, p.response) for p in project.pairs()} == before


def test_second_looks_and_disputes_are_found(project):
    one, two, *_ = project.pair_ids(project.filter(), 10)
    project.reviews.decide(one, Status.APPROVED, reviewer="ada")
    project.reviews.decide(two, Status.APPROVED, reviewer="ada")
    look = project.filter(second_look="bob")
    assert project.pair_ids(look, 10) == [one, two]
    assert project.pair_ids(project.filter(second_look="ada"), 10) == []
    project.reviews.decide(one, Status.REJECTED, expected=Status.APPROVED, reviewer="bob")
    project.reviews.decide(two, Status.APPROVED, expected=Status.APPROVED, reviewer="bob")
    assert project.pair_ids(look, 10) == []
    assert project.pair_ids(project.filter(disputed=True), 10) == [one]
    assert project.count_pairs(project.filter(disputed=False)) == project.count_pairs() - 1


def test_two_reviewers_are_never_given_the_same_pair(project, monkeypatch):
    queue = project.filter(status=Status.PENDING)
    first = project.reviews.claim_next(queue, "ada", 0)
    second = project.reviews.claim_next(queue, "bob", 0)
    assert first != second
    assert project.reviews.claim_next(queue, "ada", 0) == first
    assert project.reviews.claimed_by_others("ada") == [("bob", second)]
    project.reviews.decide(first, Status.APPROVED, reviewer="ada")
    third = project.reviews.claim_next(queue, "ada", 0)
    assert third not in (first, second)
    monkeypatch.setattr("codeclm.store.claims.HELD", -1.0)
    project.reviews.claim_next(queue, "bob", 0)
    assert project.reviews.claim_next(queue, "ada", 0) == second


def test_orders_and_filters_agree_with_what_pairs_say(project):
    pairs = list(project.pairs())
    by_length = sorted(
        pairs, key=lambda pair: (len(pair.instruction) + len(pair.response), pair.id)
    )
    assert project.pair_ids(project.filter(order="shortest"), -1) == [pair.id for pair in by_length]
    shuffled = project.pair_ids(project.filter(order="random"), -1)
    assert sorted(shuffled) == sorted(pair.id for pair in pairs)
    assert shuffled != sorted(shuffled)
    assert shuffled == project.pair_ids(project.filter(order="random"), -1)
    assert project.count_pairs(project.filter(model="simulated:target")) == len(pairs)
    assert project.count_pairs(project.filter(model="openai:other")) == 0
    word = pairs[0].response.split()[0]
    held = [p.id for p in pairs if word.lower() in f"{p.instruction}\n{p.response}".lower()]
    assert project.pair_ids(project.filter(text=word), -1) == held
    assert project.count_pairs(project.filter(text="100%_no")) == 0
    assert project.pair_ids(project.filter(among=(pairs[2].id, 10**9)), -1) == [pairs[2].id]


def test_a_project_has_its_own_reasons(project):
    assert "wrong answer" in project.reviews.reasons()
    project.reviews.save_reasons(["not our tone", " not our  tone ", "", "illegal"])
    assert project.reviews.reasons() == ["not our tone", "illegal"]
    project.reviews.save_reasons([])
    assert "wrong answer" in project.reviews.reasons()
