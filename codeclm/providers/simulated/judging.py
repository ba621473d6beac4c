"""Judge and assess: scores from the texts alone."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping
from typing import Any

from codeclm.providers.simulated.reading import content_words, word_count

_STRUCTURE = re.compile(r"^\s*(?:\d+[.)]|[-*•]|#{1,4} |```)", re.MULTILINE)
_REFUSAL = re.compile(
    r"\b(?:can't|cannot|unable to|not able to) (?:help|assist|do|answer)\b|\bas an ai\b",
    re.IGNORECASE,
)
#: Where an answer stands matters a little, as with real judges: the first one more often.
FIRST_FAVOURED = 0.18
SECOND_FAVOURED = 0.06


def judge(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """``score_1`` and ``score_2`` (1..10) for the answers shown first and second."""
    instruction = str(fields["instruction"])
    first = score(instruction, str(fields.get("first", "")))
    second = score(instruction, str(fields.get("second", "")))
    point = chance.random()
    if point < FIRST_FAVOURED:
        first += 1
    elif point < FIRST_FAVOURED + SECOND_FAVOURED:
        second += 1
    return {
        "score_1": max(1, min(10, round(first))),
        "score_2": max(1, min(10, round(second))),
    }


def assess(fields: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same scores, and ``explanation``."""
    scores = judge(fields, chance)
    return {**scores, "explanation": _explain(scores["score_1"], scores["score_2"])}


def score(instruction: str, answer: str) -> float:
    """1..10: how much of the task is taken up (half of it), order, and length up to a point."""
    if not answer.strip():
        return 1.0
    if _REFUSAL.search(answer) and word_count(answer) < 80:
        return 2.0
    words = content_words(instruction)
    lower = answer.lower()
    covered = sum(word in lower for word in words) / len(words) if words else 1.0
    structure = min(1.0, len(_STRUCTURE.findall(answer)) / 3)
    length = 1 - math.exp(-word_count(answer) / 60)
    return 1 + 9 * (0.5 * covered + 0.2 * structure + 0.3 * length)


def _explain(first: int, second: int) -> str:
    if first == second:
        return "Both answers take up the task to the same extent and are equally well ordered."
    better, worse = ("first", "second") if first > second else ("second", "first")
    return (
        f"The {better} answer takes up more of what was asked and is easier to follow; "
        f"the {worse} one leaves parts of the task open."
    )
