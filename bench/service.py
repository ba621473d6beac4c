"""What the fake endpoint does with a request: counts it, breaks it or answers it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from bench import protocols
from bench.answers import answer, prompt_hash, tokens, vector
from bench.limits import Limit, Queue, limit, openai_headers
from bench.tally import Tally

Headers = Mapping[str, str]
COUNT_KEYWORDS = ('"minItems"', '"maxItems"', '"minimum"', '"maximum"')


class Fault(StrEnum):
    """How an answer can go wrong. ``malformed`` is a complete 200 with half of its text, or of its
    vectors."""

    SLOW_DOWN = "429"
    FAILED = "500"
    RESET = "reset"
    HANG = "hang"
    TRUNCATE = "truncate"
    MALFORMED = "malformed"


#: A test's own answer: the reply's text, a whole body, ``(status, headers, body)``, a fault, or
#: None for the usual one.
Scripted = str | dict[str, Any] | tuple[int, Headers, str] | Fault | None
Replies = Callable[[dict[str, Any]], Scripted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How the endpoint behaves. Seconds, and shares of arrivals between 0 and 1.

    ``rpm`` requests a minute are admitted, refilled continuously with at most ``burst`` of them at
    once (0: one second's worth), or counted anew every ``window`` seconds; the others get a 429 at
    once. ``headers`` is what is told of the limit: nothing, how long to wait after a 429, or
    OpenAI's headers on every answer besides. With ``slots`` that many requests are at work at once
    for ``hold`` seconds each, and the others wait in line.

    ``refuse`` holds what is answered with 400: counts, strict, response_format, max_tokens,
    temperature; ``unnamed`` keeps the message from saying which it was.
    """

    latency: float = 0.0
    jitter: float = 0.0
    rates: Mapping[Fault, float] = field(default_factory=dict)
    rpm: int = 0
    burst: int = 0
    window: float = 0.0
    headers: Literal["none", "retry-after", "full"] = "retry-after"
    retry_after: float = 0.05
    slots: int = 0
    hold: float = 0.0
    refuse: frozenset[str] = frozenset()
    unnamed: bool = False
    key: str = ""
    models: frozenset[str] = frozenset()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What goes back, after how many seconds; ``digest`` is the prompt's if it is to be billed."""

    status: int
    body: bytes
    delay: float = 0.0
    headers: Headers = field(default_factory=dict)
    fault: Fault | None = None
    digest: bytes | None = None


