"""Assess: an evaluation's judge rates two responses and says why, once in each order (§4)."""

from __future__ import annotations

import re

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Hop, twice
from codeclm.method.judge import SCORE, Score
from codeclm.method.reading import Answer, Filled, closed_object, structured
from codeclm.records import Assessment, Order
from codeclm.settings import RunSettings

#: Room for both scores and a few sentences.
MAX_TOKENS = 1024

#: Both scores alone on the first line, the explanation after it.
_PLAIN = re.compile(
    r"(\d{1,2}(?:\.\d)?)(?:[ \t]*,[ \t]*|[ \t]+)(\d{1,2}(?:\.\d)?)[ \t]*\r?\n(.+)", re.DOTALL
)


class _Assessed(Answer):
    score_1: Score
    score_2: Score
    explanation: Filled


_SCHEMA = closed_object({"score_1": SCORE, "score_2": SCORE, "explanation": {"type": "string"}})


def request(
    instruction: str, candidate: str, reference: str, order: Order, settings: RunSettings
) -> Request:
    """Ask for both scores and why. ``order`` 0 shows the candidate first, 1 the reference."""
    first, second = (candidate, reference) if order == 0 else (reference, candidate)
    return Request(
        step="assess",
        messages=prompts.chosen("assess", settings.prompts).messages(
            instruction=instruction, first=first, second=second
        ),
        temperature=settings.judge_temperature,
        max_tokens=MAX_TOKENS,
        schema=_SCHEMA,
        fields={"instruction": instruction, "first": first, "second": second},
    )


def parse(reply: Reply, order: Order) -> Assessment:
    """Read scores and explanation, the scores mapped back. Raises ``ReplyError``.

    The second reading takes "8 5" alone on the first line and the explanation after it.
    """
    read = structured(reply, _Assessed, _labelled)
    candidate, reference = read.score_1, read.score_2
    if order == 1:
        candidate, reference = reference, candidate
    return Assessment(order, candidate, reference, read.explanation)


def hop(
    instruction: str, candidate: str, reference: str, order: Order, settings: RunSettings
) -> Hop[Assessment]:
    """Compare both responses in one order."""
    asked = request(instruction, candidate, reference, order, settings)
    return twice(asked, lambda reply: parse(reply, order), settings.prompts)


def _labelled(text: str) -> dict[str, object] | None:
    match = _PLAIN.fullmatch(text)
    if not match:
        return None
    return {"score_1": float(match[1]), "score_2": float(match[2]), "explanation": match[3]}
