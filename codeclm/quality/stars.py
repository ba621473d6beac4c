"""Which of texts that are alike are duplicates of which one that is kept.

Likeness is not handed on: of three texts the first may be like the second and the second like the
third, and the first and the third have little in common. So the best text of all is kept, and just
those that are like it are its duplicates; of the rest the best one is kept, and so on. Nothing that
is kept is then like anything else that is kept, and each duplicate is like the one it yields to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

from codeclm.quality.duplicates import MOST, normal
from codeclm.quality.grams import Gram, shingles
from codeclm.quality.joining import Joined
from codeclm.quality.words import words
from codeclm.records import Alike

#: (an item, another one, how they are alike, how much: 0..1)
Link: TypeAlias = tuple[int, int, Alike, float]
#: How two items are alike, None for those that are not.
Likeness: TypeAlias = Callable[[int, int], "tuple[Alike, float] | None"]
#: Lower ones are kept before others; no two are the same.
Rank: TypeAlias = Callable[[int], "tuple[Any, ...]"]

#: Texts whose shingles are kept: some 4 kB each. Crowds come one after the other.
_REMEMBERED = 20_000
#: Equal texts: a link of one of them is one of all.
_EQUAL: tuple[Alike, ...] = ("exact", "normalised")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """``item`` is like ``kept``, in which way and how much (0..1)."""

    item: int
    kept: int
    alike: Alike
    similarity: float


def stars(links: Iterable[Link], rank: Rank, alike: Likeness) -> list[Duplicate]:
    """The duplicates among linked items.

    Of equal items each needs a link to one of them alone. Links of a crowd, where an item has
    ``MOST`` near ones or more, need not be all there are: there ``alike`` is asked. The order is
    that of the ranks of what is kept, and then of its duplicates.
    """
    known = _Known()
    for link in sorted(links):
        known.add(*link)
    found: list[Duplicate] = []
    for items in known.groups():
        items.sort(key=rank)
        if any(known.crowded[item] >= MOST for item in items):
            found += settle(items, alike)
        else:
            found += _settled(items, known, rank)
    return sorted(found, key=lambda one: (rank(one.kept), rank(one.item)))


def settle(items: Sequence[int], alike: Likeness) -> list[Duplicate]:
    """The same of items in the order of their ranks, all of them held against what is kept."""
    found: list[Duplicate] = []
    left = list(items)
    while left:
        kept, rest = left[0], list[int]()
        for item in left[1:]:
            if how := alike(kept, item):
                found.append(Duplicate(item, kept, *how))
            else:
                rest.append(item)
        left = rest
    return found


def components(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The items that hang together by links, each group and the groups in ascending order."""
    known = list(links)
    places = {item: place for place, item in enumerate(sorted({*chain.from_iterable(known)}))}
    joined = Joined(len(places))
    for one, other in known:
        joined.join(places[one], places[other])
    found: dict[int, list[int]] = defaultdict(list)
    for item, place in places.items():
        found[joined.root(place)].append(item)
    return list(found.values())


@dataclass(slots=True)
class Texts:
    """Texts by their items, as ``stars`` asks whether they are alike.

    Those of which the Jaccard similarity of both sets of shingles is at least ``least`` are near.
    """

    texts: Mapping[int, str]
    least: float
    _read: dict[int, tuple[str, str, frozenset[Gram]]] = field(default_factory=dict)

    def alike(self, one: int, other: int) -> tuple[Alike, float] | None:
        """How two texts are alike, None for two that are not."""
        first, second = self._of(one), self._of(other)
        if first[0] == second[0]:
            return ("exact", 1.0) if first[0].strip() else None
        if not first[2] or not second[2]:
            return None
        if first[1] and first[1] == second[1]:
            return "normalised", 1.0
        shared = len(first[2] & second[2])
        union = len(first[2]) + len(second[2]) - shared
        # Compared as the join does, so that what lies on the edge is in both or in none.
        return ("near", shared / union) if shared / union >= self.least else None

    def _of(self, item: int) -> tuple[str, str, frozenset[Gram]]:
        if item not in self._read:
            if len(self._read) == _REMEMBERED:
                self._read.clear()
            text = self.texts[item]
            self._read[item] = text, normal(text), frozenset(shingles(words(text)))
        return self._read[item]


class _Known:
    """Links as they come in: of each item what it is linked with, and what it equals."""

    def __init__(self) -> None:
        self.near: dict[int, dict[int, tuple[Alike, float]]] = defaultdict(dict)
        self.crowded: Counter[int] = Counter()
        self._equal: dict[int, int] = {}
        self._ways: dict[int, Alike] = {}
        self._classes: dict[int, list[int]] = {}

    def add(self, one: int, other: int, alike: Alike, similarity: float) -> None:
        self.near[one][other] = self.near[other][one] = alike, similarity
        if alike in _EQUAL:
            self._equal.setdefault(one, one)
            self._equal[other] = self._equal[one]
            self._ways[other] = alike
        else:
            self.crowded.update((one, other))

    def groups(self) -> list[list[int]]:
        """The items that hang together, by whatever links."""
        self._classes = defaultdict(list)
        for item in self.near:
            self._classes[self._equal.get(item, item)].append(item)
        return components((one, other) for one, others in self.near.items() for other in others)

    def like(self, kept: int) -> dict[int, tuple[Alike, float]]:
        """What an item is like: its equals, what they are linked with, and the equals of that."""
        found: dict[int, tuple[Alike, float]] = {}
        equals = self._classes[self._equal.get(kept, kept)]
        for item in equals:
            if item != kept:
                # Two that differ from the first one only in case may differ from each other too.
                exact = {self._ways.get(each, "exact") for each in (kept, item)} == {"exact"}
                found[item] = ("exact" if exact else "normalised"), 1.0
        for own in equals:
            for linked, (alike, similarity) in self.near[own].items():
                if alike not in _EQUAL:
                    for item in self._classes[self._equal.get(linked, linked)]:
                        found.setdefault(item, (alike, similarity))
        return found


def _settled(items: Sequence[int], known: _Known, rank: Rank) -> list[Duplicate]:
    found: list[Duplicate] = []
    left = dict.fromkeys(items)
    for kept in items:
        if kept not in left:
            continue
        del left[kept]
        like = known.like(kept)
        for item in sorted(like.keys() & left.keys(), key=rank):
            del left[item]
            found.append(Duplicate(item, kept, *like[item]))
    return found
