"""Prompt leakage: an instruction that holds words of the prompt it was made with.

Either a run of words that a prompt has, or a label that generated instructions bring along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeclm.quality.checks.reading import STOP_WORDS, Pair, Reading, Seen, brief, spans
from codeclm.quality.words import words

#: Words of a run that no instruction has by chance.
_RUN = 6
#: How many of them have to say something by themselves.
_TELLING = 2

#: Words and characters of an instruction that are looked at.
_WORDS, _CHARACTERS = 3_000, 20_000

#: A value stands at a variable, and marks stand around the texts of others.
_GAP = re.compile(r"\$\{?\w+\}?|~{3,}|\n\s*\n")
_LABEL_SIGNS = ("use case", "skill", "rubric", "prompt", "instruction")
_LABEL = re.compile(
    r"(?:^|(?<=\n))[ \t#*>\-]{0,6}(?:(?:use case|skills?|rubrics?|metadata)[*# ]{0,3}:"
    r"|instruction #?\d{1,3}[*# ]{0,3}[:.)]"
    r"|(?:new|rewritten|improved|revised|evolved|basic|original) (?:instruction|prompt)[*# ]{0,3}:)"
    r"|#+ ?(?:the )?(?:given|rewritten|new|created|evolved|original) prompt ?#*"
    r"|\b(?:the|this) (?:rewritten|created|evolved) (?:prompt|instruction)\b"
    r"|\bthe (?:given|original) (?:prompt|instruction)\b(?![^\n]*\n)"
    r"|\bhere(?: is|['’]s) (?:the|your|an?) (?:new|rewritten|improved|revised|harder|evolved)"
    r" (?:instruction|prompt|version of the instruction)"
    r"|[{,]\s{0,8}[\"'](?:instructions?|use_case|skills|rubrics?)[\"']\s{0,4}:"
)
#: Where people apply for work, or ask for a way to grade, these words are their own.
_AT_HOME = re.compile(
    r"r[ée]sum[ée]|\bcv\b|curriculum|cover letter|job|hiring|candidate|applica|linkedin|employ"
    r"|json|schema|prompt engineer"
)


@dataclass(frozen=True, slots=True)
class PromptWords:
    """The runs of six words that stand in prompts."""

    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> PromptWords:
        """Read the texts of prompts; runs of words that say nothing are left out."""
        runs: set[tuple[str, ...]] = set()
        for text in texts:
            for paragraph in _GAP.split(text):
                found = words(paragraph)
                runs.update(zip(*(found[at:] for at in range(_RUN)), strict=False))
        return cls(frozenset(run for run in runs if len({*run} - STOP_WORDS) >= _TELLING))

    def first(self, reading: Reading) -> tuple[int, int] | None:
        """Where the first run of a text stands that a prompt has, as long as it goes on."""
        found = reading.words[:_WORDS]
        runs = list(zip(*(found[at:] for at in range(_RUN)), strict=False))
        if self.runs.isdisjoint(runs):
            return None
        start = next(at for at, run in enumerate(runs) if run in self.runs)
        end = start
        while end + 1 < len(runs) and runs[end + 1] in self.runs:
            end += 1
        places = spans(reading.text, found)
        return places[start][0], places[end + _RUN - 1][1]


def look(pair: Pair) -> Iterator[Seen]:
    text, lower = pair.instruction.text, pair.instruction.lower
    copied = pair.prompts.first(pair.instruction) if pair.prompts else None
    if copied:
        shown = brief(text[copied[0] : copied[1]])
        yield Seen("instruction", *copied, f"Words of a prompt: “{shown}”.")
        return
    if any(sign in lower for sign in _LABEL_SIGNS):
        label = _LABEL.search(lower[:_CHARACTERS])
        if label and not _AT_HOME.search(lower[:_CHARACTERS]):
            shown = brief(text[label.start() : label.end()])
            yield Seen("instruction", *label.span(), f"A label of a prompt: “{shown}”.")
