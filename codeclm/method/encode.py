"""Encode: a seed instruction becomes metadata, one use case and at most three skills (§3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Hop, twice
from codeclm.method.reading import Answer, Filled, closed_object, labels, structured
from codeclm.records import Metadata
from codeclm.settings import RunSettings

SKILLS_AT_MOST = 3
MAX_TOKENS = 512


class _Encoded(Answer):
    use_case: Filled
    skills: Annotated[list[Filled], Field(min_length=1, max_length=SKILLS_AT_MOST)]


_SCHEMA = closed_object(
    {
        "use_case": {"type": "string"},
        "skills": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": SKILLS_AT_MOST,
        },
    }
)


def request(seed: str, settings: RunSettings) -> Request:
    """Ask for the use case and skills of one seed instruction, with three demonstrations."""
    return Request(
        step="encode",
        messages=prompts.chosen("encode", settings.prompts).messages(instruction=seed),
        temperature=settings.temperature,
        max_tokens=MAX_TOKENS,
        schema=_SCHEMA,
        fields={"instruction": seed},
    )


def parse(reply: Reply) -> Metadata:
    """Read the metadata of one seed. Raises ``ReplyError``.

    A skill of the wrong length, or with a word the prompt asks to avoid, is kept and flagged.
    """
    read = structured(reply, _Encoded, _labelled)
    skills = tuple({skill.casefold(): skill for skill in read.skills}.values())
    return Metadata(read.use_case, skills, origin="seed", flags=flags(skills))


def hop(seed: str, settings: RunSettings) -> Hop[Metadata]:
    """Encode one seed instruction."""
    return twice(request(seed, settings), parse, settings.prompts)


def flags(skills: Iterable[str]) -> tuple[str, ...]:
    """What is odd about skills: not 2–3 words, or saying "skill" or "knowledge"."""
    skills = list(skills)
    found = [f"more than {SKILLS_AT_MOST} skills"] if len(skills) > SKILLS_AT_MOST else []
    for skill in skills:
        if not 2 <= len(skill.split()) <= 3:
            found.append(f"skill {skill!r}: not 2–3 words")
        if re.search(r"\b(skills?|knowledge)\b", skill, re.IGNORECASE):
            found.append(f"skill {skill!r}: says skill or knowledge")
    return tuple(found)


def merged(encoded: Iterable[Metadata]) -> list[Metadata]:
    """One entry for each use case and set of skills, in order of appearance, weights added."""
    entries: dict[tuple[str, tuple[str, ...]], Metadata] = {}
    for entry in encoded:
        known = entries.get(entry.key)
        entries[entry.key] = replace(known, weight=known.weight + entry.weight) if known else entry
    return list(entries.values())


def _labelled(text: str) -> dict[str, object] | None:
    found = labels(text)
    if not found:
        return None
    skills = [part.strip() for part in re.split(r"[,;]", found["skills"]) if part.strip()]
    return {"use_case": found["use_case"], "skills": skills}
