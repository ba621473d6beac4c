"""Looking at rows before they are written: what a person should know of them.

Nothing is left out by this alone: what was found is listed, and a person says what of it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from codeclm.export import faults, lengths
from codeclm.export.fields import BESIDE, other_response, system
from codeclm.quality import sensitive
from codeclm.records import ExportSettings, Pair, Problem, Row, text_mark

#: Kinds of problems in the order they are told, and what each says of a pair.
KINDS: Mapping[str, str] = {
    "schema": "a row its trainer would not take",
    "empty": "an empty instruction or response",
    "over-long": "longer than the limit",
    "duplicate": "the same instruction as an earlier pair",
    "same responses": "chosen and rejected are the same",
    "cut": "the response ends at the token limit",
    "secret": "what looks like a key or a password",
    "e-mail": "an e-mail address",
    "phone": "a phone number",
    "card number": "a card number",
    "IBAN": "a bank account",
}
#: Keys of a row under which only names of ours stand.
_NAMES = {*BESIDE, "judge_model", "imported_from", "status", "reviewer", "role", "from"}
#: Characters of the shortest text in which anything sensitive can be: ``a@b.de``.
_SHORTEST = 6
#: How many problems of a kind are listed.
LISTED = 50


@dataclass(slots=True)
class Report:
    """What was found: ids of pairs by kind, and the first problems of each kind in words."""

    pairs: int = 0
    rows: int = 0
    flagged: dict[str, list[int]] = field(default_factory=dict)
    listed: dict[str, list[Problem]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Report:
        """A report from what ``asdict`` has made of one."""
        listed = {
            kind: [Problem(**problem) for problem in problems]
            for kind, problems in stored["listed"].items()
        }
        return cls(**{**stored, "listed": listed})

    @property
    def counts(self) -> dict[str, int]:
        """How many pairs have a problem of each kind, in the order of ``KINDS``."""
        return {kind: len(self.flagged[kind]) for kind in KINDS if kind in self.flagged}

    def of(self, kinds: Iterable[str]) -> set[int]:
        """The pairs with a problem of any of some kinds."""
        return {pair for kind in kinds for pair in self.flagged.get(kind, ())}

    def add(self, problem: Problem) -> None:
        """Note a problem; a pair counts once for each kind."""
        found = self.flagged.setdefault(problem.kind, [])
        if found and found[-1] == problem.pair:
            return
        found.append(problem.pair)
        listed = self.listed.setdefault(problem.kind, [])
        if len(listed) < LISTED:
            listed.append(problem)


class Checker:
    """Looks at one pair after the other, with the rows it becomes."""

    def __init__(self, settings: ExportSettings) -> None:
        self.report = Report()
        self._layout = settings.layout
        self._leave_out = settings.leave_out
        self._longest = settings.longest
        self._measure = lengths.measure(settings.tokenizer)
        self._seen: dict[bytes, int] = {}

    def look(self, pair: Pair, rows: list[Row]) -> None:
        self.report.pairs += 1
        self.report.rows += len(rows)
        goes = False
        for kind, told in self._found(pair, rows):
            self.report.add(Problem(kind, pair.id, told))
            goes = goes or kind in self._leave_out
        self._remember(pair, goes)

    def _found(self, pair: Pair, rows: list[Row]) -> Iterable[tuple[str, str]]:
        for row in rows:
            for fault in faults(row, self._layout):
                yield "schema", fault
        for name, text in (("instruction", pair.instruction), ("response", pair.response)):
            if not text.strip():
                yield "empty", f"the {name} is empty"
        length = max(
            self._measure.of(pair.instruction, response, system(pair, self._layout))
            for response in self._responses(pair)
        )
        if length > self._longest * self._measure.per_token:
            yield "over-long", self._measure.told(length)
        if self._layout.format == "dpo" and other_response(pair) == pair.response:
            yield "same responses", "both models gave the same response"
        for flag in pair.flags:
            if flag.startswith(f"{pair.response_from} response cut"):
                yield "cut", flag
        yield from _sensitive(pair, rows)

    def _responses(self, pair: Pair) -> tuple[str, ...]:
        """What a trainer reads as a response; of a preference there are two."""
        other = other_response(pair) if self._layout.format in ("dpo", "kto") else None
        return (pair.response,) if other is None else (pair.response, other)

    def _remember(self, pair: Pair, goes: bool) -> None:
        """Note a duplicate. What is left out for another reason is the first of none."""
        mark = text_mark(pair.instruction)
        first = self._seen.get(mark)
        if first is not None:
            told = f"the instruction of pair {first} again"
            self.report.add(Problem("duplicate", pair.id, told))
        elif not goes:
            self._seen[mark] = pair.id


def check(
    pairs: Iterable[Pair],
    settings: ExportSettings,
    rows_of: Callable[[Pair], list[Row]],
    told: Callable[[int], None],
) -> Report:
    """Look at all of some pairs; ``told`` hears after each how many there were."""
    checker = Checker(settings)
    for count, pair in enumerate(pairs, 1):
        checker.look(pair, rows_of(pair))
        told(count)
    return checker.report


def _sensitive(pair: Pair, rows: list[Row]) -> Iterable[tuple[str, str]]:
    """What is in any text that is written: a rejected response or a note is read as well."""
    texts = {pair.instruction: "instruction", pair.response: "response"}
    for row in rows:
        _gather(texts, "", row)
    for text, name in texts.items():
        for found in sensitive.find(text):
            yield found.kind, f"{sensitive.masked(text, found)} in the {name.replace('_', ' ')}"


def _gather(texts: dict[str, str], name: str, value: Any) -> None:
    """Add what models and people wrote of a row, each text with the key it stands under."""
    if isinstance(value, str):
        if len(value) >= _SHORTEST and value not in texts:
            texts[value] = name
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in _NAMES:
                _gather(texts, key, part)
    elif isinstance(value, list):
        for part in value:
            _gather(texts, name, part)
