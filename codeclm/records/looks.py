"""Looks at the texts of a data set, and what each of them has found of a pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from codeclm.records.pairs import Pair

#: What is looked for: pairs that are alike, copies of seeds, items of benchmark sets, what the
#: checks on text find; where instructions lie to each other; how much they differ.
LookKind = Literal["duplicates", "copies", "contamination", "checks", "map", "diversity"]

Part = Literal["instruction", "response"]

#: A check on a text of a pair.
Check = Literal[
    "language",
    "refusal",
    "cut ending",
    "loop",
    "prompt leakage",
    "missing input",
    "personal data",
    "odd",
]
CHECKS: tuple[Check, ...] = get_args(Check)

#: What a pair can be flagged with, and the look that does.
FINDINGS: Mapping[str, LookKind] = {
    "duplicate": "duplicates",
    "copy of a seed": "copies",
    "contamination": "contamination",
    **dict.fromkeys(CHECKS, "checks"),
}

#: Which one of pairs that are alike is kept: that of the largest gap to either side, of the longest
#: instruction and response, the newest or the oldest one.
Keep = Literal["highest gap", "longest", "newest", "first"]
KEEPS: tuple[Keep, ...] = get_args(Keep)

#: How two texts are alike: the same; the same but for case, marks and spaces; sharing most of their
#: runs of three words; close to each other in a model's embedding.
Alike = Literal["exact", "normalised", "near", "embedding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The newest look of a kind: its settings, the numbers that came of it, when it was (UTC).

    ``stale`` says that another look may find something else: texts were added or changed since, a
    pair came back that was rejected then, or one was rejected that others are duplicates of.
    """

    id: int
    kind: LookKind
    settings: Mapping[str, Any]
    result: Mapping[str, Any]
    created_at: str
    stale: bool

    @property
    def simulated(self) -> bool:
        """Whether it goes by vectors that only pretend to know what texts mean."""
        return self.settings.get("embedding", "").startswith("simulated:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a look has found of a pair.

    ``start`` and ``end`` are characters of ``part``, both 0 where it is about all of it.
    ``similarity`` is 0..1. ``like_pair``, ``like_seed``, or ``benchmark`` with its item's
    ``position`` (from 0), say what it is like.
    """

    pair: int
    kind: str
    part: Part
    start: int
    end: int
    why: str
    similarity: float | None = None
    like_pair: int | None = None
    like_seed: int | None = None
    benchmark: int | None = None
    position: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding with its pair as it is now; ``changed`` where its text was another one then.

    ``theirs`` is the instruction it is like and ``source`` where that is from; both are empty where
    the finding is about the pair's text alone.
    """

    finding: Finding
    pair: Pair
    theirs: str = ""
    source: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingEstimate:
    """What a look would ask an embedding model for: ``asked`` of ``texts`` different texts.

    The others are paid for already. ``cut`` of those asked for are longer than what is sent of one
    text. ``tokens`` is a guess, a quarter of the bytes; ``usd`` is None where no price is known.
    """

    model: str
    texts: int
    asked: int
    cut: int
    characters: int
    tokens: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """The pair that is kept and how many are duplicates of it, pending ones among them."""

    kept: int
    duplicates: int
    pending: int
