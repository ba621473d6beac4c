"""Contamination: rows of a data set that tell of items a model will be tested with.

Rules, the strongest first; words are those of ``words``:

- ``exact``: the same text as the item, or the same when normalised (see ``duplicates.normal``).
- ``near``: the Jaccard similarity of both sets of shingles is at least 0.7.
- ``13-gram``: a run of 13 words of the item is in the text (Brown et al. 2020, appendix C).
- ``whole``: an item of fewer than 13 words, which has no such run, is in the text as one run. It
  has 5 words or more: fewer are a figure of speech that texts share by chance.
- ``8-gram``: at least 70 % of the item's different runs of 8 words are in the text (the share that
  Chowdhery et al. 2022 take).

A run that many items have is the benchmark's way of asking and no evidence: of more than 50
different items, runs of 8 words that 10 or more have are set aside, and runs of 13 that hold one.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from codeclm.quality.duplicates import LEAST, normal
from codeclm.quality.grams import SHINGLE, Gram, grams, shingles, stretches
from codeclm.quality.joining import STEP, Bag, Index, Progress
from codeclm.quality.shared import longest
from codeclm.quality.words import placed, words
from codeclm.records import Part

Rule = Literal["exact", "near", "13-gram", "whole", "8-gram"]
_PARTS: tuple[Part, ...] = ("instruction", "response")

#: Words of the runs that are looked for, and which share of an item's shorter ones is enough.
LONG, SHORT, ENOUGH = 13, 8, 0.7
#: The fewest words of an item that is looked for as a whole.
WHOLE = 5
#: A run that ``COMMON`` items have is set aside when there are more than ``MANY``.
COMMON, MANY = 10, 50


@dataclass(frozen=True, slots=True)
class Item:
    """A task of a benchmark."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """An instruction and its response."""

    id: int
    instruction: str
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A part of a row that tells of an item, by its strongest rule.

    ``similarity`` (0..1) is the Jaccard similarity for ``near``, the share of the item's different
    runs (those set aside left out) for the gram rules, and 1 for the others. ``shared`` is the
    longest run of words the two share, as it stands in the row.
    """

    row: int
    item: int
    rule: Rule
    part: Part
    similarity: float
    shared: str


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, in the order of the rows, and the phrases that were set aside as common."""

    hits: list[Hit]
    common: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of words: which items have each, and how many different ones an item has."""

    holders: Mapping[Gram, Sequence[int]]
    totals: Mapping[int, int]

    def shares(self, held: Sequence[Gram]) -> dict[int, float]:
        """Which share of its runs each item has among these, for items that have any."""
        counts = Counter(item for gram in {*held} for item in self.holders.get(gram, ()))
        return {item: count / self.totals[item] for item, count in counts.items()}


@dataclass(slots=True)
class _Sheet:
    """A benchmark's items by their places, ready to be looked for."""

    long: _Runs
    short: _Runs
    exact: dict[str, int] = field(default_factory=dict)
    normal: dict[str, int] = field(default_factory=dict)
    ranks: dict[Gram, int] = field(default_factory=dict)
    whole: dict[Gram, int] = field(default_factory=dict)
    index: Index = field(default_factory=lambda: Index(LEAST))


def find(
    benchmarks: Sequence[Item], rows: Sequence[Row], *, progress: Progress | None = None
) -> Found:
    """The parts of rows that tell of an item: of each part the strongest hit alone.

    Of hits by one rule that of the highest similarity, of equals that with the item of the lowest
    id. ``progress`` is told (rows done, of) now and then.
    """
    items = sorted(benchmarks, key=lambda item: item.id)
    worded = [words(item.text) for item in items]
    common = _held_by_many(worded)
    sheet, hits = _prepared(items, worded, common), list[Hit]()
    for done, row in enumerate(rows):
        if progress and done % STEP == 0:
            progress(done, len(rows))
        for part in _PARTS:
            text = row.instruction if part == "instruction" else row.response
            if best := _strongest(sheet, text):
                hits.append(_hit(row.id, part, text, items[best[1]], best))
    if progress:
        progress(len(rows), len(rows))
    return Found(hits, _phrases(items, worded, common))


def _hit(row: int, part: Part, text: str, item: Item, best: tuple[Rule, int, float]) -> Hit:
    rule, _, similarity = best
    span = None if rule == "exact" else longest(text, item.text)
    return Hit(
        row=row,
        item=item.id,
        rule=rule,
        part=part,
        similarity=similarity,
        shared=text[slice(*span)] if span else text.strip(),
    )


