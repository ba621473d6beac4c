"""How good tailored data is: CRR of compared responses, and what is more than noise.

    tally(comparisons)                    wins, ties, losses, CRR with its interval
    by(comparisons, lambda one: one.skills)   the same by skill
    split(instructions)                   20 % to extract metadata from, the others to evaluate
    differs(words_of_a, words_of_b)       whether a difference is more than noise

Arithmetic over records: no model is asked, nothing is stored.
"""

from codeclm.evaluation import paper
from codeclm.evaluation.comparison import Outcome, flipped, half_tied, longer, outcome
from codeclm.evaluation.crr import Tally, by, recovered, recovered_by_both, tally
from codeclm.evaluation.noise import (
    Difference,
    Estimate,
    Interval,
    bootstrap,
    differs,
    estimated,
    halved,
)
from codeclm.evaluation.split import Split, split

__all__ = [
    "Difference",
    "Estimate",
    "Interval",
    "Outcome",
    "Split",
    "Tally",
    "bootstrap",
    "by",
    "differs",
    "estimated",
    "flipped",
    "half_tied",
    "halved",
    "longer",
    "outcome",
    "paper",
    "recovered",
    "recovered_by_both",
    "split",
    "tally",
]
