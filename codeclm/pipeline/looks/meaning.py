"""Which texts are alike by their vectors: the same texts as ever, and others that lie close."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import TYPE_CHECKING

from codeclm.quality import duplicates, vectors
from codeclm.quality.joining import Progress
from codeclm.quality.stars import Link, Texts
from codeclm.records import Alike

if TYPE_CHECKING:
    import numpy as np

#: How vectors are alike.
_CLOSE: Alike = "embedding"


def compare(
    texts: Mapping[int, str], rows: np.ndarray, least: float, progress: Progress | None = None
) -> tuple[list[Link], Meanings]:
    """What is alike among texts with a vector each: links for ``stars``, and whom it may ask.

    Linked are texts that are the same, also when normalised, and those of a cosine from ``least``
    on. Where there are more than ``duplicates.MOST`` like one, enough of them are told that the
    same texts hang together as by all. ``progress`` is told (done, of) while vectors are compared.
    """
    items = list(texts)
    same = _same(list(texts.values()))
    # Of texts that differ only in their look, one vector stands for all: a link of one is one of
    # all, and a model may well tell them apart.
    if any(how == "normalised" for _, _, how, _ in same):
        rows = rows.copy()
        for one, other, _, _ in same:
            rows[other] = rows[one]
    links = [*same, *_close(rows, {other for _, other, _, _ in same}, least, progress)]
    return (
        [(items[one], items[other], how, similar) for one, other, how, similar in links],
        Meanings(texts, dict(zip(items, rows, strict=True)), least),
    )


def _same(texts: Sequence[str]) -> list[Link]:
    """Links, by places, of texts that are the same, also when normalised."""
    found: list[Link] = []
    for link in duplicates.find(texts, least=1.0):
        # From 1 on nothing is near but texts of the same runs of words: their vectors decide.
        if link.like != "near":
            found.append((link.one, link.other, link.like, link.similarity))
    return found


def _close(
    rows: np.ndarray, without: set[int], least: float, progress: Progress | None
) -> list[Link]:
    """Links, by places, of vectors that are alike."""
    found: list[Link] = []
    twins = _twins(rows, [place for place in range(len(rows)) if place not in without])
    firsts = [places[0] for places in twins]
    for places in twins:
        found.extend((one, other, _CLOSE, 1.0) for one, other in _pairs(places))
    # Rows that are picked are copied: those of 100 000 texts take half a gigabyte.
    different = rows if len(firsts) == len(rows) else rows[firsts]
    for link in vectors.find(different, least=least, progress=progress) if firsts else ():
        ones, others = twins[link.one], twins[link.other]
        crowded = max(len(ones), len(others)) > duplicates.MOST
        # In a crowd everything is held against everything later on.
        pairs = [(ones[0], others[0])] if crowded else product(ones, others)
        for one, other in pairs:
            found.append((min(one, other), max(one, other), _CLOSE, link.similarity))
    return found


def _twins(rows: np.ndarray, places: Sequence[int]) -> list[list[int]]:
    """The places of each different vector; of a vector of nothing there are none."""
    found: dict[bytes, list[int]] = {}
    for place in places:
        if rows[place].any():
            found.setdefault(rows[place].tobytes(), []).append(place)
    return list(found.values())


def _pairs(places: Sequence[int]) -> list[tuple[int, int]]:
    if len(places) <= duplicates.MOST:
        return list(combinations(places, 2))
    return [(places[0], place) for place in places[1:]]


@dataclass(slots=True)
class Meanings:
    """Texts and their vectors by their items, as ``stars`` asks whether they are alike."""

    texts: Mapping[int, str]
    vectors: Mapping[int, np.ndarray]
    least: float
    _worded: Texts = field(init=False)
    _units: dict[int, np.ndarray] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        # No two texts share more than all of their words: what is not the same is not near.
        self._worded = Texts(self.texts, math.inf)

    def alike(self, one: int, other: int) -> tuple[Alike, float] | None:
        """How two texts are alike, None for two that are not."""
        if same := self._worded.alike(one, other):
            return same
        cosine = float(self._unit(one) @ self._unit(other))
        return (_CLOSE, min(1.0, cosine)) if cosine >= self.least - vectors.MARGIN else None

    def _unit(self, item: int) -> np.ndarray:
        if item not in self._units:
            vector = self.vectors[item].astype("f8")
            length = math.sqrt(vector @ vector) or 1.0
            self._units[item] = (vector / length).astype("f4")
        return self._units[item]
