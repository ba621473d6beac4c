"""Contrastive Filtering at another θ, from gaps that are known (§3.4). Arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.method.verdict import side_at
from codeclm.records import AtTheta, JudgedChains


def at_theta(chains: Sequence[JudgedChains], theta: float) -> AtTheta:
    """What would be kept at ``theta``: each chain at its first gap beyond it."""
    kept: dict[int, list[int]] = {}
    improving = exhausted = 0
    for chain in chains:
        sides = (side_at(gap, theta) for gap in chain.gaps)
        found = next(((at, side) for at, side in enumerate(sides, 1) if side), None)
        if found:
            at, side = found
            kept.setdefault(at, [0, 0])[side == "target"] += chain.count
        elif len(chain.gaps) < chain.last:
            improving += chain.count
        else:
            exhausted += chain.count
    return AtTheta(
        kept={at: (strong, target) for at, (strong, target) in sorted(kept.items())},
        improving=improving,
        exhausted=exhausted,
    )
