"""Leaving out, one by one, what an endpoint refuses, and remembering it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from codeclm.chat import Reply
from codeclm.errors import RequestRefused

COUNT_KEYWORDS = ("minItems", "maxItems", "minimum", "maximum")

#: What can be left out, in this order, and what in an endpoint's message names it. A message about
#: ``minimum`` mostly names ``response_format`` too, hence the more particular ones come first.
STEPS: Mapping[str, re.Pattern[str]] = {
    "counts": re.compile(r"minItems|maxItems|\bminimum\b|\bmaximum\b(?! (?:number|length|value))"),
    "strict": re.compile(r"\bstrict\b"),
    "response_format": re.compile(
        r"response_?format|json_schema|response_?schema|response_?mime|json mode", re.IGNORECASE
    ),
    "max_tokens": re.compile(r"max_(?:completion_)?tokens"),
    "temperature": re.compile(r"temperature"),
}


class Disputed(RequestRefused):
    """A refusal that may be about how we asked; ``said`` is the endpoint's message, unabridged."""

    def __init__(self, message: str, hint: str, said: str) -> None:
        super().__init__(message, hint)
        self.said = said


Send = Callable[[frozenset[str]], Awaitable[Reply]]
Applicable = Callable[[frozenset[str]], Iterable[str]]


class Ladder:
    """What one (endpoint, model) refuses, as far as it is known.

    One call at a time finds out; others that were refused meanwhile wait and ask again with what
    was found. Only what made a request pass is remembered: a request that is refused whatever is
    left out says nothing about the others.
    """

    def __init__(self, left_out: Iterable[str] = ()) -> None:
        self._left_out = frozenset(STEPS).intersection(left_out)
        self._turn = asyncio.Lock()

    async def ask(self, send: Send, applicable: Applicable) -> Reply:
        """``send`` with what is known; when it raises ``Disputed``, with ever less.

        ``applicable`` tells which steps would still change the request, given those already taken.
        """
        while True:
            left_out = self._left_out
            try:
                return await send(left_out)
            except Disputed as error:
                refusal = error
            async with self._turn:
                if left_out == self._left_out:
                    return await self._descend(send, applicable, left_out, refusal)

    async def _descend(
        self, send: Send, applicable: Applicable, left_out: frozenset[str], refusal: Disputed
    ) -> Reply:
        while True:
            steps = [step for step in applicable(left_out) if step not in left_out]
            if not steps:
                raise RequestRefused(refusal.message, refusal.hint)
            named = [step for step in STEPS if step in steps and STEPS[step].search(refusal.said)]
            left_out |= {(named or steps)[0]}
            try:
                reply = await send(left_out)
            except Disputed as error:
                refusal = error
            else:
                self._left_out |= left_out
                return reply


def without_counts(schema: Any) -> Any:
    """The schema without the keywords that count or bound, at every depth.

    A property that happens to bear such a name stays.
    """
    if isinstance(schema, list):
        return [without_counts(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        name: {key: without_counts(value) for key, value in part.items()}
        if name in ("properties", "$defs") and isinstance(part, Mapping)
        else without_counts(part)
        for name, part in schema.items()
        if name not in COUNT_KEYWORDS
    }
