"""Any endpoint that speaks OpenAI's protocol, in chat or by completing a prompt."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import aiohttp
import httpx2
import openai

from codeclm.chat import Reply, Request
from codeclm.errors import BodyBroken, ProviderError, RequestRefused
from codeclm.providers.failures import (
    broken_off,
    no_api,
    not_connected,
    read_complaint,
    secrets_of,
    timed_out,
    to_error,
    without_secrets,
)
from codeclm.providers.forms import form_of
from codeclm.providers.headers import requests_left, tokens_left
from codeclm.providers.ladder import Ladder
from codeclm.settings import Endpoint

CONNECT_SECONDS = 15.0


class OpenAIProvider:
    """Asks one model over ``POST {base_url}/chat/completions``, or ``/completions`` by template.

    Bound to the event loop of its first call. ``endpoint.headers`` and ``endpoint.body`` go with
    every request; a body field given there wins over ours. ``directly`` goes past every proxy that
    the environment names.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        *,
        key: str,
        timeout: float,
        concurrency: int,
        left_out: Iterable[str] = (),
        directly: bool = False,
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._timeout = timeout
        self._secrets = secrets_of(key, endpoint.headers)
        self._form = form_of(endpoint.template)
        self._ladder = Ladder(left_out)
        # A local server needs no key. The SDK insists on one (or takes another endpoint's from the
        # environment), so that the header is left out call by call.
        named = any(name.lower() == "authorization" for name in endpoint.headers)
        self._options: Any = {} if key or named else {"headers": {"Authorization": openai.omit}}
        # The deadline of a call is ours (asyncio.timeout): the SDK's counts from byte to byte.
        limit = httpx2.Timeout(None, connect=min(timeout, CONNECT_SECONDS))
        pool = httpx2.Limits(max_connections=concurrency, keepalive_expiry=30.0)
        self._client = openai.AsyncOpenAI(
            api_key=key or "none",
            base_url=endpoint.base_url,
            max_retries=0,
            timeout=limit,
            default_headers=endpoint.headers,
            http_client=openai.DefaultAioHttpClient(
                timeout=limit, limits=pool, trust_env=not directly
            ),
        )

    async def ask(self, request: Request) -> Reply:
        """One reply. Raises ``ProviderError``; a prompt the filter stops is an empty reply."""
        return await self._ladder.ask(
            partial(self._send, request), partial(self._form.applicable, request)
        )

    async def close(self) -> None:
        await self._client.close()

    async def _send(self, request: Request, left_out: frozenset[str]) -> Reply:
        body = {**self._form.body(self._model, request, left_out), **self._endpoint.body}
        response = await self._post(self._form.path, body)
        if not response.is_success:
            return self._complaint(response.status_code, response)
        return self._read(response, request, left_out)

    async def _post(self, path: str, body: Mapping[str, Any]) -> httpx2.Response:
        """What the server answers, whatever its status. Raises ``ProviderError`` for no answer."""
        try:
            async with asyncio.timeout(self._timeout):
                # The client's own post with the plain response: 0.6 ms of CPU a call, where the
                # raw response of the SDK's completions takes 0.9 and its parsed models 1.0.
                return await self._client.post(
                    path, cast_to=httpx2.Response, body=body, options=self._options
                )
        except openai.APIStatusError as error:
            return error.response
        except (openai.OpenAIError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            # OSError holds TimeoutError and what the kernel says. Not chained: the cause's
            # message is the SDK's and may quote what was sent.
            raise self._unanswered(error) from None
        except UnicodeEncodeError:
            raise RequestRefused("The text holds characters that cannot be sent.") from None

    def _data(self, response: httpx2.Response) -> Mapping[str, Any]:
        """The JSON object of an answer. Raises ``BodyBroken``."""
        try:
            data = json.loads(response.content)
        except ValueError:
            if response.content.lstrip().startswith(b"<"):
                raise no_api(self._endpoint.name) from None
            raise self._broken("is not JSON") from None
        if not isinstance(data, Mapping):
            raise self._broken("is not a JSON object")
        return data

    def _read(self, response: httpx2.Response, request: Request, left_out: frozenset[str]) -> Reply:
        data = self._data(response)
        choices = data.get("choices")
        if not choices and data.get("error"):
            return self._complaint(status_inside(data["error"]), response)
        try:
            text, thinking, finish = self._form.read((choices or [])[0])
            usage = data.get("usage") or {}
            return Reply(
                text=text,
                finish=finish,
                thinking=thinking,
                prompt_tokens=usage.get("prompt_tokens"),
                completion_tokens=usage.get("completion_tokens"),
                model=data.get("model") or "",
                fingerprint=data.get("system_fingerprint") or "",
                left_out=self._form.relevant(request, left_out),
                requests_left=requests_left(response.headers),
                tokens_left=tokens_left(response.headers),
            )
        except (AttributeError, IndexError, KeyError, TypeError):
            raise self._broken("holds no choice with an answer") from None

    def _complaint(self, status: int, response: httpx2.Response) -> Reply:
        """The filter's verdict on a prompt as a reply; anything else raises."""
        complaint = read_complaint(status, response.text, response.headers, self._secrets)
        if complaint.is_filter:
            return Reply(text="", finish="filter")
        raise to_error(complaint, endpoint=self._endpoint.name, model=self._model) from None

    def _broken(self, what: str) -> BodyBroken:
        return BodyBroken(f"The answer of the endpoint {self._endpoint.name!r} {what}.")

    def _unanswered(self, error: BaseException) -> ProviderError:
        """No status arrived. The transport calls every lost connection a time-out of connecting,
        so aiohttp's own exception at the bottom decides."""
        name = self._endpoint.name
        chain = tuple(_causes(error))
        if any(
            isinstance(item, (aiohttp.ClientPayloadError, httpx2.DecodingError)) for item in chain
        ):
            return self._broken("ended in the middle")
        if any(isinstance(item, aiohttp.ClientResponseError) for item in chain):
            return self._broken("is not HTTP")
        if any(isinstance(item, TimeoutError) for item in chain):
            return timed_out(name, self._timeout)
        why = without_secrets(str(chain[-1]) or type(chain[-1]).__name__, self._secrets)
        never_made = any(isinstance(item, aiohttp.ClientConnectorError) for item in chain)
        return not_connected(name, why) if never_made else broken_off(name, why)


def status_inside(error: Any) -> int:
    """Some routers answer 200 and put the status of the model behind them into the body.

    LM Studio answers 200 where it has nothing, and says so.
    """
    if isinstance(error, str) and error.startswith("Unexpected endpoint"):
        return 404
    code = error.get("code") if isinstance(error, Mapping) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 502


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
