"""The part of a benchmark that metadata is extracted from, kept out of its evaluation (§4)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from codeclm.errors import SettingsError

T = TypeVar("T")

#: The paper's share.
SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Split(Generic[T]):
    """A benchmark in two parts, each in the benchmark's order.

    Metadata is extracted from ``seeds``; models are compared on ``evaluated``.
    """

    seeds: tuple[T, ...]
    evaluated: tuple[T, ...]


def split(
    items: Sequence[T], *, share: float = SHARE, seed: int = 0, include_seeds: bool = False
) -> Split[T]:
    """Draw ``share`` (0..1) of ``items`` as seeds; the others are evaluated.

    The number of seeds is exact, a half rounded up, and which they are depends on ``seed`` and the
    number of items alone. ``include_seeds`` evaluates all of them, as the paper's percentages do.
    Raises ``SettingsError`` for another share.
    """
    if not 0 <= share <= 1:
        raise SettingsError(
            f"A share of {share:g} is no part of a benchmark.", "Choose one from 0 to 1."
        )
    # As the share is written: 0.35 of 10 is 3.5, which no binary fraction says.
    wanted = int(Fraction(str(share)) * len(items) + Fraction(1, 2))
    drawn = set(random.Random(f"{seed}:benchmark").sample(range(len(items)), wanted))
    return Split(
        seeds=tuple(item for place, item in enumerate(items) if place in drawn),
        evaluated=tuple(
            item for place, item in enumerate(items) if include_seeds or place not in drawn
        ),
    )
