"""The front matter of a card: what the hub reads, whatever people have written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cards import front, hostile_card, matter
from facts import card_facts, run_facts

from codeclm.export.card import card
from codeclm.records import DataFile


def test_the_front_matter_tells_the_hub_what_it_is():
    told = matter(card(card_facts(), {}))
    assert told == {
        "pretty_name": "Shop help instructions",
        "license": "cc-by-4.0",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "size_categories": ["n<1K"],
        "tags": ["synthetic", "codeclm", "instruction-tuning"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [
                    {"split": "train", "path": ["data/train.jsonl"]},
                    {"split": "validation", "path": ["data/validation.jsonl"]},
                ],
            }
        ],
    }


def test_preferences_and_simulations_have_tags():
    assert "dpo" in matter(card(card_facts("dpo"), {}))["tags"]
    assert "kto" in matter(card(card_facts("kto"), {}))["tags"]
    assert "dpo" not in matter(card(card_facts(), {}))["tags"]
    simulated = card_facts(runs=(run_facts(simulated=True),))
    assert "simulated" in matter(card(simulated, {}))["tags"]


@pytest.mark.parametrize(
    ("rows", "size"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (99_999, "10K<n<100K"), (2_000_000, "1M<n<10M")],
)
def test_the_size_is_one_of_the_hub_s(rows, size):
    facts = card_facts(files=(DataFile("data/train.jsonl", "train", rows, 1, ""),))
    assert matter(card(facts, {}))["size_categories"] == [size]


@pytest.mark.parametrize(
    ("licence", "told"),
    [
        ("Apache-2.0", {"license": "apache-2.0"}),
        ("My licence, v1", {"license": "other", "license_name": "my-licence-v1"}),
        ("许可", {"license": "other", "license_name": "see-the-card"}),
        ("", {}),
    ],
)
def test_a_licence_that_the_hub_does_not_know_is_another_one(licence, told):
    facts = card_facts()
    text = card(replace(facts, terms=replace(facts.terms, licence=licence)), {})
    assert {key: matter(text)[key] for key in matter(text) if key.startswith("license")} == told


@pytest.mark.parametrize(("language", "told"), [("no", ["no"]), ("pt-BR", ["pt"]), ("?", None)])
def test_a_language_is_a_code_and_stays_a_text(language, told):
    facts = card_facts()
    text = card(replace(facts, terms=replace(facts.terms, language=language)), {})
    assert matter(text).get("language") == told


def test_no_name_breaks_the_front_matter():
    told = matter(hostile_card())
    assert told["license"] == "other"
    assert told["pretty_name"].startswith('x" --- license: mit <img')
    assert set(told) <= {
        *("pretty_name", "license", "license_name", "language", "task_categories"),
        *("size_categories", "tags", "configs", "dataset_info"),
    }


def test_every_value_of_the_front_matter_is_a_quoted_scalar():
    # What PyYAML makes of it is asked above; this holds without it, too.
    for line in front(hostile_card()).splitlines():
        key, _, value = line.strip().removeprefix("- ").partition(": ")
        if not line.rstrip().endswith(":") or value:
            assert isinstance(json.loads(value or key), str), line
