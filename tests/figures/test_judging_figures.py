"""Scores in their two colours, and the θ on which reviewers agree best."""

from codeclm import figures
from codeclm.figures import palette

SCORES = [(9.5, 4.0, 12), (7.0, 6.5, 30), (1.0, 10.0, 1)]
CURVE = [(3.0, 6, 0), (3.5, 8, 1), (4.0, 8, 2)]


def test_both_histograms_have_every_response_in_its_colour():
    strong, target = figures.score_histograms(SCORES).data
    assert (strong.marker.color, target.marker.color) == (palette.STRONG, palette.TARGET)
    assert list(strong.x) == list(range(1, 11))
    # A half goes up: 9.5 stands at 10, 6.5 at 7.
    assert list(strong.y) == [1, 0, 0, 0, 0, 0, 30, 0, 0, 12]
    assert list(target.y) == [0, 0, 0, 12, 0, 0, 30, 0, 0, 1]


def test_the_histograms_are_told_in_words():
    told = figures.describe_score_histograms(SCORES)
    assert told.startswith("Scores of 43 judged instructions: strong responses most often have 7")
    assert "28\u202f% have 9 or 10" in told
    assert "No scores yet" in figures.describe_score_histograms([])


def test_the_smallest_theta_that_agrees_best_is_marked():
    figure = figures.agreement_curve(CURVE, 10, 7)
    (line,) = [shape for shape in figure.layout.shapes if shape.name == "best"]
    assert line.x0 == line.x1 == 3.5
    agree, lost = figure.data
    assert list(agree.y) == [60, 80, 80]
    assert list(lost.y) == [0, 100 / 7, 200 / 7]


def test_the_curve_is_told_in_words():
    told = figures.describe_agreement_curve(CURVE, 10, 7)
    assert "agree on 60\u202f% at θ = 3" in told
    assert "θ = 3.5 agrees best with 80\u202f% and would lose 1 of 7 approved pairs" in told
    assert "no higher θ agrees better" in figures.describe_agreement_curve(CURVE[1:], 10, 7)
    assert "No decisions yet" in figures.describe_agreement_curve([], 0, 0)


def test_without_approved_pairs_none_can_be_lost():
    (agree,) = figures.agreement_curve([(3.0, 0, 0), (3.5, 2, 0)], 2, 0).data
    assert agree.name == "agree"
