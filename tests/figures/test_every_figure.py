"""What holds of every figure: clear SVG, no markup in its labels, a word where there is nothing."""

from __future__ import annotations

import json
import re

import pytest

from codeclm import figures
from codeclm.figures import Mark

HOSTILE = '<a href="javascript:alert(1)">x</a> &amp; <b>$\\frac{1}{2}$</b>\u202e\x07\nend'
GAPS = [(4.0, 1, 30), (-3.25, 2, 2), (8.75, 4, 1)]
CELLS = [("support", "calm tone", 8, 2.0), (HOSTILE, HOSTILE, 1, -1.0)]
SCORES = [(8.5, 4.0, 12), (1.0, 10.0, 1)]
MARKS = [
    Mark(x=0.0, y=0.0, count=9, gap=2.5, category="support", share=2 / 3, text=HOSTILE),
    Mark(x=1.0, y=1.0, count=1, gap=None, category=HOSTILE, text=HOSTILE),
    Mark(x=2.0, y=0.5, count=4, gap=-1.0, category=None),
]
PLACES = [("bread, oven, dough", 9, 0.0, 0.0), (HOSTILE, 5, 2.0, 0.5)]
NESTED = [("mail", "tone", 6), ("mail", HOSTILE, 2), (HOSTILE, "tone", 2)]

EVERY = {
    "gap_histogram": figures.gap_histogram(GAPS, 3.0),
    "use_case_bars": figures.use_case_bars({"support": 3, HOSTILE: 2}),
    "skill_bars": figures.skill_bars({"calm tone": 3, HOSTILE: 2}),
    "entry_bars": figures.entry_bars({"support — calm tone": 3, HOSTILE: 1}),
    "use_case_skill_heatmap": figures.use_case_skill_heatmap(CELLS),
    "use_case_skill_heatmap of gaps": figures.use_case_skill_heatmap(CELLS, show="gap"),
    "kept_per_iteration": figures.kept_per_iteration({1: (70, 3), 3: (10, 0)}),
    "score_density": figures.score_density(SCORES, 3.0),
    "score_histograms": figures.score_histograms(SCORES),
    "agreement_curve": figures.agreement_curve([(3.0, 6, 0), (3.5, 8, 1)], 10, 7),
    "crr_bars": figures.crr_bars(
        [("tuned", 79.8, 74.0, 84.6, 218), (HOSTILE, 50.0, 20.0, 80.0, 8)],
        references={"CodecLM": 79.82, HOSTILE: 12.0},
    ),
    "wins_ties_losses": figures.wins_ties_losses([("tuned", 29, 145, 44), (HOSTILE, 0, 0, 8)]),
    "skill_map": figures.skill_map(MARKS, PLACES),
    "skill_map of gaps": figures.skill_map(MARKS, PLACES, show="gap"),
    "skill_map of categories": figures.skill_map(MARKS, PLACES, show="category"),
    "share_bars": figures.share_bars([("seeds", {"mail": 3}), ("kept", {"mail": 1, HOSTILE: 3})]),
    "use_case_rings": figures.use_case_rings(NESTED),
    "opening_rings": figures.opening_rings(NESTED),
    "length_histograms": figures.length_histograms(
        [("seeds", [(1, 1), (8, 6)], (4.0, 16.0)), (HOSTILE, [(0, 2)], None)]
    ),
    "pool_bars": figures.pool_bars([("run 2", 611, 14.25), (HOSTILE, 1204, None)], "calls", 1),
    "iteration_shares": figures.iteration_shares([("run 2", (70, 20)), (HOSTILE, (0, 100))]),
    "length_panels": figures.length_panels([("run 2", [(10, 5)]), (HOSTILE, [(30, 10)])]),
    "gap_panels": figures.gap_panels([("run 2", [(-4.0, 1), (0.5, 5)]), (HOSTILE, [(6.0, 4)])]),
    "skill_panels": figures.skill_panels(
        {"python": 6, HOSTILE: 2}, [("run 2", {"python": 3}), (HOSTILE, {HOSTILE: 1})]
    ),
}
EMPTY = {
    "gap_histogram": figures.gap_histogram([], 3.0),
    "use_case_bars": figures.use_case_bars({}),
    "skill_bars": figures.skill_bars({"calm tone": 0}),
    "entry_bars": figures.entry_bars({}),
    "use_case_skill_heatmap": figures.use_case_skill_heatmap([]),
    "kept_per_iteration": figures.kept_per_iteration({}),
    "score_density": figures.score_density([], 3.0),
    "score_histograms": figures.score_histograms([]),
    "agreement_curve": figures.agreement_curve([], 0, 0),
    "crr_bars": figures.crr_bars([("tuned", 0.0, 0.0, 0.0, 0)], references={"CodecLM": 79.82}),
    "wins_ties_losses": figures.wins_ties_losses([("tuned", 0, 0, 0)]),
    "skill_map": figures.skill_map([]),
    "skill_map of categories": figures.skill_map([], show="category"),
    "share_bars": figures.share_bars([("seeds", {}), ("kept", {"mail": 0})]),
    "use_case_rings": figures.use_case_rings([("mail", "tone", 0)]),
    "opening_rings": figures.opening_rings([]),
    "length_histograms": figures.length_histograms([("seeds", [], None)]),
    "pool_bars": figures.pool_bars([("a", 0, None)], "calls", 1),
    "iteration_shares": figures.iteration_shares([("a", ())]),
    "length_panels": figures.length_panels([("a", [])]),
    "gap_panels": figures.gap_panels([("a", [])]),
    "skill_panels": figures.skill_panels({}, [("a", {})]),
}


@pytest.mark.parametrize("figure", [*EVERY.values(), *EMPTY.values()], ids=[*EVERY, *EMPTY])
def test_every_figure_is_clear_svg(figure):
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert {trace.type for trace in figure.data} <= {"bar", "heatmap", "scatter", "sunburst"}
    assert json.loads(figure.to_json())["layout"]["height"] <= 600


@pytest.mark.parametrize("figure", EVERY.values(), ids=EVERY)
def test_nothing_in_a_label_is_markup(figure):
    drawn = json.dumps(figure.to_plotly_json(), ensure_ascii=False, default=list)
    assert set(re.findall(r"<[^>]*>?", drawn)) <= {"<br>", "<extra>", "</extra>"}
    assert not set("$\u202e\a") & set(drawn)
    assert not re.search(r"&(?!#\d+;)", drawn)


@pytest.mark.parametrize("figure", EMPTY.values(), ids=EMPTY)
def test_without_numbers_a_figure_says_so(figure):
    assert not figure.data
    assert figure.layout.annotations[0].text.startswith("No ")


def test_no_figure_is_forgotten():
    makes = {name for name in figures.__all__ if f"describe_{name}" in figures.__all__}
    assert makes <= {name.split(" ")[0] for name in EVERY} & {name.split(" ")[0] for name in EMPTY}
