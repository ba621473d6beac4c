"""Maps, shares side by side, rings and lengths say what the numbers say, and are only drawings."""

from __future__ import annotations

import itertools
import math

from test_palette_and_labels import SIGHT, lab, luminance

from codeclm import figures
from codeclm.figures import Mark, palette
from codeclm.figures.rings import INNER, OUTER
from codeclm.figures.skill_map import _KINDS, CATEGORIES

HOSTILE = '<a href="javascript:alert(1)">x</a> &amp; <b>$\\frac{1}{2}$</b>\u202e\x07\nend'
MARKS = [
    Mark(x=0.0, y=0.0, count=9, gap=2.5, category="support", share=2 / 3),
    Mark(x=1.0, y=1.0, count=1, gap=None, category=HOSTILE, text=HOSTILE),
    Mark(x=2.0, y=0.5, count=4, gap=-1.0, category=None),
]
PLACES = [("bread, oven, dough", 9, 0.0, 0.0), (HOSTILE, 5, 2.0, 0.5), ("hidden", 1, 0.01, 0.0)]
GROUPS = [("seeds", {"mail": 3, "code": 1}), ("metadata", {}), ("kept", {"mail": 1, HOSTILE: 3})]
NESTED = [("mail", "tone", 6), ("mail", HOSTILE, 2), (HOSTILE, "tone", 2), ("none", "tone", 0)]
LENGTHS = [("seeds", [(1, 1), (8, 6), (64, 1)], (4.0, 16.0)), (HOSTILE, [(0, 2)], None)]


def test_kinds_can_be_told_apart_by_colour_and_by_form():
    assert len({form for _, form in _KINDS}) == len(_KINDS) == CATEGORIES
    colours = [*(colour for colour, _ in _KINDS), palette.NEUTRAL]
    for colour, background in itertools.product(colours, ["#FFFFFF", "#0E1117"]):
        low, high = sorted((luminance(colour), luminance(background)))
        assert (high + 0.05) / (low + 0.05) >= 3.0
    for sight, (one, other) in itertools.product(SIGHT, itertools.combinations(colours, 2)):
        assert math.dist(lab(one, sight), lab(other, sight)) >= 15


def test_a_mark_says_what_it_stands_for_and_grows_with_its_count():
    (trace,) = figures.skill_map(MARKS).data
    assert trace.customdata[0] == "9 texts<br>support (67 %)<br>mean gap +2.5"
    assert trace.customdata[1].count("<br>") == 2
    (cell,) = figures.skill_map([Mark(x=0, y=0, count=120, text="How tall is it?")]).data
    assert cell.customdata == ("120 texts, the first:<br>How tall is it?",)
    sizes = trace.marker.size
    assert sizes[0] > sizes[2] > sizes[1]
    assert list(trace.marker.color) == [9, 1, 4]


def test_what_has_no_gap_is_hollow():
    shaded, rest = figures.skill_map(MARKS, show="gap").data
    assert list(shaded.marker.color) == [2.5, -1.0]
    assert list(rest.x) == [1.0]
    assert rest.marker.symbol == "circle-open"


def test_categories_after_the_eighth_are_one():
    marks = [
        Mark(x=at, y=0, category=f"use case {at:02}") for at in range(12) for _ in range(20 - at)
    ]
    traces = figures.skill_map(marks, show="category").data
    assert [trace.name for trace in traces] == [f"use case {at:02}" for at in range(8)] + ["other"]
    assert len(traces[-1].x) == 12 + 11 + 10 + 9
    assert traces[-1].marker.color == palette.NEUTRAL


def test_states_keep_their_colours():
    figure = figures.skill_map(MARKS, show="category", colours={"support": palette.KEPT})
    colours = {trace.name: trace.marker.color for trace in figure.data}
    assert colours["support"] == palette.KEPT
    assert colours["other"] == palette.NEUTRAL


def test_names_of_regions_are_not_written_over_each_other():
    notes = [note.text for note in figures.skill_map(MARKS, PLACES).layout.annotations]
    assert notes[0] == "bread, oven, dough"
    assert len(notes) == 2
    assert "hidden" not in notes


def test_the_map_in_words():
    assert figures.describe_skill_map(MARKS, PLACES[:1]) == (
        "14 texts in 1 region, the largest: bread, oven, dough (64\u202f%)."
    )
    assert figures.describe_skill_map(MARKS) == "14 texts on a map of their words."
    assert figures.describe_skill_map([]) == "No texts yet."


def test_shares_stand_side_by_side_in_the_order_of_the_seeds():
    figure = figures.share_bars(GROUPS, top=2)
    assert [trace.name for trace in figure.data] == ["seeds", "kept"]
    assert list(figure.layout.yaxis.ticktext) == ["mail", "code"]
    assert [list(trace.x) for trace in figure.data] == [[75, 25], [25, 0]]
    assert figure.layout.xaxis.title.text == "share (1 more names not drawn)"
    looks = {
        (trace.marker.color, trace.marker.pattern.shape)
        for trace in figures.share_bars([(name, {"a": 1}) for name in "abcd"]).data
    }
    assert len(looks) == 4


def test_shares_in_words():
    assert figures.describe_share_bars(GROUPS[:2]) == (
        "Shares of the first of 2 names: mail: seeds 75\u202f%; code: seeds 25\u202f%."
        " Nothing yet: metadata."
    )
    assert figures.describe_share_bars([]) == "No use cases and skills yet."


def test_outer_parts_sum_to_their_inner_one():
    rows = [(f"u{at:02}", f"s{part}", 1 + at) for at in range(15) for part in range(9)]
    (trace,) = figures.use_case_rings(rows).data
    counts = dict(zip(trace.ids, trace["values"], strict=True))
    inner = {name: count for name, count in counts.items() if "/" not in name}
    assert len(inner) == INNER + 1
    assert sum(inner.values()) == sum(count for *_, count in rows)
    for name, count in inner.items():
        outer = [n for other, n in counts.items() if other.startswith(f"{name}/")]
        assert sum(outer) == count
        assert len(outer) <= OUTER + 1
    assert trace.labels[trace.ids.index(f"{INNER}")] == "other (5)"


def test_words_can_be_read_on_their_ring():
    (trace,) = figures.use_case_rings(NESTED).data
    for words, ring in zip(trace.insidetextfont.color, trace.marker.colors, strict=True):
        light, dark = sorted((luminance(words), luminance(ring)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_rings_in_words():
    assert figures.describe_use_case_rings([("mail", "tone", 3), ("code", "tests", 1)]) == (
        "4 pairs: mail (75\u202f%), most often with tone; code (25\u202f%), most often with tests."
    )
    assert "write (100\u202f%), most often with —" in figures.describe_opening_rings(
        [("write", "", 2)]
    )


def test_lengths_are_shares_on_a_scale_of_doublings_with_their_limits():
    figure = figures.length_histograms(LENGTHS)
    seeds, other = figure.data
    assert list(seeds.x) == [0, 3, 6]
    assert list(seeds.y) == [12.5, 75, 12.5]
    assert list(other.x) == [0]
    lines = [shape.x0 for shape in figure.layout.shapes]
    assert lines == [2, 4]
    assert figures.describe_length_histograms(LENGTHS[:1]) == (
        "Lengths. seeds: half of 8 have at most 8 words, 2 (25\u202f%) beyond the limits."
    )
    assert figures.describe_length_histograms([]) == "No instructions yet."
