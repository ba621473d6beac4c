"""Clusters: texts that hang together by their links, and which of them to keep.

A cluster is a connected component. Its ends may be little alike, each being like the next alone; so
nothing is told of a cluster as a whole, but of each member how similar it is to the one kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from codeclm.quality.duplicates import Link
from codeclm.quality.joining import Joined

Keep = Literal["highest gap", "longest", "newest", "first"]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Two or more ids, ascending."""

    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An id, how similar it is to the one kept, and whether a link says so itself."""

    id: int
    similarity: float | None
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a member is chosen by; ``created`` is a time that sorts as text."""

    id: int
    gap: float | None
    length: int
    created: str


def cluster(ids: int | Iterable[int], links: Iterable[Link]) -> list[Cluster]:
    """The clusters of the ids (or of the numbers below a count), by their first members.

    A link to what is not among the ids joins nothing.
    """
    known = range(ids) if isinstance(ids, int) else sorted({*ids})
    places = {number: place for place, number in enumerate(known)}
    joined = Joined(len(places))
    for link in links:
        if link.one in places and link.other in places:
            joined.join(places[link.one], places[link.other])
    members: dict[int, list[int]] = {}
    for number, place in places.items():
        members.setdefault(joined.root(place), []).append(number)
    return [Cluster(tuple(each)) for each in members.values() if len(each) > 1]


def beside(
    kept: int,
    found: Cluster,
    links: Iterable[Link],
    similarity: Callable[[int, int], float | None] | None = None,
) -> list[Member]:
    """The members of a cluster beside the one kept, in order.

    The similarity of those no link tells of is asked of ``similarity``; without it, it is None.
    """
    direct = {
        link.one + link.other - kept: link.similarity
        for link in links
        if kept in (link.one, link.other)
    }
    told = []
    for each in found.members:
        if each in direct:
            told.append(Member(each, direct[each], True))
        elif each != kept:
            told.append(Member(each, similarity(kept, each) if similarity else None, False))
    return told


def choose(members: Sequence[Candidate], rule: Keep) -> int:
    """The id of the member to keep; of equals the lowest.

    The highest gap is that farthest from 0, whoever leads; unknown gaps come last.

    Raises ValueError when there is no member, or no such rule.
    """
    if rule == "highest gap":
        return min(members, key=lambda each: (-_size(each.gap), each.id)).id
    if rule == "longest":
        return min(members, key=lambda each: (-each.length, each.id)).id
    if rule == "newest":
        newest = max(each.created for each in members)
        return min(each.id for each in members if each.created == newest)
    if rule == "first":
        return min(each.id for each in members)
    raise ValueError(f"no rule {rule!r} by which to keep one")


def _size(gap: float | None) -> float:
    return -1.0 if gap is None or math.isnan(gap) else abs(gap)
