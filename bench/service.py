"""What the fake endpoint does with a request: counts it, breaks it or answers it."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bench.answers import answer, prompt_hash, tokens

Headers = Mapping[str, str]
CHAT, COMPLETION = "/v1/chat/completions", "/v1/completions"
GEMINI = re.compile(r"/v1beta/(?:models|tunedModels)/([^/:]+):generateContent$")
#: The SDK sends enumerations by number.
GEMINI_TYPES = {1: "string", 2: "number", 3: "integer", 4: "boolean", 5: "array", 6: "object"}
COUNT_KEYWORDS = ('"minItems"', '"maxItems"', '"minimum"', '"maximum"')


class Fault(StrEnum):
    """How an answer can go wrong. ``malformed`` is a complete 200 whose text is cut in two."""

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

    ``refuse`` holds what is answered with 400: counts, strict, response_format, max_tokens,
    temperature; ``unnamed`` keeps the message from saying which it was.
    """

    latency: float = 0.0
    jitter: float = 0.0
    rates: Mapping[Fault, float] = field(default_factory=dict)
    rpm: int = 0
    retry_after: float = 0.05
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
    requests: int = 0
    billed: int = 0
    abandoned: int = 0
    in_flight: int = 0
    peak: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    _paid: set[bytes] = field(default_factory=set)
    _arrivals: deque[float] = field(default_factory=deque)
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything counted and begin the faults anew."""
        self.requests = self.billed = self.abandoned = 0
        self.peak = self.in_flight
        self.statuses.clear()
        self._paid.clear()
        self._arrivals.clear()
        self._chance.seed(self.faults.seed)

    def stats(self) -> dict[str, Any]:
        """``repaid`` counts completed replies to a prompt that had been answered before."""
        return {
            "requests": self.requests,
            "billed": self.billed,
            "distinct": len(self._paid),
            "repaid": self.billed - len(self._paid),
            "abandoned": self.abandoned,
            "in_flight": self.in_flight,
            "peak": self.peak,
            "statuses": dict(self.statuses),
        }

    def handle(self, method: str, path: str, headers: Headers, body: bytes) -> Outcome:
        """Route one request; only those to a model are counted as requests."""
        path = path.partition("?")[0]
        if method == "POST" and (path in (CHAT, COMPLETION) or GEMINI.search(path)):
            self.requests += 1
            return self._model_call(headers, body, path)
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
        """An outcome has gone out."""
        if outcome.fault in (Fault.RESET, Fault.HANG, Fault.TRUNCATE):
            self.statuses[outcome.fault] += 1
            return
        self.statuses[str(outcome.status)] += 1
        if outcome.status == 200 and outcome.digest is not None:
            self.billed += 1
            self._paid.add(outcome.digest)

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
        question = _as_chat(request, path)
        fault = scripted if isinstance(scripted, Fault) else self._draw()
        delay = self.faults.latency + self.faults.jitter * self._chance.random()
        refused = self._refusal(question, fault)
        if refused is not None:
            return refused
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
        if text is None:
            form = question.get("response_format") or {}
            text = answer(messages, digest, form.get("json_schema", {}).get("schema"))
        if fault is Fault.MALFORMED:
            text = text[: len(text) // 2]
        asked = tokens("".join(str(item.get("content", "")) for item in messages))
        write = _WRITERS.get(path, _gemini_body)
        body = json.dumps(write(text, asked, question.get("model", ""), digest)).encode()
        return Outcome(200, body, delay, fault=fault, digest=digest)

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
        wait = faults.retry_after if fault is Fault.SLOW_DOWN else self._over_limit()
        if wait:
            after = {"retry-after-ms": f"{wait * 1000:.0f}", "retry-after": f"{wait:.3f}"}
            return _error(429, "Rate limit reached.", "rate_limit_exceeded", after)
        return None

    def _over_limit(self) -> float:
        """Seconds until the last minute has room again, 0 when it has."""
        if not self.faults.rpm:
            return 0.0
        now = time.monotonic()
        while self._arrivals and now - self._arrivals[0] >= 60:
            self._arrivals.popleft()
        if len(self._arrivals) >= self.faults.rpm:
            return max(0.001, 60 - (now - self._arrivals[0]))
        self._arrivals.append(now)
        return 0.0


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


def _openai_body(text: str, asked: int, model: str, digest: bytes) -> dict[str, Any]:
    answered = tokens(text)
    return {
        "id": f"chatcmpl-{digest.hex()[:12]}",
        "object": "chat.completion",
        "created": 1700000000,
        "model": model,
        "system_fingerprint": "fp_fake",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        },
    }


def _completion_body(text: str, asked: int, model: str, digest: bytes) -> dict[str, Any]:
    choice = {"index": 0, "text": text, "finish_reason": "stop"}
    kind = {"object": "text_completion", "choices": [choice]}
    return _openai_body(text, asked, model, digest) | kind


def _gemini_body(text: str, asked: int, model: str, digest: bytes) -> dict[str, Any]:
    answered = tokens(text)
    return {
        "candidates": [
            {"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": "STOP"}
        ],
        "usageMetadata": {
            "promptTokenCount": asked,
            "candidatesTokenCount": answered,
            "totalTokenCount": asked + answered,
        },
        "modelVersion": model,
        "responseId": digest.hex()[:12],
    }


_WRITERS = {CHAT: _openai_body, COMPLETION: _completion_body}


def _as_chat(request: dict[str, Any], path: str) -> dict[str, Any]:
    """A request in the words of a chat, whatever it came as."""
    if gemini := GEMINI.search(path):
        return _from_gemini(request, gemini.group(1))
    if path == COMPLETION:
        return {**request, "messages": [{"role": "user", "content": request["prompt"]}]}
    return request


def _from_gemini(request: Mapping[str, Any], model: str) -> dict[str, Any]:
    """A Gemini request in the words of the other protocol."""
    system = (request.get("systemInstruction") or {}).get("parts", [])
    messages = [{"role": "system", "content": "".join(part["text"] for part in system)}]
    for item in request.get("contents", []):
        text = "".join(part.get("text", "") for part in item.get("parts", []))
        messages.append({"role": item.get("role", "user"), "content": text})
    config = request.get("generationConfig", {})
    question: dict[str, Any] = {
        "model": model,
        "messages": messages if system else messages[1:],
        "max_tokens": config.get("maxOutputTokens"),
        "temperature": config.get("temperature"),
    }
    if "responseSchema" in config:
        schema = _plain_schema(config["responseSchema"])
        question["response_format"] = {"json_schema": {"schema": schema}}
    return question


def _plain_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = dict(schema)
    plain["type"] = GEMINI_TYPES[schema["type"]]
    for name in ("minItems", "maxItems"):
        if name in schema:  # a 64-bit number travels as a string
            plain[name] = int(schema[name])
    if "items" in schema:
        plain["items"] = _plain_schema(schema["items"])
    if "properties" in schema:
        plain["properties"] = {
            name: _plain_schema(part) for name, part in schema["properties"].items()
        }
    return plain


def _json(status: int, data: Any) -> Outcome:
    return Outcome(status, json.dumps(data).encode())


def _error(status: int, message: str, code: str, headers: Headers | None = None) -> Outcome:
    body = {"error": {"message": message, "type": code, "code": code, "param": None}}
    return Outcome(status, json.dumps(body).encode(), headers=headers or {})
