"""The figures of the pages, each with its sentence: what ``chart.show`` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codeclm import figures
from codeclm.figures import palette
from codeclm.figures.skill_map import Show
from codeclm.pipeline.judging import Agreement
from codeclm.records import Slice

Drawn = tuple[Any, str]
#: Colours of a pair's status; what is approved has that of what is kept.
STATES = {"approved": palette.KEPT, "pending": palette.NEUTRAL}


def use_cases(counts: Mapping[str, int], unit: str) -> Drawn:
    """Bars of use cases."""
    return (
        figures.use_case_bars(counts, unit=unit),
        figures.describe_use_case_bars(counts, unit=unit),
    )


def skills(counts: Mapping[str, int], unit: str) -> Drawn:
    """Bars of skills."""
    return figures.skill_bars(counts, unit=unit), figures.describe_skill_bars(counts, unit=unit)


def entries(counts: Mapping[str, int]) -> Drawn:
    """Bars of metadata entries by the seeds behind them."""
    return figures.entry_bars(counts), figures.describe_entry_bars(counts)


def gaps(counts: Sequence[tuple[float, int, int]], theta: float) -> Drawn:
    """The histogram of gaps with both thresholds."""
    return figures.gap_histogram(counts, theta), figures.describe_gap_histogram(counts, theta)


def bar_of(gap: float) -> float:
    """Where in the histogram the bar of a gap stands."""
    low, high = figures.bin_of(gap)
    return (low + high) / 2


def kept(counts: Mapping[int, tuple[int, int]]) -> Drawn:
    """Pairs kept at each iteration."""
    return figures.kept_per_iteration(counts), figures.describe_kept_per_iteration(counts)


def heat(cells: Sequence[tuple[str, str, float, int]]) -> Drawn:
    """Mean gap of use cases by skills."""
    turned = [(use_case, skill, count, gap) for use_case, skill, gap, count in cells]
    return (
        figures.use_case_skill_heatmap(turned, show="gap", clickable=True),
        figures.describe_use_case_skill_heatmap(turned, unit="judged instructions"),
    )


def heat_names(cells: Sequence[tuple[str, str, float, int]]) -> tuple[list[str], list[str]]:
    """The use cases down and the skills across, as ``heat`` draws them."""
    turned = [(use_case, skill, count, gap) for use_case, skill, gap, count in cells]
    return figures.names_of_heatmap(turned)


def meetings(cells: Sequence[tuple[str, str, int, None]], unit: str) -> Drawn:
    """How much each use case has of each skill."""
    return (
        figures.use_case_skill_heatmap(cells, unit=unit),
        figures.describe_use_case_skill_heatmap(cells, unit=unit),
    )


def scores(cells: Sequence[tuple[float, float, int]], theta: float) -> Drawn:
    """Strong scores against target scores."""
    return figures.score_density(cells, theta, clickable=True), figures.describe_score_density(
        cells, theta
    )


def score_histograms(cells: Sequence[tuple[float, float, int]]) -> Drawn:
    """How often each score is given to strong and target responses."""
    return figures.score_histograms(cells), figures.describe_score_histograms(cells)


def recovered(rows: Sequence[tuple[str, Slice]]) -> Drawn:
    """CRR of named comparisons with its interval."""
    known = [
        (name, one.crr, one.low, one.high, one.compared)
        for name, one in rows
        if one.crr is not None and one.low is not None and one.high is not None
    ]
    return figures.crr_bars(known), figures.describe_crr_bars(known)


def ended(rows: Sequence[tuple[str, Slice]]) -> Drawn:
    """Wins, ties and losses of named comparisons."""
    known = [(name, one.wins, one.ties, one.losses) for name, one in rows]
    return figures.wins_ties_losses(known), figures.describe_wins_ties_losses(known)


def agreement(found: Agreement) -> Drawn:
    """Agreement of judge and reviewers by θ."""
    points = [(at.theta, at.agree.part, at.lost.part) for at in found.curve]
    decided = found.approved + found.rejected
    return (
        figures.agreement_curve(points, decided, found.approved),
        figures.describe_agreement_curve(points, decided, found.approved),
    )


def shares(groups: Sequence[tuple[str, Mapping[str, int]]]) -> Drawn:
    """Shares of names among seeds, metadata, kept and approved pairs."""
    return figures.share_bars(groups), figures.describe_share_bars(groups)


def rings(cells: Sequence[tuple[str, str, int]]) -> Drawn:
    """Use cases with the skills of each around them."""
    # A pair counts once for each of its skills.
    unit = "skills of pairs"
    return figures.use_case_rings(cells, unit=unit), figures.describe_use_case_rings(
        cells, unit=unit
    )


def lengths(groups: Sequence[tuple[str, Sequence[tuple[int, int]], Any]]) -> Drawn:
    """How long instructions are, by group, with the limits of what is usual."""
    return figures.length_histograms(groups), figures.describe_length_histograms(groups)


def openings(rows: Sequence[tuple[str, str, int]]) -> Drawn:
    """Verbs that instructions open with, and their objects."""
    return figures.opening_rings(rows), figures.describe_opening_rings(rows)


def map_of(
    marks: Sequence[figures.Mark],
    places: Sequence[tuple[str, int, float, float]],
    show: Show,
    colours: Mapping[str, str] | None,
) -> Drawn:
    """Instructions by their words, with the names of regions."""
    return (
        figures.skill_map(marks, places, show=show, colours=colours, unit="pairs"),
        figures.describe_skill_map(marks, places, unit="pairs"),
    )
