"""Decode: metadata becomes basic instructions, the first iteration of their chains (§3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.errors import ReplyError
from codeclm.method.hop import Ask, Hop, Kept, again
from codeclm.method.reading import Answer, closed_object, numbered, structured
from codeclm.records import Metadata
from codeclm.settings import RunSettings

#: The latest instructions of an entry that a batch is told not to repeat: enough to steer away
#: from, few enough that a share of thousands does not grow the prompt past every context window.
AVOID_AT_MOST = 100


class _Decoded(Answer):
    instructions: Annotated[list[str], Field(min_length=1)]


def request(
    metadata: Metadata, count: int, earlier: Sequence[str], settings: RunSettings
) -> Request:
    """Ask for ``count`` instructions that repeat none of ``earlier``; zero-shot."""
    avoid = list(earlier[-AVOID_AT_MOST:])
    skills = ", ".join(metadata.skills)
    return Request(
        step="decode",
        messages=prompts.chosen("decode", settings.prompts).messages(
            {
                "count": count,
                "brief": prompts.background(settings.brief, settings.prompts),
                "avoid": _not_to_repeat(avoid, settings.prompts),
            },
            use_case=metadata.use_case,
            skills=skills or "(any)",
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        schema=closed_object(
            {
                "instructions": {
                    "type": "array",
                    "items": {"type": "string"},
                    "minItems": count,
                    "maxItems": count,
                }
            }
        ),
        fields={
            "use_case": metadata.use_case,
            "skills": skills,
            "count": count,
            "avoid": avoid,
        },
    )


def parse(reply: Reply, count: int, earlier: Sequence[str]) -> list[str]:
    """The first ``count`` instructions that are neither empty nor repeat an earlier one.

    Raises ``ReplyError`` when the reply cannot be read, or nothing in it is of use.
    """
    read = structured(reply, _Decoded, _labelled)
    seen = {_folded(text) for text in earlier}
    fresh: list[str] = []
    for text in map(str.strip, read.instructions):
        if text and _folded(text) not in seen:
            seen.add(_folded(text))
            fresh.append(text)
    if not fresh:
        raise ReplyError("every instruction in it is empty or repeats an earlier one", reply.text)
    return fresh[:count]


def hop(
    metadata: Metadata, count: int, earlier: Sequence[str], batch: int, settings: RunSettings
) -> Hop[list[list[str]]]:
    """Decode one batch: up to ``count`` instructions; what is missing is asked for once.

    Returns a list for each reply that gave some.

    ``batch`` counts from 0 within the entry. It tells apart two batches that read the same
    because the first of them gave nothing.
    """
    asked = request(metadata, count, earlier, settings)
    reply = yield Ask(asked, replicate=batch)
    try:
        written = parse(reply, count, earlier)
    except ReplyError as error:
        reply = yield Ask(again(asked, reply, error, settings.prompts), error.message, batch)
        return [parse(reply, count, earlier)]
    if len(written) == count:
        return [written]
    known = [*earlier, *written]
    missing = count - len(written)
    reply = yield Ask(request(metadata, missing, known, settings), replicate=batch)
    try:
        return [written, parse(reply, missing, known)]
    except ReplyError as error:
        # The first reply stands on its own: what it lacks is counted, what it gave is kept.
        return Kept([written], error.message)


def _not_to_repeat(earlier: Sequence[str], edited: Mapping[str, str]) -> str:
    if not earlier:
        return ""
    listed = "\n".join(f"- {text}" for text in earlier)
    return prompts.chosen("avoid", edited).messages(avoid=listed)[0].content


def _labelled(text: str) -> dict[str, object] | None:
    items = numbered(text)
    return {"instructions": items} if items else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
