"""What a run of a compared method may take, as arithmetic."""

from __future__ import annotations

import pytest

from codeclm.pipeline.estimate import Model, Scope, compared, estimate
from codeclm.pipeline.estimate.compared import EASY, HARD, LIKELY
from codeclm.settings import STRATEGIES, Endpoint, RunSettings
from codeclm.store.observed import Kind, Observed

HOME = Endpoint(name="home", base_url="http://127.0.0.1:1/v1")
MODELS = dict.fromkeys(("strong", "target", "judge"), Model("home:big", HOME, None))
SEEDS = Scope(seeds=80)


def settings(strategy, **more):
    wanted = {"strong": "home:big", "size": 100, "use_filter": False, "strategy": strategy, **more}
    return RunSettings(**wanted)


def calls(strategy, course=LIKELY, scope=SEEDS, **more):
    found = compared.work(settings(strategy, **more), scope, course, 0.5, 0.8).calls
    return {f"{kind.step}{'+' if kind.harder else ''} {kind.role}": n for kind, n in found.items()}


def test_a_pool_asks_in_whole_rounds_and_answers_each_instruction_once():
    # 16 prompts give 128 instructions, of which 7 in 10 are accepted.
    assert calls("self-instruct", size=89) == {"generate strong": 16, "respond strong": 89}
    assert calls("self-instruct", size=90)["generate strong"] == 32
    assert calls("self-instruct", EASY, size=128)["generate strong"] == 16


def test_alpagasus_rates_each_and_keeps_some():
    found = compared.work(settings("alpagasus"), SEEDS, LIKELY, 0.5, 0.8)
    assert found.calls[Kind("rate", "judge")] == 100
    assert found.kept == 50
    assert calls("alpagasus", use_filter=True, target="a:b")["judge judge"] == 100


def test_wizardlm_evolves_every_seed_in_every_round():
    found = calls("wizardlm", rounds=3)
    assert found["evolve strong"] == found["gain judge"] == 80 * 3
    assert found["respond+ strong"] == pytest.approx(80 * 3 * 0.9)
    # Where nothing survived, the seed itself is answered.
    assert found["respond strong"] == pytest.approx(80 * 0.15**3)
    assert calls("wizardlm", HARD, rounds=3)["respond+ strong"] == 80 * 3


def test_wizardlm_plus_begins_as_codeclm_does_without_rubrics():
    found = calls("wizardlm-plus", scope=Scope(seeds=12, entries=10, bare=10))
    assert (found["encode strong"], found["decode strong"]) == (12, 10)
    assert found["evolve strong"] == 400
    assert not any("rubrics" in name for name in found)


def test_tree_instruct_grows_once_and_answers_what_stands():
    found = calls("tree-instruct", size=20)
    assert found["grow strong"] == 20
    assert found["respond strong"] + found["respond+ strong"] == 20


def test_the_filter_asks_the_target_once_and_the_judge_twice():
    found = calls("tree-instruct", use_filter=True, target="a:b")
    assert found["respond target"] + found["respond+ target"] == 80
    assert found["judge judge"] + found["judge+ judge"] == 160


@pytest.mark.parametrize(
    "strategy", ["self-instruct", "wizardlm", "wizardlm-plus", "tree-instruct"]
)
@pytest.mark.parametrize("filtered", [False, True])
def test_an_estimate_lies_between_its_bounds_and_takes_its_longest_way(strategy, filtered):
    wanted = settings(strategy, use_filter=filtered, target="home:big")
    found = estimate(wanted, SEEDS, MODELS)
    for figures in found.roles.values():
        assert figures.fewest <= figures.calls <= 1.05 * figures.most
    assert ("target" in found.roles) is filtered
    assert found.kept == (
        pytest.approx(found.instructions * 0.55, abs=1) if filtered else found.instructions
    )
    assert found.instructions == (80 if wanted.starts_from_seeds else 100)
    assert found.total.minutes > 0


@pytest.mark.parametrize("strategy", STRATEGIES[1:])
@pytest.mark.parametrize("more", [{}, {"stop_at_kept": 5}, {"stop_at_approved": 5}])
@pytest.mark.parametrize("filtered", [False, True])
def test_its_bounds_hold_whatever_becomes_of_what_is_rated(strategy, more, filtered):
    wanted = settings(strategy, use_filter=filtered, target="home:big", size=60, **more)
    total = estimate(wanted, SEEDS, MODELS).total
    assert total.fewest <= total.calls <= 1.05 * total.most


def test_rounds_that_wait_for_each_other_take_their_time():
    few, many = (estimate(settings("self-instruct", size=n), SEEDS, MODELS) for n in (80, 3000))
    assert many.total.minutes > 10 * few.total.minutes


def test_what_filtered_runs_of_the_same_strategy_kept_moves_the_share():
    wanted = settings("wizardlm", use_filter=True, target="home:big")
    seen = Observed(runs=(1,), instructions=400, judged={1: 100, 3: 300}, kept={1: 0, 3: 40})
    assert estimate(wanted, SEEDS, MODELS, [seen]).kept < 0.2 * 80
