"""A pool grows round by round: which prompts come next, and what is accepted of their replies."""

from __future__ import annotations

import pytest

from codeclm.strategies.pool import (
    BARREN,
    ROUND,
    TOLD,
    TOO_SIMILAR,
    Sieve,
    Standing,
    before,
    is_english,
    next_step,
)

SEEDS = ("Explain how tides come about on a small island.", "Write a letter to a landlord.")
FIRST = set(range(ROUND))


def standing(accepted=(), answered=FIRST, waiting=False):
    return Standing(accepted, answered, waiting)


def test_a_pool_begins_with_a_whole_round_and_goes_on_where_it_stopped():
    assert next_step(standing(answered=()), 5) == tuple(range(ROUND))
    assert next_step(standing(answered=FIRST - {3, 7}), 5) == (3, 7)


def test_nothing_is_looked_at_until_the_whole_round_is_in():
    assert next_step(standing(answered=FIRST - {3}, waiting=True), 5) == (3,)
    assert next_step(standing(waiting=True), 5) == "look"


def test_the_next_round_follows_when_everything_was_looked_at():
    assert next_step(standing([0, 4]), 5) == tuple(range(ROUND, 2 * ROUND))


def test_it_is_enough_at_exactly_the_size():
    assert next_step(standing([0] * 5, waiting=True), 5) == "enough"
    assert next_step(standing([0] * 5, waiting=True), 6) == "look"


def test_a_pool_that_gives_nothing_new_ends():
    rounds = set(range(BARREN * ROUND))
    assert next_step(standing(answered=rounds), 5) == "barren"
    assert next_step(standing([0], rounds), 5) == tuple(range(BARREN * ROUND, (BARREN + 1) * ROUND))
    assert next_step(standing([0], rounds | set(range(BARREN * ROUND, 4 * ROUND))), 5) == "barren"
    assert next_step(standing(answered=rounds, waiting=True), 5) == "look"


def test_a_prompt_samples_from_the_rounds_before_its_own():
    accepted = [0, 3, 3, ROUND, ROUND + 5]
    assert before(accepted, 5) == 0
    assert before(accepted, ROUND) == before(accepted, 2 * ROUND - 1) == 3
    assert before(accepted, 2 * ROUND) == 5


def test_candidates_are_held_against_seeds_and_each_other_in_their_order():
    sieve = Sieve(SEEDS, ())
    new = "Plan a vegetable garden for a shady yard in the north."
    fates = list(sieve.look([new, f"{new} Please.", f"{SEEDS[0]} Now.", "Too few words?"[:8]], 9))
    assert [fate.rule for fate in fates] == ["", TOO_SIMILAR, TOO_SIMILAR, "too short"]
    assert sieve.accepted == [new]
    own, seeds = fates[1].neighbours[0], fates[2].neighbours[0]
    assert (own.slot, own.seed, own.text) == (0, None, new)
    assert (seeds.slot, seeds.seed, seeds.text) == (None, 0, SEEDS[0])
    assert fates[1].score == own.score > 0.7
    assert fates[3].score is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Name 99 uses of the paper clip in a small office.", TOO_SIMILAR),
        ("Which uses of the paper clip are known in Japan?", ""),
    ],
)
def test_at_most_ten_neighbours_are_told_best_first_of_what_is_dropped_and_accepted(text, rule):
    known = [f"Name {count} uses of the paper clip in a small office." for count in range(15)]
    (fate,) = Sieve(known, ()).look([text], 1)
    assert fate.rule == rule
    scores = [like.score for like in fate.neighbours]
    assert len(scores) == TOLD
    assert scores == sorted(scores, reverse=True)


def test_exactly_seven_tenths_alike_is_not_too_similar():
    known = "one two three four five six seven alpha beta gamma"
    at = "one two three four five six seven delta epsilon zeta"
    above = "one two three four five six seven alpha eta theta"
    fates = [next(iter(Sieve([known], ()).look([text], 1))) for text in (at, above)]
    assert [(fate.rule, fate.score) for fate in fates] == [("", 0.7), (TOO_SIMILAR, 0.8)]


def test_looking_stops_when_there_is_no_more_room():
    texts = ["Plan a garden for bees.", "Rank five harbours by depth.", "Draft a wedding toast."]
    assert len(list(Sieve(SEEDS, ()).look(texts, 2))) == 2
    sieve = Sieve(SEEDS, texts[:2])
    assert [fate.rule for fate in sieve.look(texts, 1)] == [TOO_SIMILAR, TOO_SIMILAR, ""]


@pytest.mark.parametrize(
    ("seeds", "english"),
    [
        (SEEDS, True),
        (("Wie groß ist der Bodensee?", "Schreibe ein Gedicht."), False),
        (("请介绍一下北京。",), False),
        (("Where is the next café?", *SEEDS * 10), True),
        ((), True),
    ],
)
def test_whether_a_project_is_in_english_is_told_by_its_seeds(seeds, english):
    assert is_english(seeds) is english
