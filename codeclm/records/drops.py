"""What the compared methods make of instructions, and what their rules drop, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from codeclm.records.rows import Response


@dataclass(frozen=True, slots=True)
class Evolution:
    """What one round, counted from 1, made of a chain's instruction, as far as it is known.

    ``rule`` is None while its fate is open, "" when it survived, else what dropped it.
    """

    round: int
    action: str
    text: str
    gains: bool | None = None
    response: Response | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """A text that another one is like: its ROUGE-L with it (0..1), and which it is.

    ``seed`` is its position among the run's seeds, else ``slot`` its place among the accepted.
    """

    score: float
    seed: int | None = None
    slot: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An instruction that a pool has accepted, and what it was most like then, best first."""

    slot: int
    text: str
    neighbours: tuple[Likeness, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A text that a rule has dropped, its place in the plan, and what the rule went by.

    ``score`` is a ROUGE-L (0..1) or a rating (0..5); None where the rule goes by none. ``chain`` is
    the (entry, slot) of the chain it would have been of, ``call`` the one that wrote it.
    """

    step: str
    item: str
    rule: str
    text: str
    score: float | None = None
    explanation: str = ""
    neighbours: tuple[Likeness, ...] = ()
    chain: tuple[int, int] | None = None
    call: int | None = None
    run: int = 0
    id: int = 0
