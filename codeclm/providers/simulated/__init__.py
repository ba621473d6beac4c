"""A provider that only pretends: deterministic rules over the request, no model and no key.

It lets a newcomer click through everything, and tests run the whole flow. The model name
``strong`` answers well most of the time; any other name behaves as the weaker target.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from codeclm.chat import Reply, Request
from codeclm.providers.simulated.answering import respond
from codeclm.providers.simulated.compared import evolve, gain, generate, grow, rate
from codeclm.providers.simulated.judging import assess, judge
from codeclm.providers.simulated.writing import decode, encode, improve, rubrics
from codeclm.settings import Endpoint

LATENCY = 0.015
BROKEN = 0.0075
BROKEN_AGAIN = 0.2

_STRUCTURED: Mapping[str, Callable[[Mapping[str, Any], random.Random], dict[str, Any]]] = {
    "encode": encode,
    "decode": decode,
    "rubrics": rubrics,
    "improve": improve,
    "judge": judge,
    "assess": assess,
    "generate": generate,
    "rate": rate,
    "evolve": evolve,
    "gain": gain,
    "grow": grow,
}


class SimulatedProvider:
    """Answers from ``request.fields``, falling back on the last message where one is missing.

    The same request always gets the same reply. A small share of structured replies is broken
    JSON, so that asking again is seen to work. ``endpoint.body["latency"]`` (seconds) replaces
    the usual 15 ms.
    """

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._model = model
        self._latency = float(endpoint.body.get("latency", LATENCY))

    async def ask(self, request: Request) -> Reply:
        await asyncio.sleep(self._latency)
        text, finish = self._text(request), "stop"
        if _tokens(text) > request.max_tokens:
            text, finish = text[: request.max_tokens * 4], "length"
        return Reply(
            text=text,
            finish=finish,
            prompt_tokens=sum(_tokens(item.content) for item in request.messages),
            completion_tokens=_tokens(text),
            model=f"simulated:{self._model}",
            fingerprint="rules-1",
        )

    async def close(self) -> None:
        """Nothing is open."""

    def _text(self, request: Request) -> str:
        strong = self._model == "strong"
        chance = random.Random(_digest(strong, request))
        fields = {"instruction": request.messages[-1].content, **request.fields}
        if request.step == "respond":
            return respond(fields, chance, strong=strong)
        make = _STRUCTURED.get(request.step)
        if make is None:
            return "ok" if request.schema is None else json.dumps(fill(request.schema, chance))
        text = json.dumps(make(fields, chance), ensure_ascii=False)
        again = any(item.role == "assistant" for item in request.messages)
        if chance.random() < (BROKEN_AGAIN if again else BROKEN):
            return text[: len(text) * 2 // 3]
        return text


def fill(schema: Mapping[str, Any], chance: random.Random) -> Any:
    """Some value of the schema's shape, counts and ranges."""
    if "enum" in schema:
        return chance.choice(list(schema["enum"]))
    match schema.get("type"):
        case "object":
            return {name: fill(part, chance) for name, part in schema["properties"].items()}
        case "array":
            low = schema.get("minItems", 1)
            count = chance.randint(low, max(low, schema.get("maxItems", low)))
            return [fill(schema["items"], chance) for _ in range(count)]
        case "integer" | "number":
            low = schema.get("minimum", 0)
            return chance.randint(low, max(low, schema.get("maximum", 10)))
        case "boolean":
            return chance.random() < 0.5
        case _:
            return f"simulated text {chance.randint(100, 999)}"


def _digest(strong: bool, request: Request) -> bytes:
    messages = [[item.role, item.content] for item in request.messages]
    text = json.dumps([strong, request.step, messages], ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def _tokens(text: str) -> int:
    """About four characters a token, as in English."""
    return -(-len(text) // 4)
