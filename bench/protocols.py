"""OpenAI's protocol and Gemini's: bodies of answers, and Gemini's requests in the other's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bench.answers import tokens

#: Where a client of each protocol posts.
CHAT_PATH, COMPLETION_PATH = "/v1/chat/completions", "/v1/completions"
EMBEDDING_PATH = "/v1/embeddings"
GEMINI_PATH = re.compile(r"/v1beta/(?:models|tunedModels)/([^/:]+):generateContent$")
#: The SDK sends enumerations by number.
GEMINI_TYPES = {1: "string", 2: "number", 3: "integer", 4: "boolean", 5: "array", 6: "object"}


def is_call(method: str, path: str) -> bool:
    """Whether a request is one to a model."""
    known = path in (CHAT_PATH, COMPLETION_PATH, EMBEDDING_PATH) or GEMINI_PATH.search(path)
    return method == "POST" and bool(known)


def as_chat(request: dict[str, Any], path: str) -> dict[str, Any]:
    """A request in the words of a chat, whatever it came as."""
    if gemini := GEMINI_PATH.search(path):
        return _from_gemini(request, gemini.group(1))
    if path == COMPLETION_PATH:
        return {**request, "messages": [{"role": "user", "content": request["prompt"]}]}
    if path == EMBEDDING_PATH:
        given = request["input"]
        texts = [given] if isinstance(given, str) else given
        return {**request, "messages": [{"role": "user", "content": text} for text in texts]}
    return request


def body(path: str, text: str, asked: int, model: str, digest: bytes) -> dict[str, Any]:
    """The body of an answer in the words of the protocol that was spoken."""
    write = {CHAT_PATH: _chat_body, COMPLETION_PATH: _completion_body}.get(path, _gemini_body)
    return write(text, asked, model, digest)


def embeddings(vectors: list[list[float]], asked: int, model: str) -> dict[str, Any]:
    """The body of an answer that is a vector for each text."""
    return {
        "object": "list",
        "model": model,
        "data": [
            {"object": "embedding", "index": place, "embedding": vector}
            for place, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": asked, "total_tokens": asked},
    }


def _completion_body(text: str, asked: int, model: str, digest: bytes) -> dict[str, Any]:
    choice = {"index": 0, "text": text, "finish_reason": "stop"}
    kind = {"object": "text_completion", "choices": [choice]}
    return _chat_body(text, asked, model, digest) | kind


def _chat_body(text: str, asked: int, model: str, digest: bytes) -> dict[str, Any]:
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
