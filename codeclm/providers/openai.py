"""Any endpoint that speaks the OpenAI chat completions protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import aiohttp
import httpx2
import openai

from codeclm.chat import Finish, Reply, Request
from codeclm.errors import BodyBroken, ConnectionFailed, ProviderError, RequestRefused, TimedOut
from codeclm.providers.failures import read_complaint, secrets_of, to_error, without_secrets
from codeclm.providers.ladder import COUNT_KEYWORDS, Ladder, without_counts
from codeclm.providers.thinking import split_thinking
from codeclm.settings import Endpoint

CONNECT_SECONDS = 15.0
_FINISH: Mapping[str, Finish] = {"length": "length", "content_filter": "filter"}
_OF_SCHEMA = ("counts", "strict", "response_format")


class OpenAIProvider:
    """Asks one model over ``POST {base_url}/chat/completions``.

    Bound to the event loop of its first call. ``endpoint.headers`` and ``endpoint.body`` go with
    every request; a body field given there wins over ours.
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
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._timeout = timeout
        self._secrets = secrets_of(key, endpoint.headers)
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
            http_client=openai.DefaultAioHttpClient(timeout=limit, limits=pool),
        )

    async def ask(self, request: Request) -> Reply:
        """One reply. Raises ``ProviderError``; a prompt the filter stops is an empty reply."""
        return await self._ladder.ask(partial(self._send, request), partial(_applicable, request))

    async def close(self) -> None:
        await self._client.close()

    async def _send(self, request: Request, left_out: frozenset[str]) -> Reply:
        body = {**_body(self._model, request, left_out), **self._endpoint.body}
        try:
            async with asyncio.timeout(self._timeout):
                # The client's own post with the plain response: 0.6 ms of CPU a call, where the
                # raw response of the SDK's completions takes 0.9 and its parsed models 1.0.
                response = await self._client.post(
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    body=body,
                    options=self._options,
                )
        except openai.APIStatusError as error:
            sent = error.response
            return self._complaint(sent.status_code, sent.text, sent.headers, left_out)
        except (openai.OpenAIError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            # OSError holds TimeoutError and what the kernel says. Not chained: the cause's
            # message is the SDK's and may quote what was sent.
            raise self._unanswered(error) from None
        except UnicodeEncodeError:
            raise RequestRefused("The text holds characters that cannot be sent.") from None
        return self._read(response, request, left_out)

    def _read(self, response: httpx2.Response, request: Request, left_out: frozenset[str]) -> Reply:
        try:
            data = json.loads(response.content)
        except ValueError:
            raise self._broken("is not JSON") from None
        if not isinstance(data, Mapping):
            raise self._broken("is not a JSON object")
        choices = data.get("choices")
        if not choices and data.get("error"):
            # Some routers answer 200 and put the status of the model behind them into the body.
            error = data["error"]
            code = error.get("code") if isinstance(error, Mapping) else None
            status = code if isinstance(code, int) and 400 <= code < 600 else 502
            return self._complaint(status, response.text, response.headers, left_out)
        try:
            return _reply(data, (choices or [])[0], _relevant(request, left_out))
        except (AttributeError, IndexError, KeyError, TypeError):
            raise self._broken("holds no choice with a message") from None

    def _complaint(
        self, status: int, text: str, headers: Mapping[str, str], left_out: frozenset[str]
    ) -> Reply:
        """The filter's verdict on a prompt as a reply; anything else raises."""
        complaint = read_complaint(status, text, headers, self._secrets)
        if complaint.is_filter:
            return Reply(text="", finish="filter", model=self._model)
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
            return TimedOut(
                f"The endpoint {name!r} did not answer within {self._timeout:g} seconds.",
                "Raise the time for one call, or lower the concurrency.",
            )
        why = without_secrets(str(chain[-1]) or type(chain[-1]).__name__, self._secrets)
        return ConnectionFailed(
            f"No connection to the endpoint {name!r}: {why}.", "Is it running at its base URL?"
        )


def _body(model: str, request: Request, left_out: frozenset[str]) -> dict[str, Any]:
    limit = "max_completion_tokens" if "max_tokens" in left_out else "max_tokens"
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": item.role, "content": item.content} for item in request.messages],
        limit: request.max_tokens,
    }
    if "temperature" not in left_out:
        body["temperature"] = request.temperature
    if request.schema is not None and "response_format" not in left_out:
        schema = without_counts(request.schema) if "counts" in left_out else request.schema
        form: dict[str, Any] = {"name": request.step, "schema": schema}
        if "strict" not in left_out:
            form["strict"] = True
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    return body


def _applicable(request: Request, left_out: frozenset[str]) -> Iterator[str]:
    if request.schema is not None and "response_format" not in left_out:
        if any(f'"{word}"' in json.dumps(request.schema) for word in COUNT_KEYWORDS):
            yield "counts"
        yield from ("strict", "response_format")
    yield from ("max_tokens", "temperature")


def _relevant(request: Request, left_out: frozenset[str]) -> tuple[str, ...]:
    """What of ``left_out`` this request would have carried, in the order it is left out."""
    names = ("max_tokens", "temperature")
    if request.schema is not None:
        names = (*_OF_SCHEMA, *names)
    return tuple(name for name in names if name in left_out)


def _reply(data: Mapping[str, Any], choice: Mapping[str, Any], left_out: tuple[str, ...]) -> Reply:
    message = choice["message"]
    text, thought = _content(message.get("content"))
    inside, text = split_thinking(text or message.get("refusal") or "")
    thinking = message.get("reasoning_content") or message.get("reasoning") or thought or inside
    usage = data.get("usage") or {}
    return Reply(
        text=text,
        finish=_FINISH.get(choice.get("finish_reason") or "", "stop"),
        thinking=thinking if isinstance(thinking, str) else json.dumps(thinking),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        model=data.get("model") or "",
        fingerprint=data.get("system_fingerprint") or "",
        left_out=left_out,
    )


def _content(content: Any) -> tuple[str, str]:
    """Text and thinking of a message's content, which some servers send in typed parts."""
    if content is None or isinstance(content, str):
        return content or "", ""
    answer = "".join(part["text"] for part in content if part.get("type") == "text")
    thought = [part["thinking"] for part in content if part.get("type") == "thinking"]
    return answer, "".join(item if isinstance(item, str) else _content(item)[0] for item in thought)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
