"""A fake endpoint on loopback that speaks OpenAI's protocol and Gemini's.

``python -m bench.server --port 0`` serves until it is stopped; ``FakeServer`` serves inside a
test, from a thread of its own. Hand-written HTTP on asyncio's bare protocol: the server must cost
less than what is measured with it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import click

from bench.service import Fault, Faults, Outcome, Replies, Scripted, Service

REASONS = {status.value: status.phrase for status in HTTPStatus}


class Connection(asyncio.Protocol):
    """One client's keep-alive connection: a request, its answer, the next request."""

    def __init__(self, service: Service, connections: set[Connection]) -> None:
        self._service = service
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._busy = False
        self._is_call = False
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._busy:
            self._leave(abandoned=True)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._read()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _read(self) -> None:
        """Take the next whole request from the buffer, if it is there."""
        end = self._buffer.find(b"\r\n\r\n")
        if self._busy or end < 0:
            return
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        fields = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        stop = end + 4 + int(headers.get("content-length") or 0)
        if len(self._buffer) < stop:
            return
        body, self._buffer = self._buffer[end + 4 : stop], self._buffer[stop:]
        method, path, _ = first.split(" ", 2)
        self._enter(method, path)
        try:
            outcome = self._service.handle(method, path, headers, body)
        except Exception as error:  # a script's mistake must reach the test, not only stderr
            outcome = Outcome(500, json.dumps({"error": repr(error)}).encode())
        if outcome.fault is Fault.HANG:
            self._service.sent(outcome)  # never answered, and counted at once
        elif outcome.delay > 0:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(outcome.delay, self._answer, outcome)
        else:
            self._answer(outcome)

    def _answer(self, outcome: Outcome) -> None:
        transport = self._transport
        assert transport is not None
        self._timer = None
        if self._is_call:
            self._service.sent(outcome)
        self._leave()
        if outcome.fault is Fault.RESET:
            transport.abort()
            return
        head = [
            f"HTTP/1.1 {outcome.status} {REASONS.get(outcome.status, 'Unknown')}",
            "content-type: application/json",
            f"content-length: {len(outcome.body)}",
            *(f"{name}: {value}" for name, value in outcome.headers.items()),
        ]
        cut = outcome.fault is Fault.TRUNCATE
        body = outcome.body[: len(outcome.body) // 2] if cut else outcome.body
        transport.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        if cut:
            transport.close()
        elif self._buffer:
            self._read()

    def _enter(self, method: str, path: str) -> None:
        self._busy = True
        self._is_call = self._service.is_call(method, path)
        if self._is_call:
            self._service.tally.enter()

    def _leave(self, *, abandoned: bool = False) -> None:
        self._busy = False
        if self._is_call:
            self._service.tally.leave(abandoned=abandoned)


class FakeServer:
    """The server in a thread of its own, for ``with``; ``replies`` answers by hand."""

    def __init__(
        self, faults: Faults | None = None, replies: Replies | None = None, port: int = 0
    ) -> None:
        self._service = Service(faults or Faults(), replies)
        self._port = port
        self._connections: set[Connection] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        opening = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
        self._server = opening.result(10)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def base_url(self) -> str:
        """Where an OpenAI client looks."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def gemini_url(self) -> str:
        """Where a Gemini client looks."""
        return f"http://127.0.0.1:{self._port}"

    def stats(self) -> dict[str, Any]:
        """See ``Service.stats``."""
        return self._inside(self._service.stats)

    def reset(self) -> None:
        self._inside(self._service.reset)

    def _inside(self, function: Callable[[], Any]) -> Any:
        async def call() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(10)

    async def _open(self) -> asyncio.Server:
        return await listen(self._service, self._port, self._connections)

    async def _close(self) -> None:
        self._server.close()
        for connection in tuple(self._connections):
            connection.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0)  # lets the aborted transports say good-bye


async def listen(
    service: Service, port: int, connections: set[Connection] | None = None
) -> asyncio.Server:
    """Bind to loopback; port 0 takes a free one."""
    known = set() if connections is None else connections
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Connection(service, known), "127.0.0.1", port, backlog=2048
    )


def read_script(path: Path) -> Replies:
    """Replies by order of arrival from a JSON list; after its end the usual answers.

    An entry is a reply's text, a whole body, ``[status, headers, body]``, ``{"fault": NAME}`` or
    null for the usual answer.
    """
    entries = iter(json.loads(path.read_text(encoding="utf-8")))

    def reply(_request: dict[str, Any]) -> Scripted:
        entry = next(entries, None)
        if isinstance(entry, list):
            status, headers, body = entry
            return status, headers, body if isinstance(body, str) else json.dumps(body)
        if isinstance(entry, dict) and set(entry) == {"fault"}:
            return Fault(entry["fault"])
        return entry

    return reply


def _rate(fault: Fault) -> Callable[[Any], Any]:
    return click.option(
        f"--rate-{fault}", type=click.FloatRange(0, 1), default=0.0, help=f"Share of {fault}."
    )


@click.command()
@click.option("--port", default=0, help="0 takes a free one.")
@click.option("--latency", default=0.0, help="Seconds before each answer.")
@click.option("--jitter", default=0.0, help="At most this many random seconds more.")
@_rate(Fault.SLOW_DOWN)
@_rate(Fault.FAILED)
@_rate(Fault.RESET)
@_rate(Fault.HANG)
@_rate(Fault.TRUNCATE)
@_rate(Fault.MALFORMED)
@click.option("--rpm", default=0, help="Requests a minute before 429; 0 for no limit.")
@click.option("--burst", default=0, help="At most so many of them at once; 0: a second's worth.")
@click.option("--window", default=0.0, help="Count them anew every so many seconds instead.")
@click.option(
    "--headers",
    type=click.Choice(["none", "retry-after", "full"]),
    default="retry-after",
    help="What is told of the limit.",
)
@click.option("--retry-after", default=0.05, help="Seconds a 429 without a limit asks to wait.")
@click.option("--slots", default=0, help="Requests at work at once; the others wait in line.")
@click.option("--hold", default=0.0, help="Seconds of work in a slot.")
@click.option("--refuse", default="", help="Features answered with 400, comma-separated.")
@click.option("--unnamed", is_flag=True, help="A 400 does not say what it refuses.")
@click.option("--key", default="", help="401 without this key.")
@click.option("--models", default="", help="404 for any other model, comma-separated.")
@click.option("--fault-seed", "seed", default=0)
@click.option("--script", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(port: int, script: Path | None, refuse: str, models: str, **options: Any) -> None:
    """Serve a fake endpoint until stopped; its address goes to stdout."""
    rates = {fault: options.pop(f"rate_{fault}") for fault in Fault}
    faults = Faults(
        rates={fault: rate for fault, rate in rates.items() if rate},
        refuse=frozenset(filter(None, refuse.split(","))),
        models=frozenset(filter(None, models.split(","))),
        **options,
    )
    service = Service(faults, read_script(script) if script else None)

    async def serve() -> None:
        server = await listen(service, port)
        bound = server.sockets[0].getsockname()[1]
        click.echo(f"listening on http://127.0.0.1:{bound}/v1")
        await server.serve_forever()

    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
