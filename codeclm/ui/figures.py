"""The figures of the pages, each with its sentence: what ``chart.show`` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codeclm import figures
from codeclm.pipeline.judging import Agreement
from codeclm.records import Slice

Drawn = tuple[Any, str]


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
