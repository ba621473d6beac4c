"""Another θ, only looked at."""

from __future__ import annotations

from collections.abc import Sequence

from codeclm.pipeline.projects import AtTheta
from codeclm.store.views import JudgedChains


def at(chains: Sequence[JudgedChains], theta: float) -> AtTheta:
    """What the judged chains would come to at ``theta``."""
    return AtTheta.of(chains, theta)
