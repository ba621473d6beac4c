"""Runs side by side as figures: a bar or a panel each, and the same in words."""

import pytest

from codeclm import figures
from codeclm.figures import palette
from codeclm.figures.compared import BINS, SKILLS

POOLS = [("run 2 · codeclm", 611, 14.25), ("run 3 · <b>x</b>", 1204, None)]
KEPT = [("run 2", (70, 20, 10)), ("run 3", (0, 0, 0, 100)), ("run 4", ())]
LENGTHS = [("run 2", [(10, 5), (20, 4), (120, 1)]), ("run 3", []), ("run 4", [(30, 10)])]
GAPS = [("run 2", [(-4.0, 1), (0.5, 5), (6.0, 4)]), ("run 3", [])]
SEEDS = {"python": 6, "testing": 2}
SKILLED = [("run 2", {"python": 3, "tone": 1}), ("run 3", {})]


def texts(figure):
    return [note.text for note in figure.layout.annotations]


def test_pools_and_their_cost_stand_in_two_panels():
    figure = figures.pool_bars(POOLS, "calls", 1)
    sizes, costs = figure.data
    assert list(sizes.x) == [611, 1204]
    assert list(costs.x) == [14.25, None]
    assert texts(figure) == ["kept pairs", "calls a kept pair"]
    assert list(sizes.text) == ["611", "1\u202f204"]
    assert list(costs.text) == ["14.2", ""]
    assert "<b>" not in str(figure.layout.yaxis.ticktext)
    assert figures.describe_pool_bars(POOLS, "calls", 2) == (
        "Kept pairs: run 2 · codeclm has 611 at 14.25 calls each; run 3 · <b>x</b> has 1\u202f204."
    )


def test_iterations_fill_each_bar_and_tell_their_counts():
    figure = figures.iteration_shares(KEPT)
    assert [trace.name for trace in figure.data] == [f"iteration {at}" for at in range(1, 5)]
    assert list(figure.data[0].x) == [70, 0, 0]
    assert list(figure.data[3].x) == [0, 100, 0]
    assert list(figure.data[0].text) == ["1: 70", "", ""]
    assert figure.data[0].marker.color == palette.iteration(1, 4)
    assert figures.describe_iteration_shares(KEPT) == (
        "Kept at iteration 1, 2 and so on: run 2 70\u202f%, 20\u202f%, 10\u202f%; run 3"
        " 0\u202f%, 0\u202f%, 0\u202f%, 100\u202f%."
    )


def test_lengths_are_a_panel_each_in_shares_of_the_pool():
    figure = figures.length_panels(LENGTHS)
    assert texts(figure) == ["run 2", "run 4"]
    for panel in figure.data:
        assert sum(panel.y) == pytest.approx(100)
        assert len(panel.x) <= BINS
    assert figures.describe_length_panels(LENGTHS) == (
        "Words an instruction, the median with the middle 80 %: run 2 10 (10 to 20); run 4 30"
        " (30 to 30)."
    )


def test_gaps_are_a_panel_each_and_who_was_not_judged_is_said():
    figure = figures.gap_panels(GAPS)
    (panel,) = figure.data
    assert list(panel.x) == [-4.0, 0.5, 6.0]
    assert list(panel.y) == [10, 50, 40]
    assert figures.describe_gap_panels(GAPS) == (
        "Gaps, the median with the middle 80 %: run 2 +0.5 (−4 to +6, 10 judged). Not judged:"
        " run 3."
    )


def test_skills_stand_beside_the_seeds():
    figure = figures.skill_panels(SEEDS, SKILLED)
    seeds, run = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["python", "testing", "tone"]
    assert list(seeds.x) == [75, 25, 0]
    assert list(run.x) == [75, 0, 25]
    assert (seeds.marker.color, run.marker.color) == (palette.NEUTRAL, palette.KEPT)
    assert figures.describe_skill_panels(SEEDS, SKILLED) == (
        "Shares of the first skills: python: seeds 75\u202f%, run 2 75\u202f%; testing: seeds"
        " 25\u202f%, run 2 0\u202f%; tone: seeds 0\u202f%, run 2 25\u202f%. Without skills: run 3."
    )


def test_skills_that_are_not_drawn_are_said():
    many = {f"skill {at}": 1 for at in range(SKILLS + 5)}
    figure = figures.skill_panels({}, [("run 2", many)])
    assert len(figure.data[0].y) == SKILLS
    assert figure.layout.xaxis.title.text == "5 more not drawn"
    assert list(figure.data[0].x) == [0] * SKILLS


def test_nothing_says_why_it_is_nothing():
    for figure, told in (
        (figures.pool_bars([("a", 0, None)], "calls", 1), "No pairs yet."),
        (figures.iteration_shares([("a", ())]), "No pairs yet."),
        (figures.length_panels([("a", [])]), "No pairs yet."),
        (figures.gap_panels([("a", [])]), figures.describe_gap_panels([("a", [])])),
        (figures.skill_panels({}, [("a", {})]), figures.describe_skill_panels({}, [("a", {})])),
    ):
        assert texts(figure) == [told]
        assert not figure.data
    assert figures.describe_pool_bars([], "calls", 1) == "No pairs yet."
    assert figures.describe_iteration_shares([]) == "No pairs yet."
    assert figures.describe_length_panels([]) == "No pairs yet."
