"""DPO and KTO: which response is preferred, and what a person changed about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from odd_pairs import PAIR, row, rows, swapped

from codeclm.records import Status

ALONE = replace(PAIR, target_response=None)
SPOKEN = replace(PAIR, system_prompt="Be kind.")


@pytest.mark.parametrize(
    ("side", "chosen", "rejected"),
    [
        ("strong", "Baikal, Tanganyika, Superior.", "Some lakes."),
        ("target", "Some lakes.", "Baikal, Tanganyika, Superior."),
    ],
)
def test_the_response_that_stands_is_chosen_over_the_others(side, chosen, rejected):
    assert row(swapped(side), format="dpo") == {
        "prompt": "Name three lakes.",
        "chosen": chosen,
        "rejected": rejected,
    }


def test_an_edit_is_chosen_over_the_other_sides_response():
    edited = row(replace(PAIR, response="Baikal.", edited=True), format="dpo")
    assert (edited["chosen"], edited["rejected"]) == ("Baikal.", "Some lakes.")


@pytest.mark.parametrize("style", ["standard", "conversational", "llama-factory"])
def test_a_pair_without_both_responses_is_no_preference(style):
    assert rows(ALONE, format="dpo", style=style) == []


def test_equal_responses_make_a_row_nevertheless():
    same = row(replace(PAIR, target_response=PAIR.response), format="dpo")
    assert same["chosen"] == same["rejected"]


def test_a_conversational_preference_is_lists_of_messages():
    assert row(SPOKEN, format="dpo", style="conversational") == {
        "prompt": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Name three lakes."},
        ],
        "chosen": [{"role": "assistant", "content": "Baikal, Tanganyika, Superior."}],
        "rejected": [{"role": "assistant", "content": "Some lakes."}],
    }


def test_llama_factory_reads_texts_and_a_system_prompt_beside_them():
    assert row(SPOKEN, format="dpo", style="llama-factory", fields=("gap",)) == {
        "prompt": "Name three lakes.",
        "chosen": "Baikal, Tanganyika, Superior.",
        "rejected": "Some lakes.",
        "system": "Be kind.",
        "gap": -4.5,
    }
    assert "system" not in row(format="dpo", style="llama-factory")


def test_both_responses_are_judged_and_each_is_of_its_own_side():
    first, second = rows(format="kto", fields=("response_from",))
    assert first == {
        "prompt": "Name three lakes.",
        "completion": "Baikal, Tanganyika, Superior.",
        "label": True,
        "response_from": "strong",
    }
    assert second == {
        "prompt": "Name three lakes.",
        "completion": "Some lakes.",
        "label": False,
        "response_from": "target",
    }


def test_a_single_response_is_good():
    assert row(ALONE, format="kto")["label"] is True


@pytest.mark.parametrize("pair", [PAIR, ALONE])
def test_a_rejected_pair_is_bad_and_says_nothing_of_the_other_response(pair):
    only = row(replace(pair, status=Status.REJECTED), format="kto")
    assert (only["completion"], only["label"]) == (PAIR.response, False)


def test_a_pair_nobody_decided_on_is_good():
    assert rows(replace(PAIR, status=Status.PENDING), format="kto")[0]["label"] is True


def test_conversational_judgements_are_lists_of_messages():
    _, second = rows(SPOKEN, format="kto", style="conversational")
    assert second["prompt"][0] == {"role": "system", "content": "Be kind."}
    assert second["completion"] == [{"role": "assistant", "content": "Some lakes."}]
