"""ROUGE-L (Lin 2004): how much of two texts is the same words in the same order, exact and fast.

The F-measure of the longest common subsequence of words, as Self-Instruct drops near-copies by it
(Wang et al. 2022). Words are runs of letters and digits of the lower-cased text, without stemming;
of ASCII text they are those of the original. Beyond it the original knows no words at all: there
near-copies would all be let in. Of Chinese and Japanese, which put no blanks between words, each
character is one.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeVar

W = TypeVar("W", int, str)

_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
#: Texts stand on one shelf when their lengths differ by less than this many words.
_SHELF = 4
#: Bits of a word's number in the key of one of its occurrences.
_WORDS = 32


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text by its number, and its ROUGE-L F-measure (0..1) with the one that was asked about."""

    number: int
    score: float


def rouge_l(a: str, b: str) -> float:
    """The ROUGE-L F-measure of two texts, 0..1; 0 when either has no words."""
    first, second = _words(a), _words(b)
    if not first or not second:
        return 0.0
    return 2 * _common(_places(first), len(first), second) / (len(first) + len(second))


@dataclass(slots=True)
class _Shelf:
    """Texts of about the same length; one of them is a bit in each number of ``holders``.

    ``holders`` says which texts have an occurrence: the first, second … of a word.
    """

    shortest: int
    numbers: list[int] = field(default_factory=list)
    texts: list[tuple[int, ...]] = field(default_factory=list)
    holders: dict[int, int] = field(default_factory=dict)

    def put(self, number: int, words: tuple[int, ...]) -> None:
        bit = 1 << len(self.numbers)
        self.numbers.append(number)
        self.texts.append(words)
        for key in _occurrences(words):
            self.holders[key] = self.holders.get(key, 0) | bit

    def overlaps(self, keys: Sequence[int]) -> Iterator[tuple[int, int]]:
        """(words in common, the texts that have so many), for every number above 0."""
        # The texts' counts, all at once: plane i holds the bit i of each of them.
        planes: list[int] = []
        for key in keys:
            carry = self.holders.get(key, 0)
            for place, plane in enumerate(planes):
                if not carry:
                    break
                planes[place] = plane ^ carry
                carry &= plane
            if carry:
                planes.append(carry)
        parts = [(0, (1 << len(self.numbers)) - 1)]
        for plane in reversed(planes):
            parts = [
                part
                for count, texts in parts
                for part in ((2 * count + 1, texts & plane), (2 * count, texts & ~plane))
                if part[1]
            ]
        return (part for part in parts if part[0])


class Neighbours:
    """Texts numbered from 0, and which of them are most like another one.

    The answer is exact. Two texts have at most as many words in common, in order, as they share at
    all; only those for which that would be enough are compared.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._shelves: dict[int, _Shelf] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> int:
        """Put a text in; returns its number."""
        number, known = self._count, self._known
        words = tuple(known.setdefault(word, len(known)) for word in _words(text))
        if words:
            place = len(words) // _SHELF
            shelf = self._shelves.setdefault(place, _Shelf(max(1, place * _SHELF)))
            shelf.put(number, words)
        self._count += 1
        return number

    def nearest(self, text: str, most: int = 10, above: float = 0.0) -> list[Neighbour]:
        """The ``most`` texts most like this one with scores greater than ``above``, best first.

        Of equal scores the lower number comes first. A text that has no word in common with this
        one is never among them.
        """
        # A word that no text has counts in the length and can be common to none.
        words = [self._known.get(word, -1) for word in _words(text)]
        length, places = len(words), _places(words)
        found: list[tuple[float, int]] = []
        for bound, shelf, shared, texts in self._hopeful(words, above):
            if len(found) == most and bound < found[0][0]:
                break
            for slot in _ones(texts):
                other = shelf.texts[slot]
                total = length + len(other)
                floor = found[0][0] if len(found) == most else 0.0
                if 2 * shared / total < floor:
                    continue
                entry = (2 * _common(places, length, other) / total, -shelf.numbers[slot])
                if entry[0] <= above:
                    continue
                if len(found) < most:
                    heapq.heappush(found, entry)
                else:
                    heapq.heappushpop(found, entry)
        return [Neighbour(-number, score) for score, number in sorted(found, reverse=True)]

    def _hopeful(self, words: list[int], above: float) -> list[tuple[float, _Shelf, int, int]]:
        """(the score that none exceeds, shelf, words shared, texts), highest first."""
        length, keys = len(words), [key for key in _occurrences(words) if key >= 0]
        hopeful = []
        for shelf in self._shelves.values():
            if 2 * min(length, shelf.shortest + _SHELF) / (length + shelf.shortest) <= above:
                continue
            for shared, texts in shelf.overlaps(keys):
                bound = 2 * shared / (length + max(shared, shelf.shortest))
                if bound > above:
                    hopeful.append((bound, shelf, shared, texts))
        hopeful.sort(key=itemgetter(0), reverse=True)
        return hopeful


def _words(text: str) -> list[str]:
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text.lower())


def _occurrences(words: Sequence[int]) -> Iterator[int]:
    """A key for each word: the word and how often it stood before; negative for unknown words."""
    seen: dict[int, int] = {}
    for word in words:
        before = seen.get(word, 0)
        seen[word] = before + 1
        yield word if word < 0 else before << _WORDS | word


def _places(words: Sequence[W]) -> dict[W, int]:
    """Where each word stands, a bit for each place."""
    places: dict[W, int] = {}
    for place, word in enumerate(words):
        places[word] = places.get(word, 0) | 1 << place
    return places


def _common(places: Mapping[W, int], length: int, other: Sequence[W]) -> int:
    """The length of the longest common subsequence, a row of its table at a time (Hyyrö 2004).

    A zero in ``row`` is a step: the subsequence grows by one there.
    """
    whole = row = (1 << length) - 1
    for at in [places[word] for word in other if word in places]:
        step = row & at
        row = row + step | row - step
    return length - (row & whole).bit_count()


def _ones(bits: int) -> Iterator[int]:
    """The places of the ones."""
    digits = f"{bits:b}"
    last, at = len(digits) - 1, digits.find("1")
    while at >= 0:
        yield last - at
        at = digits.find("1", at + 1)
