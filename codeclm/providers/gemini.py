"""Gemini through google-generativeai, over REST.

The SDK is no longer updated; the OpenAI-compatible endpoint of Gemini is the recommended way. It
configures itself once a process, so that its client is built here, one an endpoint.
"""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from codeclm.chat import Finish, Reply, Request
from codeclm.errors import BodyBroken, ProviderError, SettingsError
from codeclm.providers.failures import (
    broken_off,
    not_connected,
    read_complaint,
    secrets_of,
    timed_out,
    to_error,
)
from codeclm.providers.ladder import COUNT_KEYWORDS, Ladder
from codeclm.providers.thinking import split_thinking
from codeclm.settings import Endpoint

with warnings.catch_warnings():
    # It says on import that it has reached its end: nothing a user of ours could act on.
    warnings.simplefilter("ignore")
    from google.ai.generativelanguage import GenerationConfig, GenerativeServiceClient
    from google.api_core.client_options import ClientOptions
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError
    from google.generativeai.generative_models import GenerativeModel
    from google.generativeai.types import RequestOptions
    from google.protobuf.json_format import ParseError

_FINISH: Mapping[str, Finish] = {
    "MAX_TOKENS": "length",
    "SAFETY": "filter",
    "RECITATION": "filter",
    "LANGUAGE": "filter",
    "BLOCKLIST": "filter",
    "PROHIBITED_CONTENT": "filter",
    "SPII": "filter",
    "IMAGE_SAFETY": "filter",
}
#: JSON schema's word, the SDK's field. What is missing here its schema does not know.
_SCHEMA_FIELDS = {
    "description": "description",
    "enum": "enum",
    "required": "required",
    "minItems": "min_items",
    "maxItems": "max_items",
}


class GeminiProvider:
    """Asks one model over ``POST {base_url}/v1beta/models/{model}:generateContent``.

    The SDK is synchronous here: each call in flight takes a thread of this provider. A cancelled
    call frees its caller at once, and its thread when the server answers or the time is up.
    ``endpoint.body`` goes into the generation config.
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
        self._options = {
            **RequestOptions(retry=None, timeout=timeout),
            "metadata": tuple(endpoint.headers.items()),
        }
        try:
            GenerationConfig(dict(endpoint.body))
        except (TypeError, ValueError) as error:
            raise SettingsError(
                f"The body fields of the endpoint {endpoint.name!r} do not fit Gemini: {error}",
                "They go into its generation config, such as top_p or top_k.",
            ) from error
        # A placeholder keeps the SDK from looking for credentials elsewhere.
        address = ClientOptions(api_endpoint=endpoint.base_url.rstrip("/"), api_key=key or "none")
        self._client = GenerativeServiceClient(transport="rest", client_options=address)
        self._prepare_session(concurrency)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="gemini")

    async def ask(self, request: Request) -> Reply:
        """One reply. Raises ``ProviderError``; a blocked prompt or answer is a filtered reply."""
        return await self._ladder.ask(partial(self._send, request), partial(_applicable, request))

    async def close(self) -> None:
        """Close the connections; calls still in a thread end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.transport.close()

    def _prepare_session(self, concurrency: int) -> None:
        session: Any = self._client.transport._session  # pyright: ignore[reportAttributeAccessIssue]
        # A key cannot be refreshed: without this every 401 is asked three times.
        session._refresh_status_codes = ()
        # requests keeps ten connections otherwise and opens the others anew for each call.
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(pool_maxsize=concurrency))

    async def _send(self, request: Request, left_out: frozenset[str]) -> Reply:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                answer = await loop.run_in_executor(
                    self._threads, self._generate, request, left_out
                )
        except GoogleAPIError as error:
            return self._complaint(error)
        except (ParseError, UnicodeDecodeError):
            raise self._broken("is not the protocol's JSON") from None
        except (requests.RequestException, GoogleAuthError, OSError) as error:
            raise self._unanswered(error) from None
        return self._read(answer, request, left_out)

    def _generate(self, request: Request, left_out: frozenset[str]) -> Any:
        system = "\n\n".join(item.content for item in request.messages if item.role == "system")
        model = GenerativeModel(self._model, system_instruction=system or None)
        # Not genai.configure: that is one key and one address for the whole process.
        model._client = self._client
        return model.generate_content(
            [
                {
                    "role": "model" if item.role == "assistant" else "user",
                    "parts": [{"text": item.content}],
                }
                for item in request.messages
                if item.role != "system"
            ],
            generation_config={**_config(request, left_out), **self._endpoint.body},  # pyright: ignore[reportArgumentType]
            request_options=self._options,  # pyright: ignore[reportArgumentType]
        )

    def _read(self, answer: Any, request: Request, left_out: frozenset[str]) -> Reply:
        blocked = bool(answer.prompt_feedback.block_reason)
        candidate = answer.candidates[0] if answer.candidates else None
        if candidate is None and not blocked:
            raise self._broken("holds no candidate")
        # .text of the answer raises on a blocked or empty one; the parts do not.
        parts = candidate.content.parts if candidate is not None else ()
        thinking, text = split_thinking("".join(part.text for part in parts))
        reason = getattr(candidate.finish_reason, "name", "") if candidate is not None else ""
        usage = answer.usage_metadata if "usage_metadata" in answer._result else None
        return Reply(
            text=text,
            finish="filter" if blocked else _FINISH.get(reason, "stop"),
            thinking=thinking,
            prompt_tokens=usage.prompt_token_count if usage else None,
            completion_tokens=usage.candidates_token_count if usage else None,
            model=answer._result.model_version,
            left_out=_relevant(request, left_out),
        )

    def _complaint(self, error: GoogleAPIError) -> Reply:
        """The filter's verdict on a prompt as a reply; anything else raises."""
        response = getattr(error, "response", None)
        status = int(getattr(error, "code", None) or getattr(response, "status_code", 0) or 500)
        body = response.text if response is not None else str(error)
        headers = response.headers if response is not None else {}
        complaint = read_complaint(status, body, headers, self._secrets)
        if complaint.is_filter:
            return Reply(text="", finish="filter")
        raise to_error(complaint, endpoint=self._endpoint.name, model=self._model) from None

    def _broken(self, what: str) -> BodyBroken:
        return BodyBroken(f"The answer of the endpoint {self._endpoint.name!r} {what}.")

    def _unanswered(self, error: BaseException) -> ProviderError:
        name = self._endpoint.name
        cut = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)
        if isinstance(error, cut):
            return self._broken("ended in the middle")
        # A body that stops arriving is a ConnectionError of requests, known by its words only.
        if isinstance(error, TimeoutError | requests.Timeout) or "Read timed out" in str(error):
            return timed_out(name, self._timeout)
        # The rest of such a message is an object's address and the URL.
        cause = re.search(r"\[Errno -?\d+\] [^'()]+|Remote\w+", str(error))
        why = cause.group() if cause else type(error).__name__
        return not_connected(name, why) if _was_never_made(error) else broken_off(name, why)


