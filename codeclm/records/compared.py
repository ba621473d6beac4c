"""Runs side by side: what each spent, the pool it bought, and how far the pools lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from codeclm.records.rows import RunState
from codeclm.records.sums import Usage

#: What runs are brought to an equal amount of.
Equal = Literal["none", "calls", "tokens", "usd", "pairs"]
EQUAL: tuple[Equal, ...] = get_args(Equal)
#: What is measured of a pool with an interval; see ``ComparedRun``.
Measure = Literal[
    "kept_share",
    "words",
    "pieces",
    "distinct_1",
    "distinct_2",
    "similarity",
    "gap",
    "skill_distance",
    "use_case_distance",
]
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Spend:
    """Calls, tokens and US dollars behind a pool; ``usd`` is None while a price is unknown.

    Within a cut the calls that no chain rests on are shared out, so that nothing is whole.
    """

    calls: float = 0
    tokens: float = 0
    usd: float | None = 0.0

    def of(self, unit: Literal["calls", "tokens", "usd"]) -> float | None:
        return {"calls": self.calls, "tokens": self.tokens, "usd": self.usd}[unit]

    def per(self, pairs: int) -> Spend | None:
        """What one of so many pairs came to; None of none."""
        if not pairs:
            return None
        usd = None if self.usd is None else self.usd / pairs
        return Spend(self.calls / pairs, self.tokens / pairs, usd)


@dataclass(frozen=True, slots=True)
class Cut:
    """The last chain of a part of a run, in the order of slots, then entries."""

    slot: int
    entry: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure and its 95 % interval, which a pool of fewer than ten has not."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Apart:
    """How much larger a measure is than the baseline's, and the 95 % interval of that."""

    difference: float
    low: float | None = None
    high: float | None = None

    @property
    def is_noise(self) -> bool | None:
        """Whether the interval holds 0; None without one."""
        if self.low is None or self.high is None:
            return None
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvaluation:
    """What an evaluation of a model tuned on a run's pairs came to, percentages 0..100.

    ``benchmark`` names the set, the reference and the judge. It is always of the whole run.
    """

    benchmark: str
    crr: float
    low: float
    high: float
    compared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRun:
    """One run as far as the budget goes; everything but ``paid`` and ``planned`` is of that part.

    ``whole`` says that it is all of the run. ``paid`` is what the run itself paid and replayed,
    ``spend`` what its pool rests on, whoever paid for it. ``pairs`` are those kept at present;
    ``kept`` has them by iteration, beginning with the basic instructions. ``exhausted`` and
    ``failed`` chains stand beside them.

    ``sampled`` of the pairs, drawn by the seed, are what is measured of texts and gaps; distinct-n
    is measured on ``equal_size`` of them, as many of every run. ``measures``: ``kept_share`` (0..1)
    of the chains that have ended, ``words`` and ``pieces`` an instruction, ``distinct_1``,
    ``distinct_2`` and ``similarity`` (0..1), ``gap`` (strong less target), and the Jensen-Shannon
    distances (0..1) of skills and use cases to those of the project's seeds, which a run without
    metadata of its own, or without seeds, has not. ``lengths`` are (words, instructions) of the
    sample; ``gaps`` are (gap, judged instructions), kept or not; ``skills`` and ``seed_skills``
    count pairs and seeds.
    """

    run: int
    project: int
    strategy: str
    use_rubrics: bool
    use_filter: bool
    simulated: bool
    strong: str
    target: str
    judge: str
    state: RunState
    planned: int
    paid: Usage
    whole: bool
    spend: Spend
    pairs: int
    kept: tuple[int, ...]
    exhausted: int
    failed: int
    sampled: int
    equal_size: int
    measures: Mapping[Measure, Measured | None]
    differences: Mapping[Measure, Apart | None] = field(default_factory=dict)
    lengths: tuple[tuple[int, int], ...] = ()
    gaps: tuple[tuple[float, int], ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    seed_skills: Mapping[str, int] = field(default_factory=dict)
    evaluations: tuple[RunEvaluation, ...] = ()

    @property
    def known_spend(self) -> Spend | None:
        """Its spend; None of pairs that no call here stands behind: imported or restored ones."""
        return None if self.pairs and not self.spend.calls else self.spend

    @property
    def per_pair(self) -> Spend | None:
        """What one of its pairs came to; None without pairs, and where nobody knows."""
        return self.known_spend.per(self.pairs) if self.known_spend else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Runs beside each other, ``differences`` of each being those to the run ``baseline``.

    ``budget`` is how many calls, tokens, US dollars or pairs each run is cut to, by ``equal``; None
    where nothing is cut, because it was not wanted or no run has spent anything.
    """

    equal: Equal
    budget: float | None
    baseline: int
    runs: tuple[ComparedRun, ...]
