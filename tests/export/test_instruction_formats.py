"""Alpaca, prompt and completion: one instruction, one response."""

from __future__ import annotations

from dataclasses import replace

import pytest
from odd_pairs import PAIR, row

SPOKEN = replace(PAIR, system_prompt="Be kind.")


def test_alpaca_has_an_empty_input():
    assert row(format="alpaca") == {
        "instruction": "Name three lakes.",
        "input": "",
        "output": "Baikal, Tanganyika, Superior.",
    }


def test_alpaca_has_a_system_prompt_where_there_is_one():
    assert row(SPOKEN, format="alpaca")["system"] == "Be kind."
    assert row(SPOKEN, format="alpaca", system="Be brief.")["system"] == "Be brief."
    assert "system" not in row(SPOKEN, format="alpaca", system="")


@pytest.mark.parametrize("name", ["prompt-completion", "dpo", "kto"])
def test_a_prompt_of_text_begins_with_the_system_prompt(name):
    pair = replace(SPOKEN, target_response=None) if name == "kto" else SPOKEN
    assert row(pair, format=name)["prompt"] == "Be kind.\n\nName three lakes."
    assert row(pair, format=name, system="")["prompt"] == "Name three lakes."


def test_prompt_and_completion_as_text():
    assert row(format="prompt-completion") == {
        "prompt": "Name three lakes.",
        "completion": "Baikal, Tanganyika, Superior.",
    }


def test_prompt_and_completion_as_messages():
    assert row(SPOKEN, format="prompt-completion", style="conversational") == {
        "prompt": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Name three lakes."},
        ],
        "completion": [{"role": "assistant", "content": "Baikal, Tanganyika, Superior."}],
    }


def test_picked_fields_stand_beside_the_fixed_ones():
    picked = row(format="alpaca", fields=("gap", "skills", "use_case"))
    assert list(picked) == ["instruction", "input", "output", "use_case", "skills", "gap"]
    assert (picked["gap"], picked["skills"]) == (-4.5, ["factual recall", "ranked lists"])


def test_a_gap_that_is_no_number_is_none():
    assert row(replace(PAIR, gap=float("nan")), format="alpaca", fields=("gap",))["gap"] is None
