"""One tiny call to a model: whether it answers, how fast, and in what shape."""

from __future__ import annotations

import time
from typing import Any

from codeclm import providers
from codeclm.chat import Message, Request
from codeclm.pipeline.lines import known_endpoint
from codeclm.settings import presets
from codeclm.store import projects
from codeclm.store.connection import Store


async def try_model(store: Store, name: str) -> dict[str, Any]:
    """One tiny structured call: latency in seconds, whether JSON came back, what was left out."""
    with store.reading() as db:
        endpoint, model = known_endpoint(name, presets() | projects.endpoints(db))
    timeout = providers.time_for_a_call(endpoint, 30.0)
    provider = providers.connect(endpoint, model, timeout=timeout, concurrency=1)
    schema = {
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    }
    question = 'Reply with this JSON object and nothing else: {"ok": true}'
    request = Request(
        step="test",
        messages=(Message("user", question),),
        temperature=0.0,
        max_tokens=256,
        schema=schema,
    )
    began = time.monotonic()
    try:
        reply = await provider.ask(request)
    finally:
        await provider.close()
    return {
        "model": reply.model or name,
        "latency": round(time.monotonic() - began, 3),
        "structured": reply.text.strip().startswith("{"),
        "left_out": list(reply.left_out),
    }
