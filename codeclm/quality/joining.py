"""Sets that are alike by the Jaccard similarity of what they hold, found without comparing all.

The answer is exact. Let the members of all sets stand in one order, rarest first. Two sets that are
alike share so many members that their beginnings must share one (Chaudhuri, Ganti & Kaushik 2006;
Bayardo, Ma & Srikant 2007), and that so many can still follow it (Xiao, Wang, Lin & Yu 2008). Who
passes both is compared by a bitmap, which never tells too small a share, and then in full.

Many sets made from one template are all alike, and their pairs cannot be listed: see ``pairs``.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

Progress = Callable[[int, int], None]

#: How many bits a set's bitmap has: more than most sets of an instruction have members.
_BITS = 256
#: After how many sets the progress is told.
STEP = 1000


class Bag(NamedTuple):
    """A set of ``size`` members; ``known`` are the ranks, ascending, of those that others may have.

    The rarest have the lowest ranks. A member that no other set has is only counted.
    """

    size: int
    known: array[int]


class Needs(dict[int, int]):
    """What a set of ``size`` must share with one of another size to be like it, by that size.

    Above the smaller size where they never can be.
    """

    def __init__(self, size: int, least: float) -> None:
        super().__init__()
        self._size, self._least = size, least
        #: The least it shares with any set that is like it.
        self.smallest = max(1, int(least * size) - 1)
        while self.smallest / size < least:
            self.smallest += 1

    def __missing__(self, other: int) -> int:
        both, least = self._size + other, self._least
        # Decided by the quotient that is told, so that no rounding parts the two.
        need = max(1, int(least / (1 + least) * both) - 1)
        while need <= min(self._size, other) and need / (both - need) < least:
            need += 1
        self[other] = need
        return need


class Index:
    """Sets by number, to be looked up by a set that is like them.

    Sets can be put in crowds, so that whoever looks can pass over a crowd as a whole.
    """

    def __init__(self, least: float) -> None:
        if not 0 < least <= 1:
            raise ValueError(f"the least similarity must be above 0 and at most 1, not {least}")
        self._least = least
        self._needs: dict[int, Needs] = {}
        self.bitmaps: dict[int, int] = {}
        self.bags: dict[int, Bag] = {}
        self._groups: dict[int, dict[tuple[int, int], dict[int, list[int]]]] = {}

    def add(self, number: int, bag: Bag, *, crowd: int = 0, growing: bool = False) -> None:
        """Put a set in. ``growing``: it is only looked up by sets that are not smaller."""
        self.bags[number] = bag
        self.bitmaps[number] = bitmap(bag)
        size, needs = bag.size, self._needed(bag.size)
        shared = needs[size] if growing else needs.smallest
        for place, rank in _beginning(bag, size - shared + 1):
            group = self._groups.setdefault(rank, {}).setdefault((size, place), {})
            group.setdefault(crowd, []).append(number)

    def groups(self, bag: Bag) -> Iterator[tuple[int, int, dict[int, list[int]]]]:
        """Sets of one size that may be like this one: (what must be, what can be shared, crowds).

        A set may come more than once. What can be shared holds for those that come first there.
        """
        size, needs = bag.size, self._needed(bag.size)
        for place, rank in _beginning(bag, size - needs.smallest + 1):
            for (other, at), crowds in reversed(self._groups.get(rank, {}).items()):
                need = needs[other]
                # The rank and all that follows it, in either set, must be enough.
                if need <= size - place and need <= other - at:
                    yield need, min(size - place, other - at), crowds

    def best(self, bag: Bag) -> tuple[int, float] | None:
        """The number of the set most like this one, the lowest of equals, and the similarity.

        The sets must have been put in by ascending numbers, in one crowd.
        """
        found = 0.0, -1
        members, bits, known = set(bag.known), bitmap(bag), len(bag.known)
        seen: set[int] = set()
        for need, most, crowds in self.groups(bag):
            for number in (each for crowd in crowds.values() for each in crowd):
                other = self.bags[number]
                both = bag.size + other.size
                # Here numbers ascend: what follows cannot be better either.
                if (most / (both - most), -number) <= found:
                    break
                if number in seen:
                    continue
                seen.add(number)
                bound = (known + len(other.known) - (bits ^ self.bitmaps[number]).bit_count()) // 2
                if bound < need or (bound / (both - bound), -number) <= found:
                    continue
                shared = len(members.intersection(other.known))
                if shared >= need:
                    found = max(found, (shared / (both - shared), -number))
        return (-found[1], found[0]) if found[0] else None

    def _needed(self, size: int) -> Needs:
        if size not in self._needs:
            self._needs[size] = Needs(size, self._least)
        return self._needs[size]


class Joined:
    """Numbers from 0, and which of them have been joined, directly or by way of others."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def root(self, number: int) -> int:
        """The number that stands for all that are joined with this one."""
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    def join(self, one: int, other: int) -> bool:
        """Join two; whether they were not joined yet."""
        first, second = self.root(one), self.root(other)
        self._above[max(first, second)] = min(first, second)
        return first != second


