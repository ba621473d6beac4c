"""How long it takes to find the duplicates of a data set, and whether all of them are found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, combinations

from bench.table import Cell, Size, Table, percent
from codeclm.providers.simulated.compared import generate
from codeclm.quality.duplicates import LEAST, find, normal
from codeclm.quality.grams import shingles
from codeclm.quality.stars import components
from codeclm.quality.words import words

VARIED: Mapping[Size, tuple[int, ...]] = {
    "full": (1_000, 10_000, 100_000),
    "quick": (1_000, 10_000),
    "tiny": (200,),
}
OTHERS: Mapping[Size, int] = {"full": 100_000, "quick": 10_000, "tiny": 100}
#: Of how many texts all pairs are compared.
SAMPLE: Mapping[Size, int] = {"full": 2_000, "quick": 1_000, "tiny": 100}
VOCABULARY = 20_000
CHANGED = 0.1

_SLOT = "Write a short story about thing{} that takes place in a big city and has a happy end"
_LONG = (
    "Write a short story of at least three hundred words about town{} that ends with a surprise,"
    " uses a lot of dialogue, has four characters and takes place on a rainy day"
)


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    for count in VARIED[size]:
        yield _row("varied", varied(count), size)
    others: dict[str, Callable[[int], Iterator[str]]] = {
        "of the simulated model": _generated,
        "one template, not near": lambda count: (_SLOT.format(n) for n in range(count)),
        "one template, all near": lambda count: (_LONG.format(n) for n in range(count)),
        "all equal": lambda count: ("Write a short story." for _ in range(count)),
    }
    for what, made in others.items():
        yield _row(what, list(made(OTHERS[size])), size)


def varied(count: int, *, seed: int = 0, changed: float = CHANGED) -> list[str]:
    """Texts of 15 to 60 made-up words, as unevenly frequent as a language's.

    So many of them (0..1) are earlier ones with one to three words changed.
    """
    chance = random.Random(seed)
    known = [f"w{number}" for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (number + 2) for number in range(VOCABULARY)))
    made: list[str] = []
    for _ in range(count):
        if made and chance.random() < changed:
            text = chance.choice(made).split()
            for _ in range(chance.randint(1, 3)):
                text[chance.randrange(len(text))] = chance.choice(known)
        else:
            text = chance.choices(known, cum_weights=weights, k=chance.randint(15, 60))
        made.append(" ".join(text))
    return made


def _generated(count: int) -> Iterator[str]:
    """Instructions as the simulated model generates them, all in a few ways of asking."""
    chance, known = random.Random(0), ["Explain how tides come about.", "Write a letter to a bank."]
    for _ in range(0, count, 8):
        shown = {"examples": chance.sample(known, k=min(8, len(known))), "count": 8}
        new = [str(text) for text in generate(shown, chance)["instructions"]]
        known += new[:2]
        yield from new


def _row(what: str, texts: list[str], size: Size) -> Sequence[Cell]:
    began = time.perf_counter()
    links = find(texts)
    took = time.perf_counter() - began
    # Copies are linked with the first of them alone, so these are left out of all pairs.
    sample = list({normal(text): text for text in texts[: SAMPLE[size]]}.values())
    told, pairs = {(link.one, link.other) for link in find(sample)}, _all(sample)
    right = len(told & pairs)
    return (
        what,
        len(texts),
        len(links),
        took,
        percent(right / len(pairs)) if pairs else "none there",
        percent(right / len(told)) if told else "none told",
        "yes" if components(told) == components(pairs) else "no",
    )


def _all(texts: Sequence[str]) -> set[tuple[int, int]]:
    """All pairs that are near-duplicates, each compared with each; the plain way."""
    held = [shingles(words(text)) for text in texts]
    return {
        (one, other)
        for (one, first), (other, second) in combinations(enumerate(held), 2)
        if len(first & second) / len(first | second) >= LEAST
    }


TABLE = Table(
    "duplicates",
    "Expected: a minute at most for 100 000 texts. No pair is told that is none; all are where a"
    " text has few; where nearly all are alike, as many as make the same clusters.",
    ("texts", "number", "links", "s", "recall", "precision", "same clusters"),
    rows,
)
