"""Judge: the scorer rates both responses, once in each order (§3.4)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Hop, twice
from codeclm.method.reading import Answer, closed_object, structured
from codeclm.records import Judgement, Order
from codeclm.settings import RunSettings

LOWEST, HIGHEST = 1, 10
MAX_TOKENS = 512

_TWO_SCORES = re.compile(r"(\d{1,2}(?:\.\d)?)[\s,]+(\d{1,2}(?:\.\d)?)")


def _on_the_scale(score: float) -> float:
    if not LOWEST <= score <= HIGHEST:
        raise ValueError(f"a score must lie between {LOWEST} and {HIGHEST}")
    if score * 2 != int(score * 2):
        raise ValueError("a score must be a whole or a half number")
    return float(score)


#: A score as it is read: whole or half, 1..10.
Score = Annotated[float, AfterValidator(_on_the_scale)]


class _Scores(Answer):
    score_1: Score
    score_2: Score


#: A score as it is asked for.
SCORE = {"type": "integer", "minimum": LOWEST, "maximum": HIGHEST}
_SCHEMA = closed_object({"score_1": SCORE, "score_2": SCORE})


def request(
    instruction: str, strong: str, target: str, order: Order, settings: RunSettings
) -> Request:
    """Ask for both scores. ``order`` 0 shows the strong response first, 1 the target's."""
    first, second = (strong, target) if order == 0 else (target, strong)
    return Request(
        step="judge",
        messages=prompts.chosen("judge", settings.prompts).messages(
            instruction=instruction, first=first, second=second
        ),
        temperature=settings.judge_temperature,
        max_tokens=MAX_TOKENS,
        schema=_SCHEMA,
        fields={"instruction": instruction, "first": first, "second": second},
    )


def parse(reply: Reply, order: Order) -> Judgement:
    """Read two scores and map them back to the models. Raises ``ReplyError``."""
    read = structured(reply, _Scores, _labelled)
    if order == 0:
        return Judgement(order, strong=read.score_1, target=read.score_2)
    return Judgement(order, strong=read.score_2, target=read.score_1)


def hop(
    instruction: str, strong: str, target: str, order: Order, settings: RunSettings
) -> Hop[Judgement]:
    """Score both responses in one order."""
    asked = request(instruction, strong, target, order, settings)
    return twice(asked, lambda reply: parse(reply, order), settings.prompts)


def _labelled(text: str) -> dict[str, object] | None:
    match = _TWO_SCORES.fullmatch(text)
    return {"score_1": float(match[1]), "score_2": float(match[2])} if match else None