def pairs(
    bags: Sequence[Bag], least: float, most: int, progress: Progress | None = None
) -> Iterator[tuple[int, int, float]]:
    """(one, other, similarity) of sets that are alike, by their places; each pair once.

    All pairs, as long as no set has more than ``most`` like it among those before it, in order of
    size. A set that has more comes with ``most`` of them, and with others only where they join what
    was not joined: whatever is joined by all pairs is joined by these. So neither time nor answer
    grows with the square of a template's texts.
    """
    joined, index = Joined(len(bags)), Index(least)
    order = sorted(range(len(bags)), key=lambda place: (bags[place].size, place))
    for done, one in enumerate(order):
        if progress and done % STEP == 0:
            progress(done, len(bags))
        for other, similarity in _linked(index, joined, one, bags[one], most):
            yield one, other, similarity
        index.add(one, bags[one], crowd=joined.root(one), growing=True)


def _linked(
    index: Index, joined: Joined, one: int, bag: Bag, most: int
) -> Iterator[tuple[int, float]]:
    members, bits, known = set(bag.known), bitmap(bag), len(bag.known)
    bags, bitmaps = index.bags, index.bitmaps
    seen: set[int] = set()
    count = 0
    for need, _, crowds in index.groups(bag):
        for crowd in _settled(crowds, joined):
            for number in crowds[crowd]:
                if count >= most and joined.root(crowd) == joined.root(one):
                    break
                if number in seen:
                    continue
                seen.add(number)
                other = bags[number]
                # Each bit that differs is a member that one of both has alone.
                apart = (bits ^ bitmaps[number]).bit_count()
                if known + len(other.known) - apart < 2 * need:
                    continue
                shared = len(members.intersection(other.known))
                if shared >= need:
                    count += 1
                    joined.join(one, number)
                    yield number, shared / (bag.size + other.size - shared)


def _settled(crowds: dict[int, list[int]], joined: Joined) -> list[int]:
    """The crowds, those put together that were joined since."""
    for crowd in list(crowds):
        root = joined.root(crowd)
        if root != crowd:
            moved, there = crowds.pop(crowd), crowds.get(root, [])
            more, fewer = (moved, there) if len(moved) > len(there) else (there, moved)
            more.extend(fewer)
            crowds[root] = more
    return list(crowds)


def bitmap(bag: Bag) -> int:
    """A bit for each known member; several members may have one."""
    bits = 0
    for rank in bag.known:
        bits |= 1 << rank % _BITS
    return bits


def _beginning(bag: Bag, length: int) -> Iterator[tuple[int, int]]:
    """(place, rank) of the known members among the first ``length``."""
    # Members that no other set has are the rarest and stand first.
    alone = bag.size - len(bag.known)
    return enumerate(bag.known[: max(0, length - alone)], start=alone)
