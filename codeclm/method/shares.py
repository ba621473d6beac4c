"""How many basic instructions each metadata entry gets, and in which calls."""

from __future__ import annotations

import random


def shares(entries: int, total: int, seed: int) -> list[int]:
    """The share of each of ``entries`` metadata entries in ``total`` basic instructions.

    Equal, the remainder one each to the first entries in plan order. With more entries than
    instructions, those that get one are drawn with the run's seed. A larger total never takes from
    an entry what a smaller total gave it.
    """
    if entries <= 0:
        return []
    if total < entries:
        order = list(range(entries))
        random.Random(f"{seed}:shares").shuffle(order)
        drawn = set(order[:total])
        return [int(entry in drawn) for entry in range(entries)]
    share, rest = divmod(total, entries)
    return [share + (entry < rest) for entry in range(entries)]


def batches(share: int, size: int) -> list[int]:
    """Split a share into calls of ``size``, the last one with the rest.

    So a larger share begins with the same calls, whose replies the journal has.
    """
    full, rest = divmod(share, size)
    return [size] * full + [rest] * bool(rest)
