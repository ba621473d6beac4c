"""Rows to pairs: an instruction with two responses, and their scores where somebody gave some."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from codeclm.errors import ImportFileError
from codeclm.ingest.document import kind
from codeclm.ingest.fields import MISSING, lookup
from codeclm.ingest.pair_fields import PairFields, check, there
from codeclm.ingest.parts import Parts, Unusable
from codeclm.ingest.rows import Rows
from codeclm.ingest.seeds import Skipped, notes_of
from codeclm.ingest.text import mend

#: The scale of scores.
LOWEST, HIGHEST = 1.0, 10.0

_SHOWN = 200
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class GivenPair:
    """One pair as it came. ``scores`` are (strong, target), 1 to 10; None where there are none."""

    line: int
    instruction: str
    strong: str
    target: str
    scores: tuple[float, float] | None = None
    use_case: str = ""
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFile:
    """The pairs of one file in its order, and what did not become one; see ``SeedFile``."""

    pairs: tuple[GivenPair, ...] = field(repr=False)
    skipped: tuple[Skipped, ...] = field(repr=False)
    sha256: str
    fields: PairFields
    replaced: int = 0
    notes: tuple[str, ...] = ()
    unit: str = "line"

    @property
    def scored(self) -> int:
        """How many of the pairs came with scores."""
        return sum(1 for pair in self.pairs if pair.scores is not None)


def pairs(rows: Rows, wanted: PairFields) -> PairFile:
    """Make a pair of each row.

    Of a conversation the one turn of the user is the instruction, the one of the assistant a
    response. White space around texts is cut. A row with a text that is missing or empty, with one
    score of two, a score that is none, or that says the same as an earlier one is skipped with its
    reason; one without any score comes without scores. Raises ``ImportFileError`` for a field that
    no row has or that holds something else than it should, and when no row is left.
    """
    check(rows, wanted)
    reader = _Reader(rows, wanted)
    kept: list[GivenPair] = []
    skipped: list[Skipped] = []
    seen: dict[tuple[str, str, str], int] = {}
    for index, (line, value) in enumerate(rows.holding(*wanted.named.values())):
        shown = lookup(value, wanted.instruction)
        try:
            pair = reader.pair(index, line, value)
            key = (pair.instruction, pair.strong, pair.target)
            if key in seen:
                shown = pair.instruction
                raise Unusable(f"duplicate of {rows.unit} {seen[key]}")
        except Unusable as reason:
            text = mend(shown[:_SHOWN])[0] if isinstance(shown, str) else ""
            skipped.append(Skipped(line, str(reason), text))
            continue
        seen[key] = line
        kept.append(pair)
    if not kept:
        raise _nothing(rows, skipped)
    return PairFile(
        pairs=tuple(kept),
        skipped=tuple(skipped),
        sha256=rows.sha256,
        fields=wanted,
        replaced=reader.parts.replaced,
        notes=(*notes_of(rows, reader.parts.replaced), *reader.parts.notes()),
        unit=rows.unit,
    )


class _Reader:
    """Reads one row after the other."""

    def __init__(self, rows: Rows, wanted: PairFields) -> None:
        self.parts = Parts(rows)
        self._wanted = wanted

    def pair(self, index: int, line: int, value: Any) -> GivenPair:
        wanted, parts = self._wanted, self.parts
        return GivenPair(
            line,
            parts.text(index, value, wanted.instruction, "instruction"),
            parts.text(index, value, wanted.strong, "strong response"),
            parts.text(index, value, wanted.target, "target response"),
            self._scores(value),
            parts.name(index, value, wanted.use_case),
            parts.skills(index, value, wanted.skills),
        )

    def _scores(self, value: Any) -> tuple[float, float] | None:
        paths = (self._wanted.strong_score, self._wanted.target_score)
        if not any(paths):
            return None
        found = [lookup(value, path) for path in paths]
        absent = [_is_absent(score) for score in found]
        if all(absent):
            return None
        if any(absent):
            raise Unusable(f"only its {'target' if absent[0] else 'strong'} score")
        return _score(found[0], "strong"), _score(found[1], "target")


def _is_absent(score: Any) -> bool:
    return score is MISSING or score is None or (isinstance(score, str) and not score.strip())


def _score(found: Any, side: str) -> float:
    """A score from a number or from a text that is one."""
    number = found
    if isinstance(found, str):
        number = float(found) if _NUMBER.fullmatch(found.strip()) else None
    if not isinstance(number, int | float | Decimal) or isinstance(number, bool):
        told = repr(found[:20]) if isinstance(found, str) else kind(found)
        raise Unusable(f"its {side} score is no number: {told}")
    try:
        score = float(number)
    except OverflowError:
        score = math.inf
    if not LOWEST <= score <= HIGHEST:
        raise Unusable(f"its {side} score is off the scale of 1 to 10: {score:.6g}")
    return score


def _nothing(rows: Rows, skipped: list[Skipped]) -> ImportFileError:
    reason, count = Counter(row.reason for row in skipped).most_common(1)[0]
    times = f", {count} times" if count > 1 else ""
    return ImportFileError(
        f"{rows.name} holds no usable pair; the commonest reason is: {reason}{times}.",
        f"Choose other fields, or mend the file. {there(rows)}".strip(),
    )
