"""What an evaluation compares, what the judge said, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from codeclm.records.rows import Order, RunState

#: Whose responses are compared: the model that is measured, and the one it is measured by.
Party = Literal["candidate", "reference"]
PARTIES: tuple[Party, ...] = ("candidate", "reference")


@dataclass(frozen=True, slots=True)
class Assessment:
    """One comparison in one order, scores 1..10 mapped back to the responses, and why.

    ``order`` 0 showed the candidate's response first, 1 the reference's.
    """

    order: Order
    candidate: float
    reference: float
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The candidate's and the reference's response to one instruction of a benchmark.

    ``assessments`` holds at most one an order; one is missing where the judge gave no usable reply.
    """

    instruction: str
    candidate: str
    reference: str
    assessments: tuple[Assessment, ...] = ()
    use_case: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkItem:
    """One instruction of a set, from ``line`` of its file.

    ``recorded`` are responses that came with it, by whose they are.
    """

    line: int
    instruction: str
    use_case: str = ""
    skills: tuple[str, ...] = ()
    recorded: Mapping[Party, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A set of instructions that models are compared on; ``name`` is that of its file.

    ``held_out`` of its ``items`` are those that metadata is extracted from, drawn by ``seed``.
    ``recorded`` says whose responses came with it, ``sliced`` how many items have a use case or
    skills. ``fields`` tells what was read of the file from where.
    """

    id: int
    name: str
    sha256: str
    created_at: str
    fields: Mapping[str, str]
    seed: int
    items: int
    held_out: int
    sliced: int
    recorded: tuple[Party, ...]

    @property
    def evaluated(self) -> int:
        """How many items there are without those held out."""
        return self.items - self.held_out


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedItem:
    """A comparison with its place in the set; ``line`` is that of the file.

    ``cut`` names those whose response ended at the token limit.
    """

    position: int
    line: int
    comparison: Comparison
    cut: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Comparisons counted from the candidate's side: all, or those of one use case or skill.

    ``crr`` and its 95 % interval are in percent, and None when nothing was compared.
    ``unparsable`` are in no other number. ``flips`` and ``half_ties`` are among the ties.
    ``longer_share`` is that of wins of either side by the longer response, in percent.
    """

    name: str = ""
    wins: int
    ties: int
    losses: int
    unparsable: int
    flips: int
    half_ties: int
    crr: float | None
    low: float | None
    high: float | None
    flip_rate: float | None
    longer_share: float | None

    @property
    def compared(self) -> int:
        return self.wins + self.ties + self.losses


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of comparing a candidate with a reference on a set.

    Each of its ``items`` is compared, unparsable, ``unanswered`` (no response of one side) or
    ``open``. ``recorded`` says whose responses came with the set, ``whole`` whether what is held
    out of it was compared too. ``export`` is what the candidate was tuned on, if somebody said so.
    Lengths are the mean of the responses in characters, None without any.
    """

    run: int
    state: RunState
    benchmark: Benchmark
    candidate: str
    reference: str
    judge: str
    recorded: tuple[Party, ...]
    simulated: bool
    whole: bool
    export: int | None
    items: int
    unanswered: int
    open: int
    total: Slice
    use_cases: tuple[Slice, ...]
    skills: tuple[Slice, ...]
    candidate_length: float | None
    reference_length: float | None
    created_at: str
