"""What the paper reports, to stand beside one's own numbers; nothing to reach on a laptop.

LLaMA targets against Gemini-Pro, tuned on 2 000 pairs of each method, over whole benchmarks.
"""

from __future__ import annotations

from collections.abc import Mapping

_COLUMNS = tuple(
    (target, benchmark)
    for target in ("7B", "13B")
    for benchmark in ("Evol-Instruct", "Vicuna", "Koala", "Self-Instruct")
)
_ROWS = {
    "Self-Instruct": (72.02, 81.25, 67.78, 65.87, 75.69, 86.25, 77.22, 69.05),
    "Alpagasus": (75.23, 81.25, 71.11, 70.24, 79.82, 87.50, 77.78, 71.03),
    "Tree-Instruct": (75.23, 81.25, 72.78, 68.65, 82.57, 87.50, 80.56, 79.37),
    "WizardLM": (74.31, 76.25, 65.56, 71.43, 82.11, 86.25, 78.89, 76.19),
    "WizardLM+": (75.69, 83.75, 68.33, 72.22, 84.40, 88.75, 81.11, 79.76),
    "CodecLM": (79.82, 88.75, 74.44, 78.17, 86.70, 90.00, 82.22, 83.33),
}

#: Table 1: the CRR in percent by (target, benchmark), then by method.
CRR: Mapping[tuple[str, str], Mapping[str, float]] = {
    column: {method: values[at] for method, values in _ROWS.items()}
    for at, column in enumerate(_COLUMNS)
}

#: Table 3: the CRR in percent of 7B on Evol-Instruct as each part of the method is added.
ABLATION: Mapping[str, float] = {
    "none": 72.02,
    "metadata": 75.23,
    "Self-Rubrics": 77.52,
    "Contrastive Filtering": 79.82,
}

#: Table 5: (wins, ties, losses) of 7B on the 218 instructions of Evol-Instruct.
COUNTS: Mapping[str, tuple[int, int, int]] = {
    "Self-Instruct": (17, 140, 61),
    "Alpagasus": (17, 147, 54),
    "Tree-Instruct": (23, 141, 54),
    "WizardLM": (19, 143, 56),
    "WizardLM+": (19, 146, 53),
    "CodecLM": (29, 145, 44),
}
