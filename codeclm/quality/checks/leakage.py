"""Prompt leakage: an instruction that holds words of the prompt it was made with.

Either a run of words that a prompt has, or a label that generated instructions bring along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codeclm.quality.checks.reading import Pair, Seen, brief

#: Characters of an instruction that are looked at.
_CHARACTERS = 20_000
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
