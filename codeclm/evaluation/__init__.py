"""How good tailored data is: CRR of compared responses, and pools of instructions side by side.

    tally(comparisons)                    wins, ties, losses, CRR with its interval
    by(comparisons, lambda one: one.skills)   the same by skill
    split(instructions)                   20 % to extract metadata from, the others to evaluate
    measure(texts)                        length, diversity and complexity of a pool
    differs(words_of_a, words_of_b)       whether a difference is more than noise

Arithmetic over records and texts: no model is asked, nothing is stored.
"""

from codeclm.evaluation import paper
from codeclm.evaluation.comparison import Outcome, flipped, half_tied, longer, outcome
from codeclm.evaluation.crr import Tally, by, recovered, recovered_by_both, tally
from codeclm.evaluation.distance import jensen_shannon, total_variation
from codeclm.evaluation.measures import (
    Measures,
    Spread,
    alike,
    distinct,
    drawn,
    measure,
    pieces,
    similarities,
    spread,
    words,
)
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
    "Measures",
    "Outcome",
    "Split",
    "Spread",
    "Tally",
    "alike",
    "bootstrap",
    "by",
    "differs",
    "distinct",
    "drawn",
    "estimated",
    "flipped",
    "half_tied",
    "halved",
    "jensen_shannon",
    "longer",
    "measure",
    "outcome",
    "paper",
    "pieces",
    "recovered",
    "recovered_by_both",
    "similarities",
    "split",
    "spread",
    "tally",
    "total_variation",
    "words",
]
