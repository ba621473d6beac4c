"""Figures say what the numbers say, in their colours, and nothing a model wrote acts in them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from codeclm import figures
from codeclm.figures import palette

GAPS = [(4.0, 1, 30), (3.0, 1, 5), (0.0, 1, 9), (-3.25, 2, 2), (3.25, 2, 4), (8.75, 4, 1)]
HOSTILE = '<a href="javascript:alert(1)">x</a> &amp; <b>$\\frac{1}{2}$</b>\u202e\x07\nend'
CELLS = [("support", "calm tone", 8, 2.0), ("support", "clear steps", 2, None)]
SCORES = [(8.5, 4.0, 12), (7.0, 6.5, 30), (1.0, 10.0, 1), (5.25, 5.0, 2)]


def test_importing_the_room_does_not_import_plotly():
    code = "import codeclm.figures, sys; sys.exit(any(m.startswith('plotly') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("gap", "bin_"),
    [
        (0, (-0.25, 0.25)),
        (0.25, (0.25, 0.75)),
        (0.5, (0.25, 0.75)),
        (3.0, (2.75, 3.25)),
        (3.25, (3.25, 3.75)),
        (9, (8.75, 9.25)),
        (-0.25, (-0.75, -0.25)),
        (-3.0, (-3.25, -2.75)),
        (-3.25, (-3.75, -3.25)),
        (-9, (-9.25, -8.75)),
    ],
)
def test_each_half_has_a_bar_and_quarters_go_away_from_zero(gap, bin_):
    assert figures.bin_of(gap) == bin_


def test_the_histogram_stacks_iterations_and_shows_the_regions():
    figure = figures.gap_histogram(GAPS, 3.0)
    assert [trace.name for trace in figure.data] == ["iteration 1", "iteration 2", "iteration 4"]
    assert sum(sum(trace.y) for trace in figure.data) == 51
    assert figure.layout.barmode == "stack"
    assert tuple(figure.layout.xaxis.range) == (-9.25, 9.25)
    names = [note.text for note in figure.layout.annotations]
    assert names == ["keep target", "improve", "keep strong"]
    lines = [shape.x0 for shape in figure.layout.shapes if shape.type == "line"]
    assert lines == [-3, 3]
    edges = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert edges == [(-9.25, -3.25), (-3.25, 3.25), (3.25, 9.25)]


@pytest.mark.parametrize(("theta", "regions"), [(0, 3), (9, 1), (4.5, 3)])
def test_a_region_without_width_is_not_drawn(theta, regions):
    assert len(figures.gap_histogram(GAPS, theta).layout.annotations) == regions


def test_the_histogram_in_words_counts_each_region_exactly():
    said = figures.describe_gap_histogram(GAPS, 3.0)
    assert "35 (69\u202f%) above θ keep the strong" in said
    assert "2 (4\u202f%) below −θ keep the target's" in said
    assert "14 (27\u202f%) between improve" in said


def test_bars_are_sorted_and_the_rest_is_folded():
    counts = {f"use case {number:02}": number for number in range(1, 31)}
    figure = figures.use_case_bars(counts, top=4)
    (bars,) = figure.data
    assert list(bars.x) == [30, 29, 28, 27, sum(range(1, 27))]
    assert figure.layout.yaxis.ticktext[-1] == "other (26)"
    assert bars.marker.color[-1] == palette.NEUTRAL


def test_names_that_are_cut_alike_stay_two_bars():
    figure = figures.skill_bars({"x" * 90 + "1": 2, "x" * 90 + "2": 1})
    assert len(figure.data[0].x) == 2
    assert {len(name) for name in figure.layout.yaxis.ticktext} == {32}
    assert all(name.endswith("…") for name in figure.layout.yaxis.ticktext)


def test_bars_in_words():
    said = figures.describe_use_case_bars({"support": 3, "sales\x07": 1}, unit="seeds")
    assert said == (
        "4 seeds over 2 use cases, most of them support (3, 75\u202f%), sales\ufffd (1, 25\u202f%)."
    )
    assert figures.describe_skill_bars({"calm tone": 2}) == (
        "2 pairs over 1 skill: calm tone (2, 100\u202f%)."
    )
    assert figures.describe_skill_bars({}) == "No skills yet."


def test_the_seeds_of_entries_are_told_with_how_many_have_but_one():
    assert figures.describe_entry_bars({"a — x": 5, "b — y": 1, "c — z": 1}) == (
        "7 seeds over 3 entries, most of them a — x (5, 71\u202f%), b — y (1, 14\u202f%),"
        " c — z (1, 14\u202f%). 2 of them have one."
    )
    assert (
        figures.describe_entry_bars({"a — x": 5}) == "5 seeds over 1 entry: a — x (5, 100\u202f%)."
    )


def test_kept_pairs_stand_at_every_iteration_up_to_the_last():
    figure = figures.kept_per_iteration({1: (70, 3), 3: (10, 0)})
    strong, target = figure.data
    assert (list(strong.y), list(target.y)) == ([70, 0, 10], [3, 0, 0])
    assert (strong.marker.color, target.marker.color) == (palette.STRONG, palette.TARGET)
    assert target.marker.pattern.shape
    assert figure.layout.xaxis.ticktext[0] == "1<br>88\u202f%"
    assert figures.describe_kept_per_iteration({1: (70, 3), 3: (10, 0)}) == (
        "83 pairs kept: 73 at iteration 1 (88\u202f%), 10 at iteration 3 (12\u202f%); "
        "3 of them carry the target's response."
    )
    assert figures.describe_kept_per_iteration({}) == "No pairs kept yet."


def test_the_heat_map_folds_and_weighs():
    cells = [("a", "x", 6, 1.0), ("b", "x", 2, 4.0), ("c", "x", 1, 1.0), ("c", "y", 1, None)]
    figure = figures.use_case_skill_heatmap(cells, top=1, show="gap")
    (heat,) = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["a", "other (2)"]
    assert list(figure.layout.xaxis.ticktext) == ["x", "other (1)"]
    assert [list(row) for row in heat.z] == [[1.0, None], [3.0, None]]
    counted = figures.use_case_skill_heatmap(cells, top=1)
    assert [list(row) for row in counted.data[0].z] == [[6, None], [3, 1]]


def test_the_heat_map_in_words():
    assert figures.describe_use_case_skill_heatmap(CELLS) == (
        "1 use case by 2 skills: most pairs are in support with calm tone (8), and 0 combinations "
        "are empty."
    )
    assert figures.describe_use_case_skill_heatmap([]) == "No use cases and skills yet."


def test_scores_lie_on_a_grid_of_halves_with_the_band_outlined():
    figure = figures.score_density(SCORES, 3.0)
    (heat,) = figure.data
    assert heat.z[list(heat.y).index(4.0)][list(heat.x).index(8.5)] == 12
    assert heat.z[list(heat.y).index(5.0)][list(heat.x).index(5.5)] == 2
    (band,) = figure.layout.shapes
    points = [tuple(map(float, point)) for point in re.findall(r"([\d.]+),([\d.]+)", band.path)]
    assert len(points) == 6
    assert max(abs(x - y) for x, y in points) == 3.0


def test_a_band_wider_than_the_square_is_the_square():
    (band,) = figures.score_density(SCORES, 9.5).layout.shapes
    assert "NaN" not in band.path
    assert max(map(float, re.findall(r"[\d.]+", band.path))) == 10.25


def test_scores_in_words():
    said = figures.describe_score_density([(8.0, 4.0, 1), (6.0, 6.0, 3)], 3.0)
    assert said == (
        "Scores of 4 judged instructions: the strong model has 6.5 on average, the target 5.5, and "
        "3 (75\u202f%) differ by at most θ = 3."
    )
