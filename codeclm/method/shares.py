"""How many basic instructions each metadata entry gets, and in which calls."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Sequence


def shares(entries: int, total: int, seed: int, weights: Sequence[int] = ()) -> list[int]:
    """The share of each of ``entries`` metadata entries in ``total`` basic instructions.

    Equal, the remainder one each to the first entries in plan order. With more entries than
    instructions, those that get one are drawn with the run's seed. With ``weights``, one an entry,
    shares are as these stand to each other, and just these where ``total`` is their sum. A larger
    total never takes from an entry what a smaller total gave it.
    """
    if entries <= 0:
        return []
    if weights:
        return _weighted(weights, total)
    if total < entries:
        order = list(range(entries))
        random.Random(f"{seed}:shares").shuffle(order)
        drawn = set(order[:total])
        return [int(entry in drawn) for entry in range(entries)]
    share, rest = divmod(total, entries)
    return [share + (entry < rest) for entry in range(entries)]


def _weighted(weights: Sequence[int], total: int) -> list[int]:
    """The method of Webster and Sainte-Laguë: one more is given where it is most due.

    Unlike one that rounds quotas, it never takes anything back when there is more to give.
    """
    whole, left = divmod(total, sum(weights))
    given = [whole * weight for weight in weights]
    # Due is w / (2 g + 1); the integers of its inverse are compared exactly, over one denominator.
    over = math.lcm(*filter(None, weights))
    due = [
        ((2 * given[place] + 1) * over // weight, place)
        for place, weight in enumerate(weights)
        if weight
    ]
    heapq.heapify(due)
    for _ in range(left):
        _, place = due[0]
        given[place] += 1
        heapq.heapreplace(due, ((2 * given[place] + 1) * over // weights[place], place))
    return given


def batches(share: int, size: int) -> list[int]:
    """Split a share into calls of ``size``, the last one with the rest.

    So a larger share begins with the same calls, whose replies the journal has.
    """
    full, rest = divmod(share, size)
    return [size] * full + [rest] * bool(rest)
