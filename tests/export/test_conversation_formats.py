"""Messages, ShareGPT and Gemini: a pair as turns."""

from __future__ import annotations

from dataclasses import replace

from odd_pairs import PAIR, row

SPOKEN = replace(PAIR, system_prompt="Be kind.")
TURNS = [
    {"from": "human", "value": "Name three lakes."},
    {"from": "gpt", "value": "Baikal, Tanganyika, Superior."},
]


def test_messages_begin_with_the_system_prompt_where_there_is_one():
    said = [
        {"role": "user", "content": "Name three lakes."},
        {"role": "assistant", "content": "Baikal, Tanganyika, Superior."},
    ]
    assert row(format="messages") == {"messages": said}
    assert row(SPOKEN, format="messages") == {
        "messages": [{"role": "system", "content": "Be kind."}, *said]
    }


def test_llama_factory_reads_a_system_prompt_beside_the_turns():
    assert row(format="sharegpt") == {"conversations": TURNS}
    assert row(SPOKEN, format="sharegpt") == {"conversations": TURNS, "system": "Be kind."}


def test_axolotl_reads_a_system_prompt_as_the_first_turn():
    assert row(format="sharegpt", style="axolotl") == {"conversations": TURNS}
    assert row(SPOKEN, format="sharegpt", style="axolotl") == {
        "conversations": [{"from": "system", "value": "Be kind."}, *TURNS]
    }


def test_gemini_reads_contents_after_a_system_instruction():
    contents = [
        {"role": "user", "parts": [{"text": "Name three lakes."}]},
        {"role": "model", "parts": [{"text": "Baikal, Tanganyika, Superior."}]},
    ]
    assert row(format="gemini") == {"contents": contents}
    assert row(SPOKEN, format="gemini") == {
        "systemInstruction": {"role": "system", "parts": [{"text": "Be kind."}]},
        "contents": contents,
    }


def test_a_system_prompt_of_the_layout_replaces_the_pairs_own():
    assert row(SPOKEN, format="messages", system="Be brief.")["messages"][0] == {
        "role": "system",
        "content": "Be brief.",
    }
    assert row(SPOKEN, format="gemini", system="").keys() == {"contents"}