def _prepared(items: Sequence[Item], worded: Sequence[Sequence[str]], common: Set[Gram]) -> _Sheet:
    sheet = _Sheet(_runs(worded, LONG, common), _runs(worded, SHORT, common))
    held = Counter(gram for each in worded for gram in shingles(each))
    rarest = sorted(held, key=held.__getitem__)
    sheet.ranks.update((gram, rank) for rank, gram in enumerate(rarest))
    for place, (item, each) in enumerate(zip(items, worded, strict=True)):
        if item.text.strip():
            sheet.exact.setdefault(item.text, place)
        if not each:
            continue
        if form := normal(item.text):
            sheet.normal.setdefault(form, place)
        sheet.index.add(place, _bag(sheet, shingles(each)))
        if WHOLE <= len(each) < LONG:
            sheet.whole.setdefault(tuple(each), place)
    return sheet


def _bag(sheet: _Sheet, held: set[Gram]) -> Bag:
    known = [sheet.ranks[gram] for gram in held if gram in sheet.ranks]
    return Bag(len(held), array("i", sorted(known)))


def _runs(worded: Sequence[Sequence[str]], n: int, common: Set[Gram]) -> _Runs:
    totals: dict[int, int] = {}
    holders: dict[Gram, list[int]] = {}
    for place, each in enumerate(worded):
        # A run of 13 that is all but a word or two common would be shared by chance.
        own = {gram for gram in grams(each, n) if common.isdisjoint(grams(gram, SHORT))}
        totals[place] = len(own)
        for gram in own:
            holders.setdefault(gram, []).append(place)
    return _Runs(holders, totals)


def _held_by_many(worded: Sequence[Sequence[str]]) -> set[Gram]:
    """The runs that are set aside. An item that comes twice is one."""
    different = {tuple(each) for each in worded}
    if len(different) <= MANY:
        return set()
    counts = Counter(gram for each in different for gram in {*grams(each, SHORT)})
    return {gram for gram, count in counts.items() if count >= COMMON}


def _phrases(
    items: Sequence[Item], worded: Sequence[Sequence[str]], common: Set[Gram]
) -> tuple[str, ...]:
    """The phrases set aside, as the first item has them, in order; none that is part of another."""
    found: list[tuple[int, int, int]] = []
    for place, each in enumerate(worded):
        starts = [start for start, gram in enumerate(grams(each, SHORT)) if gram in common]
        for first, last in stretches(starts):
            found.append((place, first, last + SHORT))
    told: set[Gram] = set()
    kept = []
    for place, start, end in sorted(found, key=lambda each: each[1] - each[2]):
        runs = {*grams(worded[place][start:end], SHORT)}
        if not runs <= told:
            told |= runs
            kept.append((place, start, end))
    phrases = []
    for place, start, end in sorted(kept):
        spots, text = placed(items[place].text), items[place].text
        phrases.append(text[spots[start][1] : spots[end - 1][2]])
    return tuple(phrases)


def _strongest(sheet: _Sheet, text: str) -> tuple[Rule, int, float] | None:
    """(rule, place of the item, similarity)."""
    worded = words(text)
    # Without a word, only the same text is the same.
    same = (sheet.exact.get(text), sheet.normal.get(normal(text)) if worded else None)
    if places := [place for place in same if place is not None]:
        return "exact", min(places), 1.0
    if not worded:
        return None
    held = grams(worded, SHINGLE) if len(worded) >= SHINGLE else [tuple(worded)]
    starts = [start for start, gram in enumerate(held) if gram in sheet.ranks]
    if not starts:
        return None
    if best := sheet.index.best(_bag(sheet, {*held})):
        return "near", *best
    return _by_runs(sheet, worded, starts)


def _by_runs(
    sheet: _Sheet, worded: Sequence[str], starts: Sequence[int]
) -> tuple[Rule, int, float] | None:
    """What is found by runs of words, given where shingles start that some item has."""
    # A run of an item is a stretch of its shingles.
    held = [worded[first : last + SHINGLE] for first, last in stretches(starts)]
    if best := _highest(sheet.long.shares(_grams(held, LONG))):
        return "13-gram", *best
    wholes = [
        sheet.whole[gram]
        for length in range(WHOLE, LONG)
        for gram in _grams(held, length)
        if gram in sheet.whole
    ]
    if wholes:
        return "whole", min(wholes), 1.0
    shares = sheet.short.shares(_grams(held, SHORT))
    enough = {place: share for place, share in shares.items() if share >= ENOUGH}
    return ("8-gram", *best) if (best := _highest(enough)) else None


def _grams(held: Sequence[Sequence[str]], n: int) -> list[Gram]:
    return [gram for each in held if len(each) >= n for gram in grams(each, n)]


def _highest(shares: Mapping[int, float]) -> tuple[int, float] | None:
    if not shares:
        return None
    place = min(shares, key=lambda each: (-shares[each], each))
    return place, shares[place]
