"""A pool that grows in rounds: which prompts come next, and which of their replies are accepted.

Self-Instruct samples examples from what it has accepted (Wang et al. 2022, §2.2). All prompts of a
round see the pool as it was when the round began, and their replies are looked at in plan order
once all are in: the pool is the same at any concurrency and after any crash.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from codeclm.quality.rouge import Neighbours
from codeclm.records import Likeness
from codeclm.strategies import self_instruct

#: Prompts of a round.
ROUND = 16
#: Rounds in a row that accept nothing, after which no more are asked for.
BARREN = 3
#: Texts that are told of each as those it was most like.
TOLD = 10
#: The name of the rule that drops what is like something there is already.
TOO_SIMILAR = "too similar"
#: From this share of seeds with a letter beyond ASCII on, a project is not in English.
_FOREIGN = 0.1

#: What a pool needs beside prompts: somebody to look at what came, or nothing any more.
Else = Literal["look", "enough", "barren"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a pool stands: the place each accepted instruction came from, in ascending order.

    ``answered`` are the prompts, by place, that have a reply or failed for good; ``waiting`` says
    that some of what they gave was not looked at yet.
    """

    accepted: Sequence[int]
    answered: Collection[int]
    waiting: bool


def prompt_name(place: int) -> str:
    """A prompt's place in the plan, counted from 1: ``g17``."""
    return f"g{place + 1}"


def candidate_name(place: int, position: int) -> str:
    """An instruction's place in the plan, counted from 1: ``g17.3``."""
    return f"{prompt_name(place)}.{position + 1}"


def next_step(pool: Standing, size: int) -> tuple[int, ...] | Else:
    """The prompts, by place, that a pool of ``size`` instructions needs next, or what else."""
    if len(pool.accepted) >= size:
        return "enough"
    number = max(pool.answered, default=0) // ROUND
    missing = tuple(place for place in _places(number) if place not in pool.answered)
    if missing:
        return missing
    if pool.waiting:
        return "look"
    fruitful = pool.accepted[-1] // ROUND if pool.accepted else -1
    if number - fruitful >= BARREN:
        return "barren"
    return tuple(_places(number + 1))


def before(accepted: Sequence[int], place: int) -> int:
    """How many of ``accepted`` a prompt may sample from: those of the rounds before its own."""
    return bisect_left(accepted, place // ROUND * ROUND)


def _places(number: int) -> range:
    return range(number * ROUND, (number + 1) * ROUND)


# What is accepted ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a candidate: "" when it was accepted, else the rule that dropped it.

    ``neighbours`` are what it was most like, best first; none where a rule needed no look at them.
    """

    rule: str = ""
    neighbours: tuple[Likeness, ...] = ()

    @property
    def score(self) -> float | None:
        """Its ROUGE-L with the nearest of them."""
        return self.neighbours[0].score if self.neighbours else None


class Sieve:
    """Seeds and everything accepted, against which the next candidates are held."""

    def __init__(self, seeds: Sequence[str], accepted: Sequence[str]) -> None:
        self._seeds = len(seeds)
        self._texts = [*seeds, *accepted]
        self._english = is_english(seeds)
        self._index = Neighbours()
        for text in self._texts:
            self._index.add(text)

    @property
    def accepted(self) -> Sequence[str]:
        """The accepted instructions, in the order of their slots."""
        return self._texts[self._seeds :]

    def look(self, candidates: Sequence[str], room: int) -> Iterator[Fate]:
        """Decide on candidates in their order until ``room`` of them are accepted."""
        for text in candidates:
            if not room:
                return
            fate = self._fate(text)
            if not fate.rule:
                room -= 1
                self._index.add(text)
                self._texts.append(text)
            yield fate

    def _fate(self, text: str) -> Fate:
        rule = self_instruct.fault(text, english=self._english)
        if rule:
            return Fate(rule)
        near = self._index.nearest(text, most=TOLD)
        neighbours = tuple(self._likeness(one.number, one.score) for one in near)
        is_copy = bool(near) and near[0].score > self_instruct.TOO_SIMILAR
        return Fate(TOO_SIMILAR if is_copy else "", neighbours)

    def _likeness(self, number: int, score: float) -> Likeness:
        text, slot = self._texts[number], number - self._seeds
        return (
            Likeness(score, seed=number, text=text)
            if slot < 0
            else Likeness(score, slot=slot, text=text)
        )


def is_english(seeds: Sequence[str]) -> bool:
    """Whether a project's seeds are such that nothing need begin with a letter beyond ASCII."""
    foreign = sum(any(sign.isalpha() and not sign.isascii() for sign in text) for text in seeds)
    return foreign < _FOREIGN * max(1, len(seeds))