def _was_never_made(error: BaseException) -> bool:
    """Whether there was no connection over which anything could have been sent."""
    if isinstance(error, GoogleAuthError):
        return True
    # requests wraps what urllib3 gave up with, and that what it met.
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(
        reason,
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.ProxyError
        | urllib3.exceptions.SSLError,
    )


def _config(request: Request, left_out: frozenset[str]) -> dict[str, Any]:
    config: dict[str, Any] = {"max_output_tokens": request.max_tokens}
    if "temperature" not in left_out:
        config["temperature"] = request.temperature
    if request.schema is not None and "response_format" not in left_out:
        config["response_mime_type"] = "application/json"
        config["response_schema"] = gemini_schema(request.schema, counts="counts" not in left_out)
    return config


def _applicable(request: Request, left_out: frozenset[str]) -> Iterator[str]:
    if request.schema is not None and "response_format" not in left_out:
        if any(word in str(request.schema) for word in COUNT_KEYWORDS[:2]):
            yield "counts"
        yield "response_format"
    yield "temperature"


def _relevant(request: Request, left_out: frozenset[str]) -> tuple[str, ...]:
    of_schema = ("counts", "response_format") if request.schema is not None else ()
    return tuple(name for name in (*of_schema, "temperature") if name in left_out)


def gemini_schema(
    schema: Mapping[str, Any], *, counts: bool = True, root: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A JSON schema in the SDK's subset: counts kept (or not), ranges and references gone."""
    root = schema if root is None else root
    if "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return gemini_schema(target, counts=counts, root=root)
    kind = schema.get("type", "string")
    kinds = [kind] if isinstance(kind, str) else list(kind)
    result: dict[str, Any] = {
        field: schema[word]
        for word, field in _SCHEMA_FIELDS.items()
        if word in schema and (counts or word not in COUNT_KEYWORDS)
    }
    result["type"] = next(name for name in kinds if name != "null").upper()
    if "null" in kinds:
        result["nullable"] = True
    if "items" in schema:
        result["items"] = gemini_schema(schema["items"], counts=counts, root=root)
    if "properties" in schema:
        result["properties"] = {
            name: gemini_schema(part, counts=counts, root=root)
            for name, part in schema["properties"].items()
        }
    return result
