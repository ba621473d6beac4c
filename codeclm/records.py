"""The rows of a synthesis, in the order they come to be (frozen; rows are added, not changed)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Side = Literal["strong", "target"]
Order = Literal[0, 1]

SIDES: tuple[Side, ...] = ("strong", "target")
#: 0 shows the judge the strong response first, 1 the target's.
ORDERS: tuple[Order, ...] = (0, 1)


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
    origin: Literal["seed", "mix", "hand", "sample"] = "hand"
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

    ``order`` 0 shows the strong response first, 1 the target's.
    """

    order: Order
    strong: float
    target: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Both averaged scores, their gap (strong − target, exact), and what follows from it.

    Without Contrastive Filtering nothing is scored: scores and gap are None.
    """

    outcome: Outcome
    strong: float | None = None
    target: float | None = None

    @property
    def gap(self) -> float | None:
        if self.strong is None or self.target is None:
            return None
        return self.strong - self.target

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


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One link of a pair's chain: an instruction and the action that made it from its parent."""

    iteration: int
    instruction: str
    action: str
    gap: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An instruction with the response that was kept for it, and everything known of both.

    ``review`` numbers the newest decision or edit behind it; it changes whenever the pair does.
    """

    id: int
    run: int
    chain_id: str
    instruction: str
    response: str
    response_from: Side
    use_case: str
    skills: tuple[str, ...]
    iteration: int
    gap: float | None
    strong_score: float | None
    target_score: float | None
    strong_response: str
    target_response: str | None
    strong_model: str
    target_model: str
    judge_model: str
    chain: tuple[Ancestor, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    status: Status = Status.PENDING
    reason: str = ""
    reviewer: str = ""
    review: int = 0
    edited: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFilter:
    """Which pairs of a project are meant; what is None does not narrow. Gaps are inclusive."""

    project: int
    run: int | None = None
    status: Status | None = None
    use_case: str | None = None
    skill: str | None = None
    iteration: int | None = None
    side: Side | None = None
    gap_from: float | None = None
    gap_to: float | None = None
    order: Literal["plan", "gap_down", "gap_up", "newest"] = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Where a run's instructions stand: ``instructions = kept + exhausted + failed`` at its end."""

    instructions: int = 0
    kept_strong: int = 0
    kept_target: int = 0
    exhausted: int = 0
    failed: int = 0
    by_iteration: tuple[int, ...] = ()

    @property
    def kept(self) -> int:
        return self.kept_strong + self.kept_target

    @property
    def settled(self) -> int:
        return self.kept + self.exhausted + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run paid for: calls, the replies it replayed for nothing, tokens, US dollars.

    ``unbilled_…`` is what calls may have cost at most whose bill nobody knows: no reply came, or
    one without token counts. A budget counts them in full. ``cost_usd`` is None while any reply's
    price is unknown.
    """

    calls: int = 0
    replayed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    unbilled_calls: int = 0
    unbilled_tokens: int = 0
    unbilled_usd: float = 0.0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        costs = (self.cost_usd, other.cost_usd)
        return Usage(
            calls=self.calls + other.calls,
            replayed=self.replayed + other.replayed,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost_usd=None if None in costs else sum(cost or 0.0 for cost in costs),
            unbilled_calls=self.unbilled_calls + other.unbilled_calls,
            unbilled_tokens=self.unbilled_tokens + other.unbilled_tokens,
            unbilled_usd=self.unbilled_usd + other.unbilled_usd,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A running run at one moment. ``rate`` is in paid calls a second, ``seconds`` wall time."""

    counts: Counts
    usage: Usage
    seconds: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedImport:
    """What an import did: seeds that are new, seeds already there, rows skipped and why."""

    added: int
    known: int
    skipped: tuple[tuple[int, str], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedChains:
    """Chains with the same gaps by iteration: how many, and how many iterations they may have."""

    gaps: tuple[float, ...]
    last: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheta:
    """What judged chains would come to at another θ, asked of nobody.

    ``kept`` maps an iteration to (strong responses, target responses) kept there. ``improving``
    chains would need iterations they never had; ``exhausted`` ones have had them all.
    """

    kept: Mapping[int, tuple[int, int]]
    improving: int
    exhausted: int

    @property
    def strong(self) -> int:
        return sum(strong for strong, _ in self.kept.values())

    @property
    def target(self) -> int:
        return sum(target for _, target in self.kept.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a project holds, down to the calls its runs have paid."""

    seeds: int
    metadata: int
    runs: int
    pairs: int
    approved: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Bytes of a database: its file and what is not yet written back into it (``log``).

    ``free`` of the file hold nothing any more. ``replies`` is what the raw replies of calls take,
    from a sample when there are many.
    """

    file: int
    log: int
    free: int
    replies: int

    @property
    def total(self) -> int:
        return self.file + self.log


def as_bytes(count: int) -> str:
    """A number of bytes as people read it, such as ``3.4 MB``; a kB has 1000."""
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < 999.5:
            return (
                f"{value:.0f} {unit}" if value >= 99.5 or unit == "bytes" else f"{value:.1f} {unit}"
            )
        value /= 1000
    return f"{value:.1f} GB"
