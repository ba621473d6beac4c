"""Which of texts that are alike are duplicates of which one that is kept.

Likeness is not handed on: of three texts the first may be like the second and the second like the
third, and the first and the third have little in common. So the best text of all is kept, and just
those that are like it are its duplicates; of the rest the best one is kept, and so on. Nothing that
is kept is then like anything else that is kept, and each duplicate is like the one it yields to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codeclm.records import Alike

#: Equal texts: a link of one of them is one of all.
_EQUAL: tuple[Alike, ...] = ("exact", "normalised")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """``item`` is like ``kept``, in which way and how much (0..1)."""

    item: int
    kept: int
    alike: Alike
    similarity: float


def stars(
    links: Iterable[tuple[int, int, Alike, float]], rank: Callable[[int], tuple[Any, ...]]
) -> list[Duplicate]:
    """The duplicates among linked items; those of lower ``rank`` are kept before others.

    Of equal items each needs a link to one of them alone. Ranks differ from each other and can be
    compared. The order is that of the items' ranks, each kept one's duplicates together.
    """
    near: dict[int, dict[int, tuple[Alike, float]]] = defaultdict(dict)
    equal: dict[int, int] = {}
    ways: dict[int, Alike] = {}
    for one, other, alike, similarity in sorted(links):
        near[one][other] = near[other][one] = alike, similarity
        if alike in _EQUAL:
            equal.setdefault(one, one)
            equal[other] = equal[one]
            ways[other] = alike
    classes: dict[int, list[int]] = defaultdict(list)
    for item in near:
        classes[equal.get(item, item)].append(item)
    found: list[Duplicate] = []
    left = dict.fromkeys(sorted(near, key=rank))
    for kept in list(left):
        if kept not in left:
            continue
        del left[kept]
        like = _like(kept, near, equal, classes, ways)
        for item in sorted(like.keys() & left.keys(), key=rank):
            del left[item]
            found.append(Duplicate(item, kept, *like[item]))
    return found


def _like(
    kept: int,
    near: Mapping[int, Mapping[int, tuple[Alike, float]]],
    equal: Mapping[int, int],
    classes: Mapping[int, list[int]],
    ways: Mapping[int, Alike],
) -> dict[int, tuple[Alike, float]]:
    """What an item is like: its equals, what it is linked with, and the equals of that."""
    first = equal.get(kept, kept)
    found: dict[int, tuple[Alike, float]] = {}
    for item in classes[first]:
        if item != kept:
            # Two that differ from the first one only in case may differ from each other as well.
            exact = {ways.get(kept, "exact"), ways.get(item, "exact")} == {"exact"}
            found[item] = ("exact" if exact else "normalised"), 1.0
    for own in classes[first]:
        for linked, (alike, similarity) in near[own].items():
            for item in () if alike in _EQUAL else classes[equal.get(linked, linked)]:
                found.setdefault(item, (alike, similarity))
    return found
