"""The CRR with its interval, and wins, ties and losses that fill a bar."""

import pytest

from codeclm import figures
from codeclm.figures import palette

RECOVERY = [("base", 60.0, 53.4, 66.3, 218), ("tuned", 79.82, 74.0, 84.6, 218)]
ENDED = [("tuned", 29, 145, 44), ("base", 0, 10, 30), ("asked, never compared", 0, 0, 0)]


def test_each_bar_has_its_interval_and_the_order_stays():
    figure = figures.crr_bars(RECOVERY)
    (bars,) = figure.data
    assert list(bars.x) == [60.0, 79.82]
    assert list(bars.error_x.arrayminus) == pytest.approx([6.6, 5.82])
    assert list(bars.error_x.array) == pytest.approx([6.3, 4.78])
    assert list(figure.layout.yaxis.ticktext) == ["base", "tuned"]
    assert tuple(figure.layout.xaxis.range) == (0, 100)
    assert "218 compared" in bars.customdata[0]
    assert not figure.layout.shapes


def test_references_are_lines_named_above_the_bars():
    figure = figures.crr_bars(RECOVERY, references={"CodecLM": 79.82, "nowhere": 120.0, "a": 10})
    lines = [shape.x0 for shape in figure.layout.shapes if shape.name == "reference"]
    assert lines == [10, 79.82]
    notes = figure.layout.annotations
    assert [note.text for note in notes] == ["a 10.0\u202f%", "CodecLM 79.8\u202f%"]
    # Names that stand close are not written over each other, nor out of the figure.
    assert notes[0].yshift != notes[1].yshift
    assert [note.xanchor for note in notes] == ["left", "right"]
    assert figure.layout.margin.t >= 28 + max(note.yshift for note in notes)


def test_rows_that_are_not_drawn_are_said():
    many = [(f"skill {at}", 50.0, 40.0, 60.0, 9) for at in range(20)]
    figure = figures.crr_bars(many, top=15)
    assert len(figure.data[0].x) == 15
    assert figure.layout.xaxis.title.text == "CRR (%); 5 more not drawn"
    ended = [(name, 1, 2, 3) for name, *_ in many]
    assert "5 more not drawn" in figures.wins_ties_losses(ended).layout.xaxis.title.text
    assert "more" not in figures.wins_ties_losses(ended[:15]).layout.xaxis.title.text


def test_wins_ties_and_losses_fill_each_bar_in_their_colours():
    figure = figures.wins_ties_losses(ENDED)
    wins, ties, losses = figure.data
    assert [trace.name for trace in figure.data] == ["wins", "ties", "losses"]
    assert [trace.marker.color for trace in figure.data] == [
        palette.KEPT,
        palette.NEUTRAL,
        palette.FAILED,
    ]
    assert len({trace.marker.pattern.shape for trace in figure.data}) == 3
    # A row without comparisons is no bar.
    assert len(wins.x) == 2
    sums = [sum(parts) for parts in zip(wins.x, ties.x, losses.x, strict=True)]
    assert sums == pytest.approx([100, 100])
    assert list(losses.text) == ["44", "30"]
    assert list(wins.text) == ["29", ""]
    assert figure.layout.barmode == "stack"


def test_the_crr_is_told_in_words():
    assert figures.describe_crr_bars(RECOVERY, references={"CodecLM": 79.82}) == (
        "CRR of 2: the highest is that of tuned, 79.8\u202f% (74.0 to 84.6, 218 compared), the"
        " lowest that of base, 60.0\u202f% (53.4 to 66.3, 218 compared). For reference: CodecLM"
        " 79.8\u202f%."
    )
    assert figures.describe_crr_bars(RECOVERY[:1]) == (
        "The CRR of base, 60.0\u202f% (53.4 to 66.3, 218 compared)."
    )
    assert figures.describe_crr_bars([("x", 0.0, 0.0, 0.0, 0)]) == "No comparisons yet."


def test_wins_ties_and_losses_are_told_in_words():
    assert figures.describe_wins_ties_losses(ENDED) == (
        "tuned has 29 wins, 145 ties and 44 losses in 218; base has 0 wins, 10 ties and 30 losses"
        " in 40."
    )
    assert figures.describe_wins_ties_losses([ENDED[0]] * 7).endswith("; 2 more.")
    assert figures.describe_wins_ties_losses([]) == "No comparisons yet."
