from __future__ import annotations

import pytest

from codeclm.providers.thinking import split_thinking


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        ("Red.", "", "Red."),
        ("  Red. ", "", "  Red. "),
        ("<think>hm</think>Red.", "hm", "Red."),
        ("\n<thinking>\nhm\n</thinking>\n\nRed.", "hm", "Red."),
        ("<think></think>\nRed.", "", "Red."),
        ("<think>never ends", "never ends", ""),
        ("hm, so\n</think>\nRed.", "hm, so", "Red."),
        ("The tag <think>x</think> is used.", "", "The tag <think>x</think> is used."),
    ],
)
def test_only_a_leading_block_is_cut(text, thinking, answer):
    assert split_thinking(text) == (thinking, answer)
