"""Asking a model on this machine: the OpenAI adapter, once the model's server is up."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codeclm.chat import Reply, Request
from codeclm.errors import ConnectionFailed, ConnectionLost, SettingsError
from codeclm.providers.local.catalogue import locate
from codeclm.providers.local.server import SERVERS, Plan, Server, Servers, lost
from codeclm.settings import SERVED_WITH, Endpoint

if TYPE_CHECKING:
    from codeclm.providers.openai import OpenAIProvider

#: Tokens of one call, prompt and reply together, and calls at once, unless the endpoint says so.
CONTEXT, SLOTS = 8192, 2
#: Seconds a call gets at least: on a processor a long reply takes minutes, and a server that is
#: gone is noticed at once.
LEAST_TIMEOUT = 1800.0
#: Seconds in which a process that broke a connection off is known to have ended.
_NOTICE = 1.0


class LocalProvider:
    """Asks one model, whose server is started by the first question and ends with ``close``.

    Others in this process who ask the same model share the server.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        *,
        timeout: float,
        concurrency: int,
        left_out: Iterable[str] = (),
        servers: Servers = SERVERS,
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._plan = plan(endpoint, model)
        self._options: dict[str, Any] = {
            "timeout": timeout,
            "concurrency": concurrency,
            "left_out": tuple(left_out),
        }
        self._servers = servers
        self._server: Server | None = None
        self._inner: OpenAIProvider | None = None
        self._has_joined = False

    async def ask(self, request: Request) -> Reply:
        """One reply. Raises ``ProviderError``; ``ModelNotServed`` when there is no server."""
        if not self._has_joined:
            self._servers.join(self._plan)
            self._has_joined = True
        server, inner = await self._up()
        try:
            reply = await inner.ask(request)
        except (ConnectionFailed, ConnectionLost):
            if await asyncio.to_thread(server.wait, _NOTICE):
                raise lost(self._plan, server) from None
            raise
        server.has_answered = True
        return reply

    async def close(self) -> None:
        if self._inner:
            await self._inner.close()
        if self._has_joined:
            self._has_joined = False
            await asyncio.to_thread(self._servers.leave, self._plan)

    async def _up(self) -> tuple[Server, OpenAIProvider]:
        from codeclm.providers.openai import OpenAIProvider

        server = self._servers.running(self._plan)
        # One start for all who wait for it: who gives up must not give up for the others.
        address = await asyncio.shield(asyncio.wrap_future(server.address))
        if self._inner is None or self._server is not server:
            before = self._inner
            endpoint = replace(
                self._endpoint,
                provider="openai",
                base_url=address.base_url,
                body=self._endpoint.sent_body,
            )
            self._server = server
            self._inner = OpenAIProvider(
                endpoint, self._model, key=address.key, directly=True, **self._options
            )
            if before:
                await before.close()
        return server, self._inner


def plan(endpoint: Endpoint, model: str) -> Plan:
    """How a model is served. Raises ``SettingsError`` when it is not on this machine."""
    check(endpoint)
    path = locate(model)
    if importlib.util.find_spec("xllamacpp") is None:
        raise SettingsError(
            f"What serves local:{model} is not installed.",
            "pip install 'codeclm[local]' installs it.",
        )
    return Plan(
        name=model,
        path=path,
        slots=endpoint.concurrency or SLOTS,
        context=endpoint.body.get("context", CONTEXT),
        threads=endpoint.body.get("threads", 0),
    )


def check(endpoint: Endpoint) -> None:
    """Raise ``SettingsError`` for a context or threads that no server can have."""
    for name in SERVED_WITH:
        value = endpoint.body.get(name, 1)
        least, most = (256, 1 << 20) if name == "context" else (1, 1024)
        if name in endpoint.body and not (type(value) is int and least <= value <= most):
            raise SettingsError(
                f"{name} of the endpoint {endpoint.name!r} must be a whole number from {least} to"
                f" {most}."
            )
