"""Embeddings of any endpoint that speaks OpenAI's protocol."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import httpx2

from codeclm.chat import Embedded, Request
from codeclm.errors import ReplyError
from codeclm.providers.failures import is_no_call, no_embeddings, read_complaint, to_error
from codeclm.providers.headers import requests_left, tokens_left
from codeclm.providers.openai import OpenAIProvider, status_inside

#: Characters of an unusable answer that are kept with the error.
_RAW = 1000


class OpenAIEmbedder(OpenAIProvider):
    """Asks one model over ``POST {base_url}/embeddings``; every message of a request is a text."""

    async def ask(self, request: Request) -> Embedded:
        """The vectors of the messages. Raises ``ProviderError``, and ``ReplyError`` for an answer
        that is not one vector of finite numbers a text, all of one length."""
        texts = [message.content for message in request.messages]
        body = {"model": self._model, "input": texts, **self._endpoint.body}
        response = await self._post("/embeddings", body)
        if not response.is_success:
            self._refuse(response.status_code, response)
        data = self._data(response)
        if data.get("error") and not data.get("data"):
            self._refuse(status_inside(data["error"]), response)
        usage = data.get("usage")
        usage = usage if isinstance(usage, Mapping) else {}
        return Embedded(
            vectors=self._vectors(data, len(texts), response),
            prompt_tokens=usage.get("prompt_tokens", usage.get("total_tokens")),
            model=data.get("model") or "",
            requests_left=requests_left(response.headers),
            tokens_left=tokens_left(response.headers),
        )

    def _refuse(self, status: int, response: httpx2.Response) -> None:
        """Raise what was said instead of an answer."""
        complaint = read_complaint(status, response.text, response.headers, self._secrets)
        name = self._endpoint.name
        if is_no_call(complaint):
            raise no_embeddings(name, complaint)
        raise to_error(complaint, endpoint=name, model=self._model)

    def _vectors(
        self, data: Mapping[str, Any], count: int, response: httpx2.Response
    ) -> tuple[bytes, ...]:
        try:
            found = [array("f", item["embedding"]) for item in _in_order(data["data"])]
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise self._unusable("holds no vectors of numbers", response) from None
        lengths = {len(vector) for vector in found}
        if len(found) != count:
            told = f"holds {len(found)} vectors for {count} texts"
        elif len(lengths) != 1 or 0 in lengths:
            told = f"holds vectors of {', '.join(map(str, sorted(lengths)))} numbers"
        elif not all(isfinite(number) for vector in found for number in vector):
            told = "holds numbers that are none or not finite"
        else:
            return tuple(map(_packed, found))
        raise self._unusable(told, response)

    def _unusable(self, what: str, response: httpx2.Response) -> ReplyError:
        model = f"{self._endpoint.name}:{self._model}"
        return ReplyError(f"The answer of {model} {what}.", response.text[:_RAW])


def _in_order(items: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Answers in the order of their texts; where a server numbers them oddly, as they came."""
    places = [item.get("index") for item in items]
    if sorted(place for place in places if type(place) is int) != list(range(len(items))):
        return items
    return sorted(items, key=lambda item: item["index"])


def _packed(vector: array[float]) -> bytes:
    if sys.byteorder == "big":
        vector.byteswap()
    return vector.tobytes()
