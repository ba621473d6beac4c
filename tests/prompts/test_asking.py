"""What a strategy asks: no step and no prompt is known in one place and forgotten in another."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from codeclm import prompts
from codeclm.chat import Step
from codeclm.cli.runs import STEPS as FAILING
from codeclm.pipeline.estimate import Model, Scope
from codeclm.pipeline.estimate.beliefs import calls
from codeclm.prompts.asking import EVALUATION, STEPS, STRATEGIES, prompts_of, steps_of
from codeclm.settings import STRATEGIES as TO_CHOOSE
from codeclm.settings import Endpoint, RunSettings
from codeclm.store.observed import Kind

SETTINGS = RunSettings(strong="home:big", target="home:small")
HOME = Model("home:big", Endpoint(name="home"), None)


def test_every_prompt_but_the_evaluations_is_asked_by_a_strategy():
    assert set(prompts.PURPOSES) - set(prompts_of(*STRATEGIES)) == {"assess"}


def test_every_step_but_three_is_one_of_a_strategy_and_asks_with_a_prompt_of_its_name():
    steps = {step for step, _ in STEPS}
    assert set(get_args(Step)) - steps == {"assess", "test", "embed"}
    assert steps - set(prompts.PURPOSES) == {"respond"}
    assert steps_of(*STRATEGIES) == STEPS


@pytest.mark.parametrize(
    ("strategy", "steps"),
    [
        ("codeclm", "encode rubrics decode improve respond respond judge"),
        ("self-instruct", "generate respond respond judge"),
        ("alpagasus", "generate respond respond rate judge"),
        ("wizardlm", "evolve gain respond respond judge"),
        ("wizardlm-plus", "encode decode evolve gain respond respond judge"),
        ("tree-instruct", "grow respond respond judge"),
    ],
)
def test_a_strategy_takes_its_steps_in_order(strategy, steps):
    assert [step for step, _ in steps_of(strategy)] == steps.split()


def test_wizardlm_asks_with_the_words_of_all_its_operations():
    found = prompts_of("wizardlm")
    assert sum(name.startswith("evolve-") for name in found) == 6
    assert found == tuple(name for name in prompts.PURPOSES if name in found)
    assert "rubrics" not in prompts_of("wizardlm-plus")


def test_what_can_be_chosen_is_known_here_and_its_failures_can_be_named():
    assert set(TO_CHOOSE) <= set(STRATEGIES)
    asked = (*steps_of(*TO_CHOOSE), *EVALUATION)
    assert tuple(dict.fromkeys(step for step, _ in asked)) == FAILING


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_call_of_each_step_can_be_estimated(strategy):
    models = dict.fromkeys(("strong", "target", "judge"), HOME)
    found = calls(replace(SETTINGS, strategy=strategy), Scope(entries=2), models, ())
    assert {(kind.step, kind.role) for kind in found} == set(steps_of(strategy))
    assert all(call.prompt > 5 and call.completion > 5 for call in found.values())
    if strategy == "alpagasus":
        assert found[Kind("rate", "judge")].completion > found[Kind("judge", "judge")].completion
