"""What a chain needs next, given its rows: the one question behind start, resume and retry."""

from dataclasses import replace

import pytest

from codeclm.records import Instruction, Judgement, Metadata, Outcome, Response, Verdict
from codeclm.settings import RunSettings
from codeclm.strategies.codeclm import Chain, chain_name, next_step

SETTINGS = RunSettings(strong="simulated:s", target="simulated:t")
ACTIONS = ["add a limit", "add a stage"]
BASIC = Chain(2, 6, Metadata("cooking", ("timing sense",)), Instruction("m3.i7", 1, "Cook."))
STRONG, TARGET = Response("strong", "S"), Response("target", "T")


def needs(chain, settings=SETTINGS, actions=ACTIONS):
    step = next_step(chain, actions, settings)
    return (
        step if isinstance(step, Verdict) else [(need.step, need.role, need.item) for need in step]
    )


def test_a_place_in_the_plan_is_counted_from_one():
    assert chain_name(2, 6) == "m3.i7"
    assert BASIC.item == "m3.i7.1"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [("respond", "strong", "m3.i7.1"), ("respond", "target", "m3.i7.1")]),
        ([TARGET], [("respond", "strong", "m3.i7.1")]),
        ([STRONG, TARGET], [("judge", "judge", "m3.i7.1")] * 2),
        ([STRONG, TARGET, Judgement(1, 5, 5)], [("judge", "judge", "m3.i7.1")]),
        (
            [STRONG, TARGET, Judgement(0, 5, 5), Judgement(1, 5, 5)],
            [("improve", "strong", "m3.i7.2")],
        ),
    ],
)
def test_it_needs_what_its_rows_lack(rows, expected):
    assert needs(BASIC.plus(rows)) == expected


def test_a_clear_gap_ends_it():
    chain = BASIC.plus([STRONG, TARGET, Judgement(0, 9, 3), Judgement(1, 9, 3)])
    assert needs(chain) == Verdict(Outcome.KEEP_STRONG, 9, 3)


def test_an_improvement_starts_the_next_iteration_afresh():
    judged = BASIC.plus([STRONG, TARGET, Judgement(0, 5, 5), Judgement(1, 5, 5)])
    improved = judged.plus([Instruction("m3.i7", 2, "Cook better.", "add a limit")])
    assert improved.item == "m3.i7.2"
    assert [row.text for row in improved.earlier] == ["Cook."]
    assert needs(improved) == [
        ("respond", "strong", "m3.i7.2"),
        ("respond", "target", "m3.i7.2"),
    ]


@pytest.mark.parametrize(("iterations", "rubrics"), [(1, True), (4, False)])
def test_after_its_last_iteration_it_is_exhausted(iterations, rubrics):
    settings = replace(SETTINGS, iterations=iterations, use_rubrics=rubrics)
    chain = BASIC.plus([STRONG, TARGET, Judgement(0, 5, 5), Judgement(1, 5, 5)])
    assert needs(chain, settings).outcome is Outcome.EXHAUSTED


def test_one_that_should_improve_but_has_no_action_says_so():
    chain = BASIC.plus([STRONG, TARGET, Judgement(0, 5, 5), Judgement(1, 5, 5)])
    assert needs(chain, actions=[]).outcome is Outcome.IMPROVE


def test_without_the_filter_only_the_last_version_is_answered_by_the_strong_model_alone():
    settings = replace(SETTINGS, use_filter=False, iterations=2)
    assert needs(BASIC, settings) == [("improve", "strong", "m3.i7.2")]
    improved = BASIC.plus([Instruction("m3.i7", 2, "Cook better.", "add a limit")])
    assert needs(improved, settings) == [("respond", "strong", "m3.i7.2")]
    assert needs(improved.plus([STRONG]), settings) == Verdict(Outcome.KEEP_STRONG)
    bare = replace(settings, use_rubrics=False)
    assert needs(BASIC, bare) == [("respond", "strong", "m3.i7.1")]


def test_the_action_is_one_of_the_entrys_and_depends_on_the_place():
    judged = BASIC.plus([STRONG, TARGET, Judgement(0, 5, 5), Judgement(1, 5, 5)])

    def action():
        (need,) = next_step(judged, ACTIONS, SETTINGS)
        return next(need.hop).request.fields["action"]

    assert action() in ACTIONS
    assert {action() for _ in range(10)} == {action()}
