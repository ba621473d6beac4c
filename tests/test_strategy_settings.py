"""Settings of strategies: what makes no sense is refused, and what a strategy starts from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compared import SIMULATED, compared, write_seeds

from codeclm.errors import SettingsError
from codeclm.settings import RunSettings
from codeclm.store import runs


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"goal": "metadata"}, "only codeclm has runs to metadata, self-instruct has none"),
        ({"goal": "rubrics"}, "only codeclm has runs to rubrics"),
        ({"nodes": 7}, "nodes must be one of 3, 6, 10"),
        ({"rounds": 5}, "rounds must be between 1 and 4"),
        ({"dimension": "wit"}, "dimension must be one of accuracy, helpfulness"),
        ({"strategy": "magic"}, "strategy must be one of codeclm"),
        ({"target": ""}, "a target model is needed"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changed, words):
    wanted = RunSettings(strong="a:b", target="c:d", strategy="self-instruct")
    with pytest.raises(SettingsError, match=words):
        replace(wanted, **changed)


def test_a_strategy_without_metadata_starts_from_seeds_alone(studio):
    project = studio.open_project("empty")
    wanted = RunSettings(**SIMULATED, strategy="wizardlm", use_filter=False)
    with pytest.raises(SettingsError, match="starts from seeds, not from metadata"):
        project.plan_from_metadata(wanted)
    with pytest.raises(SettingsError, match="no seeds to start from"):
        project.plan_from_seeds(wanted)


@pytest.mark.parametrize("strategy", ["self-instruct", "wizardlm"])
def test_a_run_over_the_same_seeds_is_known_to_give_the_same_pairs(studio, tmp_path, strategy):
    seeds = write_seeds(tmp_path / "seeds.jsonl", 6)
    run = compared(studio, seeds, strategy, **SIMULATED, size=9)
    project = studio.project("seeds")
    wanted = replace(run.settings, size=9, concurrency=3, budget_calls=1000)
    assert project.twin_of(wanted).id == run.id
    assert project.twin_of(replace(wanted, seed=4)) is None
    assert project.twin_of(replace(wanted, strategy="tree-instruct")) is None
    project.clear_seeds()
    assert project.twin_of(wanted) is None


def test_only_a_run_that_improves_is_bound_to_rubrics(shop):
    project = shop.project("outdoor")
    wanted = RunSettings(**SIMULATED, size=4)
    for changed, bound in (
        ({}, True),
        ({"strategy": "wizardlm-plus", "use_filter": False}, False),
        ({"use_rubrics": False}, False),
        ({"goal": "rubrics"}, False),
    ):
        run = project.plan_from_metadata(replace(wanted, **changed))
        with shop.store.reading() as db:
            sets = [entry.rubric_set for entry in runs.entries(db, run.id)]
        assert any(sets) is bound


def test_without_the_filter_nobody_needs_to_reach_the_target():
    wanted = RunSettings(strong="a:b", target="c:d", use_filter=False)
    assert "target" not in wanted.asked_roles
    assert "target" in replace(wanted, use_filter=True).asked_roles
