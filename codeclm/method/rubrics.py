"""Self-Rubrics: what makes instructions hard, and actions that make them so (§3.3)."""

from __future__ import annotations

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.errors import ReplyError
from codeclm.method.hop import Hop, twice
from codeclm.method.reading import Answer, Filled, closed_object, structured
from codeclm.records import Metadata, Rubric
from codeclm.settings import RunSettings


class _Entry(Answer):
    rubric: Filled
    action: Filled


class _Rubrics(Answer):
    rubrics: list[_Entry]


def request(metadata: Metadata, settings: RunSettings) -> Request:
    """Ask for ``settings.rubrics`` rubrics, each with its own action."""
    count = settings.rubrics
    skills = ", ".join(metadata.skills)
    return Request(
        step="rubrics",
        messages=prompts.chosen("rubrics", settings.prompts).messages(
            {"count": count, "brief": prompts.background(settings.brief, settings.prompts)},
            use_case=metadata.use_case,
            skills=skills or "(any)",
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        schema=closed_object(
            {
                "rubrics": {
                    "type": "array",
                    "items": closed_object(
                        {"rubric": {"type": "string"}, "action": {"type": "string"}}
                    ),
                    "minItems": count,
                    "maxItems": count,
                }
            }
        ),
        fields={"use_case": metadata.use_case, "skills": skills, "count": count},
    )


def parse(reply: Reply, count: int) -> list[Rubric]:
    """Read exactly ``count`` rubrics with their actions. Raises ``ReplyError``.

    There is no labelled second reading: in free text a rubric can be mistaken for an action.
    """
    read = structured(reply, _Rubrics).rubrics
    if len(read) != count:
        raise ReplyError(f"it holds {len(read)} rubrics where {count} were asked for", reply.text)
    return [Rubric(entry.rubric, entry.action) for entry in read]


def hop(metadata: Metadata, settings: RunSettings) -> Hop[list[Rubric]]:
    """Write the rubrics and actions of one metadata entry."""
    return twice(
        request(metadata, settings),
        lambda reply: parse(reply, settings.rubrics),
        settings.prompts,
    )
