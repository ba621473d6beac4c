"""Improve: one action makes an instruction harder, the next iteration of its chain (§3.3)."""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Ask, twice
from codeclm.method.reading import Answer, Filled, closed_object, structured
from codeclm.settings import RunSettings


class _Improved(Answer):
    instruction: Filled


_SCHEMA = closed_object({"instruction": {"type": "string"}})


def choose(actions: Sequence[str], used: Sequence[str], item: str, settings: RunSettings) -> str:
    """Draw one action uniformly; the draw depends only on the run's seed and the item's place.

    Repeats are possible unless the run's settings say otherwise and unused actions are left.
    """
    unused = [action for action in actions if action not in used]
    pool = actions if settings.repeat_actions or not unused else unused
    return random.Random(f"{settings.seed}:{item}:action").choice(pool)


def request(instruction: str, action: str, settings: RunSettings) -> Request:
    """Ask for the harder instruction. The prompt holds the action, not the rubrics."""
    return Request(
        step="improve",
        messages=prompts.chosen("improve", settings.prompts).messages(
            {"brief": prompts.background(settings.brief, settings.prompts)},
            instruction=instruction,
            action=action,
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        schema=_SCHEMA,
        fields={"instruction": instruction, "action": action},
    )


def parse(reply: Reply) -> str:
    """The harder instruction's text. Raises ``ReplyError``."""
    return structured(reply, _Improved).instruction


def hop(instruction: str, action: str, settings: RunSettings) -> Generator[Ask, Reply, str]:
    """Improve one instruction by one action."""
    return twice(request(instruction, action, settings), parse, settings.prompts)
