"""Checks on a pair's texts: what a person would wince at, told by its form alone.

A finding is a hint for a person, never a verdict: nothing is dropped by it. The checks prefer to
miss something over crying wolf, know no meaning, and see English best; refusals and missing inputs
are also known in German, French, Spanish, Portuguese and Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from codeclm.quality.checks import (
    cut,
    language,
    leakage,
    loop,
    missing,
    odd,
    personal,
    refusal,
)
from codeclm.quality.checks.language import code_of, guess
from codeclm.quality.checks.reading import Pair, PromptWords, Seen, read
from codeclm.records import CHECKS, Check, Part

__all__ = ["CHECKS", "MEANING", "Check", "Finding", "PromptWords", "code_of", "guess", "look"]

MEANING: Mapping[Check, str] = {
    "language": "A text is in another language than it should be, and nobody asked for that.",
    "refusal": "The response refuses, or speaks of being an AI.",
    "cut ending": "The response stops in the middle: of a sentence, a bracket, a block of code.",
    "loop": "The response says the same over and over.",
    "prompt leakage": "The instruction holds words of the prompt it was made with.",
    "missing input": "The instruction speaks of a text, code or file that is not there.",
    "personal data": "There is an address, a number or a secret that may be somebody's.",
    "odd": "There is nothing, or something no person would write: broken characters, tags, blobs.",
}
#: What each check does with a pair.
LOOKS: Mapping[Check, Callable[[Pair], Iterator[Seen]]] = {
    "language": language.look,
    "refusal": refusal.look,
    "cut ending": cut.look,
    "loop": loop.look,
    "prompt leakage": leakage.look,
    "missing input": missing.look,
    "personal data": personal.look,
    "odd": odd.look,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What ``check`` saw at ``[start:end]`` of a part, in characters; 0, 0: about the whole."""

    check: Check
    part: Part
    start: int
    end: int
    why: str


def look(
    instruction: str,
    response: str,
    *,
    language: str | None = None,
    prompts: PromptWords | None = None,
) -> tuple[Finding, ...]:
    """What the checks find in a pair: in the order of ``CHECKS``, at most one for each part.

    ``language`` is what the project is in (ISO 639-1, "en"); without it an instruction may be in
    any. ``prompts`` are the prompts whose words an instruction must not repeat.
    """
    pair = Pair(
        instruction=read(instruction), response=read(response), language=language, prompts=prompts
    )
    return tuple(
        Finding(check=check, part=part, start=start, end=end, why=why)
        for check, seen in LOOKS.items()
        for part, start, end, why in seen(pair)
    )
