"""Figures from plain numbers, each with a sentence that says the same in words.

Nothing here knows a browser or a database. plotly is imported when the first figure is made, so
that importing this room costs nothing. Its figures draw SVG only, on a transparent background; show
them without a theme of your own (in Streamlit ``theme=None``), or the colours lose their meaning.
``bar_svg``, ``gap_svg`` and ``iteration_svg`` are pictures for a file, made without it.
"""

from codeclm.figures import palette
from codeclm.figures.bars import (
    describe_entry_bars,
    describe_kept_per_iteration,
    describe_skill_bars,
    describe_use_case_bars,
    entry_bars,
    kept_per_iteration,
    skill_bars,
    use_case_bars,
)
from codeclm.figures.compared import (
    describe_gap_panels,
    describe_iteration_shares,
    describe_length_panels,
    describe_pool_bars,
    describe_skill_panels,
    gap_panels,
    iteration_shares,
    length_panels,
    pool_bars,
    skill_panels,
)
from codeclm.figures.coverage import (
    describe_use_case_skill_heatmap,
    names_of_heatmap,
    use_case_skill_heatmap,
)
from codeclm.figures.distribution import (
    describe_share_bars,
    describe_use_case_rings,
    share_bars,
    use_case_rings,
)
from codeclm.figures.diversity import (
    describe_length_histograms,
    describe_opening_rings,
    length_histograms,
    opening_rings,
)
from codeclm.figures.evaluation import (
    crr_bars,
    describe_crr_bars,
    describe_wins_ties_losses,
    wins_ties_losses,
)
from codeclm.figures.gaps import bin_of, describe_gap_histogram, gap_histogram
from codeclm.figures.judging import (
    agreement_curve,
    describe_agreement_curve,
    describe_score_histograms,
    score_histograms,
)
from codeclm.figures.scores import describe_score_density, score_density
from codeclm.figures.skill_map import ONE_BY_ONE, Mark, describe_skill_map, skill_map
from codeclm.figures.svg import bar_svg, gap_svg, iteration_svg

__all__ = [
    "ONE_BY_ONE",
    "Mark",
    "agreement_curve",
    "bar_svg",
    "bin_of",
    "crr_bars",
    "describe_agreement_curve",
    "describe_crr_bars",
    "describe_entry_bars",
    "describe_gap_histogram",
    "describe_gap_panels",
    "describe_iteration_shares",
    "describe_kept_per_iteration",
    "describe_length_histograms",
    "describe_length_panels",
    "describe_opening_rings",
    "describe_pool_bars",
    "describe_score_density",
    "describe_score_histograms",
    "describe_share_bars",
    "describe_skill_bars",
    "describe_skill_map",
    "describe_skill_panels",
    "describe_use_case_bars",
    "describe_use_case_rings",
    "describe_use_case_skill_heatmap",
    "describe_wins_ties_losses",
    "entry_bars",
    "gap_histogram",
    "gap_panels",
    "gap_svg",
    "iteration_shares",
    "iteration_svg",
    "kept_per_iteration",
    "length_histograms",
    "length_panels",
    "names_of_heatmap",
    "opening_rings",
    "palette",
    "pool_bars",
    "score_density",
    "score_histograms",
    "share_bars",
    "skill_bars",
    "skill_map",
    "skill_panels",
    "use_case_bars",
    "use_case_rings",
    "use_case_skill_heatmap",
    "wins_ties_losses",
]
