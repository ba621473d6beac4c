"""Mix-and-match: new metadata from the use cases and skills at hand (§3.2)."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import combinations

from codeclm.method.encode import SKILLS_AT_MOST
from codeclm.records import Metadata, Status


def mix(entries: Sequence[Metadata], wanted: int, seed: int) -> list[Metadata]:
    """Extend ``entries`` to ``wanted`` metadata entries, the given ones first and unchanged.

    A new entry is one use case with 1 to 3 skills (uniformly many), drawn without replacement from
    the union of all skills; one that is there already is drawn again. The result is shorter than
    ``wanted`` only when no combination is left.
    """
    use_cases = _distinct(entry.use_case for entry in entries)
    skills = _distinct(skill for entry in entries for skill in entry.skills)
    taken = {entry.key for entry in entries}
    left = len(use_cases) * sum(
        math.comb(len(skills), count) for count in range(1, SKILLS_AT_MOST + 1)
    ) - sum(1 for _, own in taken if 1 <= len(own) <= SKILLS_AT_MOST)
    missing = min(wanted - len(entries), left)
    if missing <= 0:
        return list(entries)
    rng = random.Random(f"{seed}:mix")
    # Drawing again gets slow when most combinations are taken: then all are listed and shuffled.
    draws = (
        _shuffled(use_cases, skills, rng) if missing * 2 > left else _drawn(use_cases, skills, rng)
    )
    mixed = list(entries)
    for entry in draws:
        if entry.key not in taken:
            taken.add(entry.key)
            mixed.append(entry)
            if len(mixed) == len(entries) + missing:
                break
    return mixed


def _drawn(use_cases: list[str], skills: list[str], rng: random.Random) -> Iterator[Metadata]:
    while True:
        count = rng.randint(1, min(SKILLS_AT_MOST, len(skills)))
        yield _entry(rng.choice(use_cases), rng.sample(skills, count))


def _shuffled(use_cases: list[str], skills: list[str], rng: random.Random) -> Iterator[Metadata]:
    every = [
        _entry(use_case, chosen)
        for use_case in use_cases
        for count in range(1, SKILLS_AT_MOST + 1)
        for chosen in combinations(skills, count)
    ]
    rng.shuffle(every)
    yield from every


def _entry(use_case: str, skills: Sequence[str]) -> Metadata:
    return Metadata(use_case, tuple(skills), origin="mix", status=Status.PENDING)


def _distinct(texts: Iterator[str]) -> list[str]:
    return list({text.casefold().strip(): text for text in reversed(list(texts))}.values())[::-1]
