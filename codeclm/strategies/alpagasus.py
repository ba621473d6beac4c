"""Alpagasus: fewer, better pairs, kept by a rating (Chen et al. 2023, arXiv 2307.08701).

It filters what Self-Instruct made: each pair is rated on one dimension, and only those that reach
``KEEP`` stay.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.method.hop import Ask, twice
from codeclm.method.reading import Answer, Filled, closed_object, structured
from codeclm.settings import Dimension, RunSettings

#: The lowest rating that is kept, and the ends of the scale.
KEEP = 4.5
LOWEST, HIGHEST = 0, 5
MAX_TOKENS = 512

#: What the examiner is told of each dimension.
DIMENSIONS: Mapping[Dimension, str] = {
    "accuracy": "accuracy: what the answer says is right, and it answers what was asked",
    "helpfulness": "helpfulness: the answer serves the person who asked, completely and to use",
}

_PLAIN = re.compile(r"(\d(?:\.\d)?)[ \t]*\r?\n\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rating:
    """What one response is worth on the dimension, 0..5 in halves, and why."""

    score: float
    explanation: str

    @property
    def is_kept(self) -> bool:
        """Whether the pair stays: exactly ``KEEP`` does."""
        return self.score >= KEEP


def _on_the_scale(score: float) -> float:
    if not LOWEST <= score <= HIGHEST:
        raise ValueError(f"a score must lie between {LOWEST} and {HIGHEST}")
    if score * 2 != int(score * 2):
        raise ValueError("a score must be a whole or a half number")
    return float(score)


class _Rated(Answer):
    score: Annotated[float, AfterValidator(_on_the_scale)]
    explanation: Filled


_SCHEMA = closed_object(
    {
        "score": {"type": "number", "minimum": LOWEST, "maximum": HIGHEST},
        "explanation": {"type": "string"},
    }
)


def request(
    instruction: str, response: str, dimension: Dimension, settings: RunSettings
) -> Request:
    """Ask for the rating of one response."""
    return Request(
        step="rate",
        messages=prompts.chosen("rate", settings.prompts).messages(
            {"dimension": DIMENSIONS[dimension]}, instruction=instruction, response=response
        ),
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        schema=_SCHEMA,
        fields={"instruction": instruction, "response": response, "dimension": dimension},
    )


def parse(reply: Reply) -> Rating:
    """Read a rating. Raises ``ReplyError``."""
    read = structured(reply, _Rated, _labelled)
    return Rating(read.score, read.explanation)


def hop(
    instruction: str, response: str, dimension: Dimension, settings: RunSettings
) -> Generator[Ask, Reply, Rating]:
    """Have the judge rate one response."""
    return twice(request(instruction, response, dimension, settings), parse, settings.prompts)


def _labelled(text: str) -> dict[str, object] | None:
    match = _PLAIN.fullmatch(text)
    return {"score": float(match[1]), "explanation": match[2]} if match else None
