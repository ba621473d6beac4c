"""What is counted over those rows: where a run stands, what it paid, what a database holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Where a run's instructions stand: ``instructions = kept + exhausted + failed`` at its end.

    ``improving`` are those whose gap was too small so far and who have another iteration.
    """

    instructions: int = 0
    improving: int = 0
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

    @property
    def waiting(self) -> int:
        """Instructions that have not been judged once."""
        return max(0, self.instructions - self.settled - self.improving)


@dataclass(frozen=True, slots=True)
class Amount:
    """Some calls, tokens and US dollars."""

    calls: int = 0
    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.calls + other.calls, self.tokens + other.tokens, self.usd + other.usd)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.calls - other.calls, self.tokens - other.tokens, self.usd - other.usd)


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
    """A running run at one moment. ``rate`` is in paid calls a second, ``seconds`` wall time.

    ``waits`` says which servers it waits for and until when, if any.
    """

    counts: Counts
    usage: Usage
    seconds: float
    rate: float
    waits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedImport:
    """What an import did: seeds that are new, seeds already there, rows skipped and why."""

    added: int
    known: int
    skipped: tuple[tuple[int, str], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairImport:
    """What an import of pairs did: the run it is, the pairs that came, rows skipped and why.

    ``kept`` of them are pairs of the pool now, ``exhausted`` have too small a gap; ``unscored``
    have no scores.
    """

    run: int
    imported: int
    kept: int
    exhausted: int
    unscored: int
    skipped: tuple[tuple[int, str], ...]
    notes: tuple[str, ...] = ()
    unit: str = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The project that an archive became, by its id and name, and how much came with it.

    ``checked`` says that a manifest was there, and that the bundle is as it says.
    """

    project: int
    name: str
    runs: int
    pairs: int
    reviews: int
    checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that a project is about to import; ``size`` is in bytes, ``created_at`` in UTC."""

    name: str
    sha256: str
    size: int
    created_at: str


@dataclass(frozen=True, slots=True)
class JudgedChains:
    """Chains with the same gaps by iteration: how many, and how many iterations they may have.

    They are of one metadata entry, by its id, and of one strategy.
    """

    gaps: tuple[float, ...]
    last: int
    count: int
    metadata: int = 0
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """Instructions of one entry, iteration and strategy that have the same averaged scores."""

    strong: float
    target: float
    iteration: int
    count: int
    metadata: int = 0
    strategy: str = ""

    @property
    def gap(self) -> float:
        return round(self.strong - self.target, 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFilter:
    """Which judged instructions are meant; what is None does not narrow. ``gaps`` are exact."""

    run: int | None = None
    use_case: str | None = None
    skill: str | None = None
    iteration: int | None = None
    strategy: str | None = None
    gaps: tuple[float, ...] | None = None
    strong: float | None = None
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """A judged instruction as a row of a list; ``pair`` is the one it was kept as, if it was."""

    run: int
    entry: int
    slot: int
    iteration: int
    outcome: str
    strong: float
    target: float
    gap: float
    instruction: str
    use_case: str
    skills: tuple[str, ...]
    pair: int | None


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
