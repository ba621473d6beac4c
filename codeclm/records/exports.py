"""An export: how its rows are laid out, what is wrong with them, and what its card tells."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from codeclm.records.pairs import PairFilter

#: One row of an export, its keys in the order they are written in.
Row = dict[str, Any]


def text_mark(text: str) -> bytes:
    """What is the same only for the same text, in little room."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How an export writes its rows.

    ``style`` is one of the format's, empty for its first. ``fields`` are those that were picked:
    all of a row where the format lets its fields be chosen, else what stands beside the fixed
    ones; None for what the format does by itself. ``system`` is the system prompt of every row:
    None for the one both models answered under, empty for none. ``mixed`` are keys that only some
    rows have something for (system, imported_from): the others then have an empty one, because
    loaders take the keys of a file from its beginning.
    """

    format: str = "jsonl"
    style: str = ""
    fields: tuple[str, ...] | None = None
    system: str | None = None
    mixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How far pairs are left out so that none outweighs the others.

    ``cap`` is the most pairs of one use case or skill, ``weights`` how use cases stand to each
    other, 1 where none is given.
    """

    by: Literal["use_case", "skill"] = "use_case"
    cap: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.cap is not None or bool(self.weights)


@dataclass(frozen=True, slots=True)
class Member:
    """A pair as far as splits and balance look at it; ``chain`` is the same in one chain alone.

    ``mark`` is that of its instruction; empty, it ties the chain to no other.
    """

    pair: int
    chain: str
    use_case: str
    skills: tuple[str, ...]
    mark: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """What is exported, and how: which pairs, laid out how, split and balanced how.

    ``splits`` are shares by name, empty for one file of everything. ``leave_out`` are kinds of
    problems whose pairs are not written. A row is over-long above ``longest`` tokens of the
    ``tokenizer`` (a ``tokenizer.json``), or above four times as many characters where there is
    none. ``seed`` draws what splits and balance leave to chance. Without ``check`` rows are written
    unseen, which takes half the time.
    """

    wanted: PairFilter
    layout: Layout = field(default_factory=Layout)
    splits: Mapping[str, float] = field(default_factory=dict)
    balance: Balance = field(default_factory=Balance)
    leave_out: tuple[str, ...] = ()
    longest: int = 2048
    tokenizer: str = ""
    seed: int = 0
    check: bool = True


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data file as it was written; ``path`` is relative to the bundle, ``bytes`` its size."""

    path: str
    split: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know of a row before it is written, in one sentence (``told``)."""

    kind: str
    pair: int
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What only a person can say of a data set; each may be empty, which its card warns of.

    ``strong_terms`` is what the strong model's provider says on training other models with its
    replies. Licences are identifiers such as ``cc-by-4.0``; ``language`` is a code such as ``en``.
    """

    title: str = ""
    summary: str = ""
    language: str = ""
    licence: str = ""
    seeds_licence: str = ""
    strong_terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a card tells of a run: its settings, its sums, the digest of every prompt by name.

    Of a run that was ``restored`` from a bundle the sums count what came with it, and the settings
    are those it was planned with.
    """

    id: int
    source: str
    created_at: str
    settings: Mapping[str, Any]
    simulated: bool
    instructions: int
    kept: int
    exhausted: int
    failed: int
    restored: bool = False
    prompts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """What people have said of the pairs that are written."""

    statuses: Mapping[str, int]
    edited: int = 0
    swapped: int = 0
    reviewers: int = 0
    #: Of rejected pairs of the project, written or not.
    reasons: Mapping[str, int] = field(default_factory=dict)


#: Why pairs that a filter takes are not written, other than for a problem: in preference formats
#: neither response stands out; for want of balance.
REASONS = NO_PREFERENCE, BALANCE = "no preference", "balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Everything a data set card and a manifest tell.

    ``narrowed`` and ``layout`` are the filter and the layout by name, without what narrows nothing.
    ``gaps`` counts pairs by gap (strong − target), ``iterations`` by iteration as (strong responses
    kept, target responses kept). ``problems`` counts what was found and written nevertheless,
    ``left_out`` what the filter takes and was left out, by kind of problem or by what else is in
    ``REASONS``. ``values`` has the first value of each key that any row has, in their order; empty
    means those keys that the format always writes.
    """

    project: str
    brief: str
    version: str
    created_at: str
    terms: Terms
    layout: Mapping[str, Any]
    narrowed: Mapping[str, Any]
    splits: Mapping[str, float]
    balance: str
    pairs: int
    files: tuple[DataFile, ...]
    runs: tuple[RunFacts, ...]
    reviews: ReviewFacts
    use_cases: Mapping[str, int]
    skills: Mapping[str, int]
    gaps: Mapping[float, int]
    iterations: Mapping[int, tuple[int, int]]
    problems: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    #: Whether anybody has looked for problems.
    checked: bool = True
    #: Whether a file beside the data has everything behind the pairs.
    archived: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that any row has."""
        return tuple(self.values)

    @property
    def simulated(self) -> bool:
        """Whether any of it comes from models that only pretend to be one."""
        return any(run.simulated for run in self.runs)

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export that was made; ``path`` is its folder, or the one file it is.

    ``digest`` covers the data files: two exports with the same one hold the same bytes.
    ``problems`` counts pairs that were written with one. ``left_out`` counts pairs that the filter
    takes and that were not written, by kind of problem or by what else is in ``REASONS``.
    """

    id: int
    settings: ExportSettings
    path: str
    digest: str
    pairs: int
    files: tuple[DataFile, ...]
    problems: Mapping[str, int]
    left_out: Mapping[str, int]
    created_at: str

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


@dataclass(frozen=True, slots=True)
class Change:
    """What an export's choice of pairs would give now, beside what it gave: ids of pairs."""

    added: tuple[int, ...]
    removed: tuple[int, ...]
    changed: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)
