"""Duplicates: texts that are the same, the same but for their look, or nearly the same.

``exact``: the same characters. ``normalised``: the same ``normal`` form. ``near``: the Jaccard
similarity of both sets of shingles, runs of three words (Broder 1997), is at least ``least``. Each
pair is told by the strongest of these. A text without a word is only ever an exact duplicate; one
of blanks alone is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from codeclm.quality.grams import Shingled, shingles
from codeclm.quality.joining import STEP, Bag, Index, Progress, pairs
from codeclm.quality.words import words
from codeclm.records import Alike

#: The least similarity of near-duplicates.
LEAST = 0.7
#: How many near-duplicates before it a text is linked with; more where they join clusters.
MOST = 20

#: What is punctuation and yet part of what is said: 1.5 and 3-4, C# and 5%, -5.
_MEANT = re.compile(r"[\d#%-](?:(?<=\d)[\W_]+(?=\d)|(?<=\w[#%])|(?<=-)(?<!\w-)(?=\d))")


@dataclass(frozen=True, slots=True)
class Link:
    """Two texts by their places that are duplicates, and how similar they are (0..1)."""

    one: int
    other: int
    like: Alike
    similarity: float


@dataclass(slots=True)
class _Read:
    """Texts read one after the other: which of them are the first of their kind."""

    exact: dict[str, int] = field(default_factory=dict)
    normal: dict[str, int] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)

    def read(self, place: int, text: str, shingled: Shingled) -> Link | None:
        """The link to the first text that is the same; a text that has none is shingled."""
        if not text.strip():
            return None
        first = self.exact.setdefault(text, place)
        if first != place:
            return Link(first, place, "exact", 1.0)
        if not (worded := words(text)):
            return None
        # The form of underscores, which are words, is like that of a text without any.
        if any(map(str.isalnum, form := normal(text))):
            first = self.normal.setdefault(form, place)
            if first != place:
                return Link(first, place, "normalised", 1.0)
        self.places.append(place)
        shingled.add(worded)
        return None


def find(
    texts: Sequence[str],
    *,
    least: float = LEAST,
    most: int = MOST,
    progress: Progress | None = None,
) -> list[Link]:
    """The duplicates among texts, in order, ``one`` before ``other``.

    A text that is the same as one before, or the same when normalised, is linked with the first of
    these alone. Near-duplicates are all found, and none that is not, where a text has at most
    ``most`` of them; of more, ``most`` or so are told, and always enough that the same texts hang
    together as by all (see ``joining.pairs``). ``progress`` is told (done, of) now and then.

    Raises ValueError when ``least`` is not above 0 and at most 1.
    """
    read, shingled, links = _Read(), Shingled(), list[Link]()
    tell = progress or _untold
    for place, text in enumerate(texts):
        if place % STEP == 0:
            tell(place, 2 * len(texts))
        if link := read.read(place, text, shingled):
            links.append(link)
    # What was linked above needs no joining.
    before = 2 * len(texts) - len(read.places)
    joined = pairs(
        shingled.bags(), least, most, lambda done, _: tell(before + done, 2 * len(texts))
    )
    for first, second, similarity in joined:
        one, other = sorted((read.places[first], read.places[second]))
        links.append(Link(one, other, "near", similarity))
    links.sort(key=lambda link: (link.one, link.other))
    tell(2 * len(texts), 2 * len(texts))
    return links


def find_copies(
    originals: Sequence[str], texts: Sequence[str], *, least: float = LEAST
) -> list[Link]:
    """The original that each text is a copy of: ``one`` among originals, ``other`` among texts.

    In the order of the texts, each with its best original alone: an exact one, else a normalised
    one, else the most similar; of equals the first. A text without any is left out.

    Raises ValueError when ``least`` is not above 0 and at most 1.
    """
    known, asked, shingled, links = _Read(), _Read(), Shingled(), dict[int, Link]()
    for place, text in enumerate(originals):
        known.read(place, text, shingled)
    followers: list[tuple[int, int]] = []
    for place, text in enumerate(texts):
        if (found := known.exact.get(text)) is not None:
            links[place] = Link(found, place, "exact", 1.0)
        elif (found := known.normal.get(normal(text))) is not None:
            links[place] = Link(found, place, "normalised", 1.0)
        elif same := asked.read(place, text, shingled):
            followers.append((same.one, place))
    for place, found, similarity in _nearest(known, asked, shingled.bags(), least):
        links[place] = Link(found, place, "near", similarity)
    for first, place in followers:
        if first in links:
            links[place] = Link(links[first].one, place, "near", links[first].similarity)
    return [links[place] for place in sorted(links)]


def _nearest(
    known: _Read, asked: _Read, bags: Sequence[Bag], least: float
) -> list[tuple[int, int, float]]:
    """(place of a text that was asked for, place of its original, similarity)."""
    index, originals = Index(least), len(known.places)
    for place, bag in zip(known.places, bags[:originals], strict=True):
        index.add(place, bag)
    found = []
    for place, bag in zip(asked.places, bags[originals:], strict=True):
        if best := index.best(bag):
            found.append((place, *best))
    return found


def similarity(one: str, other: str) -> float | None:
    """How similar two texts are (0..1): 1 when they are the same, also when normalised.

    Else the Jaccard similarity of their shingles; None when either has no words.
    """
    if one == other and one.strip():
        return 1.0
    first, second = shingles(words(one)), shingles(words(other))
    if not first or not second:
        return None
    if (form := normal(one)) and form == normal(other):
        return 1.0
    return len(first & second) / len(first | second)


def normal(text: str) -> str:
    """The text but for its look: NFKC, case-folded, without white space and punctuation.

    Removed are the Unicode categories P (punctuation), Z (separators), Cc and Cf (control and
    invisible characters). Kept is what changes what is said: between two digits all punctuation,
    and one blank where there is nothing else (1.5 is not 15); # and % directly after a letter or
    digit (C#, 5%); a hyphen before a digit and not after a letter or digit (-5).
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    pieces, end = [], 0
    for found in _MEANT.finditer(text):
        first, rest = found[0][0], found[0][1:]
        between = "".join(rest.split()) or " " * bool(rest)
        pieces += [text[end : found.start()].translate(_KEPT), first, between]
        end = found.end()
    return "".join([*pieces, text[end:].translate(_KEPT)])


class _Kept(dict[int, "int | None"]):
    """What becomes of a character, by its code; found out when it is first met."""

    def __missing__(self, code: int) -> int | None:
        category = unicodedata.category(chr(code))
        self[code] = None if category[0] in "PZ" or category in ("Cc", "Cf") else code
        return self[code]


_KEPT = _Kept()


def _untold(_done: int, _of: int) -> None:
    """Nobody asked."""
