"""A card tells of the method that made its pairs, with its paper and its own settings."""

import pytest
from facts import card_facts, run_facts

from codeclm.export.card import card
from codeclm.settings import STRATEGIES, RunSettings

PAPERS = {
    "codeclm": "2404.05875",
    "self-instruct": "2212.10560",
    "alpagasus": "2307.08701",
    "wizardlm": "2304.12244",
    "wizardlm-plus": "2304.12244",
    "tree-instruct": "2308.05696",
}


def made(strategy, **more):
    settings = RunSettings(strong="a:b", target="c:d", strategy=strategy, **more).to_dict()
    return run_facts(settings=settings)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy_is_told_with_its_paper(strategy):
    text = card(card_facts(runs=(made(strategy, use_filter=strategy == "codeclm"),)), {})
    assert f"arXiv:{PAPERS[strategy]}" in text
    assert ("Contrastive Filtering was on" in text) is False
    assert ("rubrics and actions an entry" in text) is (strategy == "codeclm")


def test_a_target_that_was_not_asked_is_not_told_of():
    plain = card(card_facts(runs=(made("wizardlm", use_filter=False),)), {})
    filtered = card(card_facts(runs=(made("wizardlm"),)), {})
    assert "<code>c:d</code>" not in plain
    assert "<code>c:d</code>" in filtered
    assert "Contrastive Filtering was on" in filtered
    assert "says what gains something, scores" in filtered


def test_runs_of_two_strategies_are_told_one_after_the_other():
    runs = made("self-instruct", use_filter=False), made("codeclm")
    text = card(card_facts(runs=runs), {})
    assert "with the Self-Instruct and CodecLM methods" in text
    assert text.index("arXiv:2212.10560") < text.index("Self-Rubrics")


def test_what_plays_no_part_without_the_filter_is_not_told_of():
    plain = card(card_facts(runs=(made("wizardlm", use_filter=False),), gaps={}), {})
    filtered = card(card_facts(runs=(made("wizardlm"),)), {})
    assert "| \u03b8 |" not in plain
    assert "| \u03b8 | 3 | 3 |" in filtered
    assert "both orders" not in plain


def test_only_codeclm_s_iterations_are_held_against_its_paper():
    wizard, ours = made("wizardlm", use_filter=False), made("codeclm")
    assert "(Fig. 3)" not in card(card_facts(runs=(wizard,)), {})
    assert "(Fig. 3)" in card(card_facts(runs=(wizard, ours)), {})


def test_where_there_is_no_metadata_the_use_case_is_the_strategy():
    told = card(card_facts(layout={"format": "jsonl", "fields": ("use_case",)}), {})
    assert "else the strategy's name" in told
