"""What became of a text, word by word."""

import time

from codeclm.ui import difference


def test_only_what_changed_is_signed() -> None:
    assert difference.of("Write a poem.", "Write a short poem.") == "  Write a \n+ short \n  poem."
    assert difference.of("Write a poem.", "Draw a poem.").startswith("- Write\n+ Draw\n")
    assert difference.of("same", "same") == ""


def test_what_stayed_is_abridged_around_a_change() -> None:
    long = " ".join(f"word{n}" for n in range(200))
    lines = difference.of(long, f"{long} and more").split("\n")
    assert len(lines) == 2
    assert lines[0].startswith("  …")
    assert lines[1] == "+  and more"


def test_long_texts_are_not_compared_for_minutes() -> None:
    began = time.monotonic()
    told = difference.of("a b " * 50_000, "b a " * 50_000)
    assert time.monotonic() - began < 2
    assert told.startswith("- a b")
