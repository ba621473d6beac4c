"""What a chain of a compared method needs next follows from its rows."""

from __future__ import annotations

import pytest

from codeclm.records import Evolution, Instruction, Judgement, Metadata, Outcome, Response, Verdict
from codeclm.settings import RunSettings
from codeclm.strategies.alpagasus import Rating
from codeclm.strategies.codeclm import Chain
from codeclm.strategies.compared import Fate, Version, next_step, starting
from codeclm.strategies.wizardlm import NO_GAIN, OPERATIONS

TEXT = "Explain how tides come about on a small island."
HARDER = f"{TEXT} Name the moon's part in it, and give one figure for each of three harbours there."
ANSWER = Response("strong", "The moon pulls at the sea, and the earth turns below it.")


def settings(strategy, **more):
    return RunSettings(strong="a:b", strategy=strategy, use_filter=False, **more)


def filtered(strategy, **more):
    return RunSettings(strong="a:b", target="c:d", strategy=strategy, **more)


def version(**more):
    chain = Chain(0, 0, Metadata("x", ()), Instruction("m1.i1", 1, TEXT))
    return Version(chain, **more)


def needs(found, wanted):
    return [(need.step, need.role, need.item) for need in next_step(found, wanted)]


@pytest.mark.parametrize("strategy", ["self-instruct", "wizardlm", "tree-instruct"])
def test_what_stands_is_answered_and_kept(strategy):
    stands, wanted = version(rounds=4), settings(strategy)
    assert needs(stands, wanted) == [("respond", "strong", "m1.i1.1")]
    assert next_step(stands.plus([ANSWER]), wanted) == Verdict(Outcome.KEEP_STRONG)


def test_wizardlm_asks_for_gain_before_it_asks_for_a_response():
    wanted = settings("wizardlm")
    assert needs(version(), wanted) == [("evolve", "strong", "m1.i1.r1")]
    made = version().plus([Evolution(1, "deepen", HARDER)])
    assert needs(made, wanted) == [("gain", "judge", "m1.i1.r1")]
    assert next_step(made.plus([False]), wanted).rule == NO_GAIN
    assert needs(made.plus([True]), wanted) == [("respond", "strong", "m1.i1.r1")]
    fate = next_step(made.plus([True]).plus([ANSWER]), wanted)
    assert isinstance(fate, Fate)
    assert (fate.rule, fate.survivor) == ("", Instruction("m1.i1", 2, HARDER, "deepen"))


def test_a_survivor_is_the_next_iteration_and_has_its_response_already():
    wanted = settings("wizardlm", rounds=1)
    made = version().plus([Evolution(1, "deepen", HARDER), True, ANSWER])
    survived = made.after(next_step(made, wanted))
    assert (survived.rounds, survived.chain.item) == (1, "m1.i1.2")
    assert next_step(survived, wanted) == Verdict(Outcome.KEEP_STRONG)


def test_a_dropped_evolution_leaves_its_parent_for_the_next_round():
    wanted = settings("wizardlm", rounds=2)
    made = version().plus([Evolution(1, "deepen", HARDER), True, Response("strong", "Sorry.")])
    fate = next_step(made, wanted)
    assert fate.rule == "the response is sorry"
    dropped = made.after(fate)
    assert (dropped.rounds, dropped.open, dropped.chain.item) == (1, None, "m1.i1.1")
    assert needs(dropped, wanted) == [("evolve", "strong", "m1.i1.r2")]


def test_tree_instruct_grows_once_and_its_rule_needs_nobody():
    wanted = settings("tree-instruct", nodes=3)
    assert needs(version(), wanted) == [("grow", "strong", "m1.i1.r1")]
    grown = version().plus([Evolution(1, "3 nodes", HARDER)])
    fate = next_step(grown, wanted)
    assert fate.rule == ""
    assert needs(grown.after(fate), wanted) == [("respond", "strong", "m1.i1.2")]
    small = version().plus([Evolution(1, "3 nodes", TEXT)])
    assert next_step(small, wanted).rule == "too few new words"
    assert needs(small.after(next_step(small, wanted)), wanted)[0][2] == "m1.i1.1"


def test_alpagasus_rates_before_anything_else_is_asked():
    wanted = filtered("alpagasus")
    assert needs(version(), wanted) == [("respond", "strong", "m1.i1.1")]
    answered = version().plus([ANSWER])
    assert needs(answered, wanted) == [("rate", "judge", "m1.i1.1")]
    assert next_step(answered.plus([Rating(4.0, "Short.")]), wanted).outcome is Outcome.EXHAUSTED
    good = answered.plus([Rating(4.5, "Right.")])
    assert needs(good, wanted) == [("respond", "target", "m1.i1.1")]
    assert next_step(good, settings("alpagasus")) == Verdict(Outcome.KEEP_STRONG)


@pytest.mark.parametrize(
    ("strong", "target", "outcome"),
    [(9, 4, "keep_strong"), (3, 9, "keep_target"), (8, 5, "exhausted"), (5, 5, "exhausted")],
)
def test_with_the_filter_what_stands_is_judged_once(strong, target, outcome):
    wanted = filtered("self-instruct")
    assert {need[1] for need in needs(version(), wanted)} == {"strong", "target"}
    answered = version().plus([ANSWER, Response("target", "No idea.")])
    assert [need[0] for need in needs(answered, wanted)] == ["judge", "judge"]
    judged = answered.plus([Judgement(0, strong, target), Judgement(1, strong, target)])
    assert next_step(judged, wanted).outcome == outcome


def test_operations_are_drawn_by_the_run_s_seed_and_the_round_s_place():
    def drawn(seed):
        wanted = settings("wizardlm", seed=seed)
        asks = [next(next_step(version(rounds=number), wanted)[0].hop) for number in range(4)]
        return [ask.request.fields["operation"] for ask in asks]

    assert drawn(0) == drawn(0) != drawn(1)
    assert set(drawn(0)) <= set(OPERATIONS)


def test_starting_instructions_are_drawn_and_stay_where_they_are_when_a_run_grows():
    assert starting(5, [5], 3) == starting(5, [9], 3) == [0, 1, 2, 3, 4]
    few = starting(80, [12], 3)
    assert few == sorted(set(few))
    assert len(few) == 12
    assert starting(80, [12], 4) != few
    grown = starting(80, [12, 30], 3)
    assert grown[:12] == few
    assert grown[12:] == sorted(grown[12:])
    assert set(grown) == set(starting(80, [30], 3))
