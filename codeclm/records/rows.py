"""The rows of a synthesis, in the order they come to be (frozen; rows are added, not changed)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Literal

Side = Literal["strong", "target"]
Order = Literal[0, 1]
Given = Literal[2]

SIDES: tuple[Side, ...] = ("strong", "target")
#: 0 shows the judge the strong response first, 1 the target's.
ORDERS: tuple[Order, ...] = (0, 1)
#: Scores that came with an import: no order is known.
GIVEN: Given = 2


class Outcome(StrEnum):
    """What Contrastive Filtering says of one instruction (paper §3.4)."""

    KEEP_STRONG = "keep_strong"
    KEEP_TARGET = "keep_target"
    IMPROVE = "improve"
    EXHAUSTED = "exhausted"


class Status(StrEnum):
    """What a person has said of a metadata entry or a pair."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class RunState(StrEnum):
    """Where a run stands; ``interrupted`` is a running one whose process is gone."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Brief:
    """What a project is for, in the parts a person is asked for; each may be empty."""

    product: str = ""
    audience: str = ""
    language: str = ""
    must: str = ""
    must_not: str = ""

    @property
    def text(self) -> str:
        """The brief as prompts tell it; what was written alone stands as it was written."""
        told = [self.product.strip()]
        told += [
            f"{label} {part.strip()}"
            for label, part in (
                ("For whom:", self.audience),
                ("Language: everything you write is in", self.language),
                ("It must:", self.must),
                ("It must not:", self.must_not),
            )
            if part.strip()
        ]
        return "\n".join(filter(None, told))

    def with_parts_of(self, other: Brief) -> Brief:
        """This brief, with those parts of the other one that are not empty."""
        return replace(self, **{part: said for part, said in asdict(other).items() if said})

    def to_json(self) -> str:
        """The parts as stored; empty for an empty brief."""
        return json.dumps(asdict(self), ensure_ascii=False) if self.text else ""

    @classmethod
    def from_json(cls, stored: str) -> Brief:
        """Read stored parts."""
        return cls(**json.loads(stored)) if stored else cls()


@dataclass(frozen=True, slots=True)
class Seed:
    """One instruction from the user's task. ``line`` counts from 1 in the file it came from."""

    text: str
    file: str = ""
    line: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Metadata:
    """A use case and the skills it takes (paper §3.2). ``weight`` counts the seeds behind it."""

    use_case: str
    skills: tuple[str, ...]
    weight: int = 1
    origin: Literal["seed", "mix", "hand", "sample", "import", "strategy"] = "hand"
    status: Status = Status.APPROVED
    flags: tuple[str, ...] = ()
    id: int = 0

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """Two entries with the same key are one entry: case and order of skills do not count."""
        return self.use_case.casefold().strip(), tuple(
            sorted({skill.casefold().strip() for skill in self.skills})
        )


@dataclass(frozen=True, slots=True)
class Rubric:
    """What makes an instruction of one metadata entry hard, and the action that makes it harder."""

    rubric: str
    action: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction at one iteration of its chain; the basic instruction is iteration 1."""

    chain: str
    iteration: int
    text: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One model's answer to one instruction; ``cut`` when it ended at the token limit."""

    side: Side
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judge's scores (1..10) in one order, already mapped back to the models.

    ``order`` 0 shows the strong response first, 1 the target's; ``GIVEN`` scores came with an
    import.
    """

    order: Order | Given
    strong: float
    target: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Both averaged scores, their gap (strong − target), and what follows from it.

    The gap is rounded to 9 digits: halves and quarters stay exact, and imported decimals mean what
    they say. Without Contrastive Filtering nothing is scored: scores and gap are None.
    """

    outcome: Outcome
    strong: float | None = None
    target: float | None = None

    @property
    def gap(self) -> float | None:
        if self.strong is None or self.target is None:
            return None
        # Plus zero: a difference that is nothing has no sign.
        return round(self.strong - self.target, 9) + 0.0

    @property
    def side(self) -> Side | None:
        """Whose response the pair carries; None while nothing is kept."""
        match self.outcome:
            case Outcome.KEEP_STRONG:
                return "strong"
            case Outcome.KEEP_TARGET:
                return "target"
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Failure:
    """A planned item that ended without a result, with the reply as it came."""

    step: str
    item: str
    kind: str
    message: str
    raw: str = ""
    run: int = 0
    id: int = 0
    dismissed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFilter:
    """Which failures of a project are meant; what is None does not narrow.

    Those that somebody has dismissed are left out unless ``dismissed``.
    """

    run: int | None = None
    step: str | None = None
    kind: str | None = None
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of one run, step and kind: how many, and how many instructions they end."""

    run: int
    step: str
    kind: str
    count: int
    lost: int