@dataclass(slots=True)
class Service:
    """The endpoint behind the sockets: one for all connections of a server."""

    faults: Faults = field(default_factory=Faults)
    replies: Replies | None = None
    tally: Tally = field(default_factory=Tally)
    _limit: Limit | None = None
    _queue: Queue | None = None
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything counted and begin the faults and limits anew."""
        faults = self.faults
        there = self.tally.in_flight
        self.tally = Tally(in_flight=there, peak=there)
        self._limit = limit(faults.rpm, faults.burst, faults.window)
        self._queue = Queue(faults.slots, faults.hold) if faults.slots else None
        self._chance.seed(faults.seed)

    def stats(self) -> dict[str, Any]:
        """See ``Tally.stats``."""
        return self.tally.stats()

    def is_call(self, method: str, path: str) -> bool:
        """Whether a request is one to a model; only those are counted."""
        return protocols.is_call(method, path.partition("?")[0])

    def handle(self, method: str, path: str, headers: Headers, body: bytes) -> Outcome:
        """Answer one request."""
        path = path.partition("?")[0]
        if self.is_call(method, path):
            outcome = self._model_call(headers, body, path)
            if self._limit is None or self.faults.headers != "full":
                return outcome
            told = openai_headers(self.faults.rpm, self._limit.standing(time.monotonic()))
            return replace(outcome, headers={**outcome.headers, **told})
        match method, path:
            case "GET", "/stats":
                return _json(200, self.stats())
            case "POST", "/reset":
                self.reset()
                return _json(200, {"reset": True})
            case "GET", "/v1/models":
                names = sorted(self.faults.models) or ["fake-model"]
                return _json(200, {"object": "list", "data": [{"id": name} for name in names]})
        return _json(404, {"detail": "Not Found"})

    def sent(self, outcome: Outcome) -> None:
        """The outcome of a call has gone out."""
        tally = self.tally
        broken = outcome.fault in (Fault.RESET, Fault.HANG, Fault.TRUNCATE)
        tally.statuses[str(outcome.fault if broken else outcome.status)] += 1
        if not broken and outcome.status == 200 and outcome.digest is not None:
            tally.bill(outcome.digest)

    def _model_call(self, headers: Headers, body: bytes, path: str) -> Outcome:
        key = self.faults.key
        if key and key not in (
            headers.get("authorization", "").removeprefix("Bearer "),
            headers.get("x-goog-api-key", ""),
        ):
            return _error(401, "Incorrect API key provided.", "invalid_api_key")
        try:
            request = json.loads(body)
        except ValueError:
            return _error(400, "The body is not JSON.", "invalid_json")
        scripted = self.replies(request) if self.replies is not None else None
        if isinstance(scripted, tuple):
            status, extra, text = scripted
            return Outcome(status, text.encode(), headers=extra)
        if isinstance(scripted, dict):
            return _json(200, scripted)
        question = protocols.as_chat(request, path)
        self.tally.models[str(question.get("model", ""))] += 1
        fault = scripted if isinstance(scripted, Fault) else self._draw()
        delay = self.faults.latency + self.faults.jitter * self._chance.random()
        refused = self._refusal(question, fault)
        if refused is not None:
            return refused
        if self._queue is not None:
            delay += self._queue.enter(time.monotonic())
        if fault in (Fault.RESET, Fault.HANG):
            return Outcome(0, b"", delay, fault=fault)
        text = scripted if type(scripted) is str else None
        return self._answer(question, text, delay, fault, path)

    def _answer(
        self,
        question: dict[str, Any],
        text: str | None,
        delay: float,
        fault: Fault | None,
        path: str,
    ) -> Outcome:
        messages = question.get("messages", [])
        digest = prompt_hash(messages, str(question.get("model", "")))
        asked = tokens("".join(str(item.get("content", "")) for item in messages))
        model = question.get("model", "")
        if path == protocols.EMBEDDING_PATH:
            vectors = [vector(str(item["content"])) for item in messages]
            # Half of what was asked for.
            if fault is Fault.MALFORMED:
                vectors = vectors[: len(vectors) // 2]
            answered = protocols.embeddings(vectors, asked, model)
            return Outcome(200, json.dumps(answered).encode(), delay, fault=fault, digest=digest)
        if text is None:
            form = question.get("response_format") or {}
            text = answer(messages, digest, form.get("json_schema", {}).get("schema"))
        if fault is Fault.MALFORMED:
            text = text[: len(text) // 2]
        answered = protocols.body(path, text, asked, model, digest)
        return Outcome(200, json.dumps(answered).encode(), delay, fault=fault, digest=digest)

    def _draw(self) -> Fault | None:
        """One draw an arrival, whatever the rates are, so that a seed means the same arrivals."""
        point = self._chance.random()
        for fault, rate in self.faults.rates.items():
            if point < rate:
                return fault
            point -= rate
        return None

    def _refusal(self, request: dict[str, Any], fault: Fault | None) -> Outcome | None:
        faults = self.faults
        model = request.get("model", "")
        if faults.models and model not in faults.models:
            return _error(404, f"The model '{model}' does not exist.", "model_not_found")
        for name in _features(request):
            if name in faults.refuse:
                said = "Bad request." if faults.unnamed else f"Unsupported parameter: '{name}'."
                return _error(400, said, "unsupported_parameter")
        if fault is Fault.FAILED:
            return _error(500, "The server had an error.", "server_error")
        if fault is Fault.SLOW_DOWN:
            return self._slow_down(faults.retry_after)
        wait = self._limit.take(time.monotonic()) if self._limit else 0.0
        return self._slow_down(wait) if wait else None

    def _slow_down(self, wait: float) -> Outcome:
        after = {"retry-after-ms": f"{wait * 1000:.0f}", "retry-after": f"{wait:.3f}"}
        told = {} if self.faults.headers == "none" else after
        return _error(429, "Rate limit reached.", "rate_limit_exceeded", told)


def _features(request: Mapping[str, Any]) -> Iterator[str]:
    """What of a request an endpoint may refuse."""
    form = (request.get("response_format") or {}).get("json_schema", {})
    schema = json.dumps(form.get("schema", {}))
    if any(word in schema for word in COUNT_KEYWORDS):
        yield "counts"
    if form.get("strict"):
        yield "strict"
    for name in ("response_format", "max_tokens", "temperature"):
        if request.get(name) is not None:
            yield name


def _json(status: int, data: Any) -> Outcome:
    return Outcome(status, json.dumps(data).encode())


def _error(status: int, message: str, code: str, headers: Headers | None = None) -> Outcome:
    body = {"error": {"message": message, "type": code, "code": code, "param": None}}
    return Outcome(status, json.dumps(body).encode(), headers=headers or {})
