"""No text makes a check fail, and none makes it slow: where one was quadratic, this would hang."""

from __future__ import annotations

import pytest

from codeclm.prompts import PURPOSES, shipped
from codeclm.quality.checks import PromptWords, look

PROMPTS = PromptWords.of(shipped(name).text for name in PURPOSES)
PIECES = [
    "a", "a ", "(", "\n", " ", "\t", "\x00", "\ud800", "中", "😀", "İ", "ß ", "`", "` ", "<", "<p ",
    '"', '"a ', "#", "# ", "- ", "1. ", "a. ", "{", "~", "…", "aZ9", "x y. ", "the following ",
    "the text ", "given the ", "as an large ", "i cannot ", "i'm sorry, but ", "my ", "use case\n",
    "&amp", "я ", "คำ", "हि ", "write a ", "| ", "ab\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_fifty_thousand_characters_of_anything(piece):
    text = (piece * (50_000 // len(piece) + 1))[:50_000]
    for instruction, response in ((text, "Yes."), ("Why is that?", text), (text, text)):
        found = look(instruction, response, language="en", prompts=PROMPTS)
        assert found == look(instruction, response, language="en", prompts=PROMPTS)
        lengths = {"instruction": len(instruction), "response": len(response)}
        assert all(0 <= one.start <= one.end <= lengths[one.part] for one in found)


@pytest.mark.parametrize(
    "text", ["", "\n", "a", "中", "😀", "\ud800", "\x00", ":", "(", "```", "ab"]
)
def test_texts_of_next_to_nothing(text):
    is_odd = len(text.strip()) < 2
    found = {(one.check, one.part) for one in look(text, "Yes.")}
    assert found == ({("odd", "instruction")} if is_odd else set())
    look("Why?", text)
