"""Colours that everyone can tell apart, and labels that are only labels."""

from __future__ import annotations

import itertools

import pytest

from codeclm.figures import palette
from codeclm.figures.labels import block, folded, label, number, percent, plain

#: How people see colours (Machado et al. 2009, full severity), as matrices on linear RGB.
SIGHT = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    seen = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(a * b for a, b in zip(row, seen, strict=True))))
        for row in SIGHT[sight]
    )
    scaled = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in scaled)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("meaning", palette.COLOURS)
@pytest.mark.parametrize("background", ["#FFFFFF", "#0E1117"])
def test_every_colour_can_be_read_on_light_and_dark(meaning, background):
    low, high = sorted((luminance(palette.COLOURS[meaning]), luminance(background)))
    assert (high + 0.05) / (low + 0.05) >= 3.0


@pytest.mark.parametrize("sight", SIGHT)
def test_any_two_meanings_stay_apart(sight):
    for one, other in itertools.combinations(palette.COLOURS.values(), 2):
        pairs = zip(lab(one, sight), lab(other, sight), strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 >= 18, (one, other)


def test_iterations_are_a_ramp():
    ramp = [palette.iteration(at, 4) for at in range(1, 5)]
    assert len(set(ramp)) == 4
    assert palette.iteration(1, 1) == ramp[0]
    assert palette.iteration(9, 4) == ramp[-1]
    assert palette.faint("#0E71D5", 0.1) == "rgba(14,113,213,0.1)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("calm tone", "calm tone"),
        ("  calm \n\t tone ", "calm tone"),
        ("<b>bold</b>", "&#60;b&#62;bold&#60;/b&#62;"),
        ("a &lt; b", "a &#38;lt; b"),
        ("$x^2$", "&#36;x^2&#36;"),
        ("read \u202eit\u2066", "read \ufffdit\ufffd"),
        ("a\u200bb\ufeffc\x00d\ud800", "a\ufffdb\ufffdc\ufffdd\ufffd"),
        ("می‌خواهم", "می‌خواهم"),
        ("", "(empty)"),
        ("\n \t", "(empty)"),
        ("x" * 40, "x" * 31 + "…"),
        ("x" * 32, "x" * 32),
        ("five " * 10, "five five five five five five f…"),
        (" " * 5000 + "late", "late"),
        ("<" * 5_000_000, "&#60;" * 31 + "…"),
    ],
    ids=range(15),
)
def test_a_label_is_one_short_line_without_markup(text, shown):
    assert label(text) == shown


def test_a_block_is_a_label_in_lines():
    assert block("a<b " * 9, width=14, across=7) == "a&#60;b a&#60;b<br>a&#60;b a…"
    assert block("") == "(empty)"
    assert [len(line) for line in block("x" * 500).split("<br>")] == [56, 56, 8]


def test_an_alternative_text_is_not_escaped():
    assert plain("R&D <tools>") == "R&D <tools>"


def test_numbers_are_written_for_people():
    assert number(1234567) == "1\u202f234\u202f567"
    assert percent(1, 3) == "33\u202f%"
    assert percent(0, 0) == "0\u202f%"


def test_equal_counts_stand_by_name():
    assert folded({"b": 1, "a": 1, "c": 2}, 5) == [("c", 2), ("a", 1), ("b", 1)]
    assert folded({"b": 1, "a": 1, "c": 2}, 1) == [("c", 2), ("other (2)", 2)]
