"""The cheapest client there is: bare asyncio connections that send one request over and over.

``python -m bench.bare URL`` shows what the fake endpoint itself can do. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from urllib.parse import urlsplit

import click

from bench.seeds import prompt

_LENGTH = re.compile(rb"content-length: (\d+)")


class _Caller(asyncio.Protocol):
    """One connection; ``left`` is shared and counts the requests still to be sent."""

    def __init__(self, request: bytes, left: list[int], done: asyncio.Future[None]) -> None:
        self._request = request
        self._left = left
        self._done = done
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        length = _LENGTH.search(self._buffer) if end >= 0 else None
        if length and len(self._buffer) >= end + 4 + int(length[1]):
            self._buffer = b""
            self._send()

    def _send(self) -> None:
        assert self._transport is not None
        if not self._left[0]:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        self._left[0] -= 1
        self._transport.write(self._request)


async def call(url: str, calls: int, concurrency: int) -> float:
    """Send ``calls`` requests over ``concurrency`` connections. Returns the seconds it took."""
    place = urlsplit(url)
    message = {"role": "user", "content": prompt(0)}
    body = json.dumps({"model": "big", "messages": [message]}).encode()
    head = f"POST {place.path}/chat/completions HTTP/1.1\r\nhost: {place.netloc}\r\n"
    request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    loop, left = asyncio.get_running_loop(), [calls]
    ends = [loop.create_future() for _ in range(concurrency)]
    assert place.hostname is not None
    assert place.port is not None
    began = time.monotonic()
    for end in ends:
        await loop.create_connection(
            lambda end=end: _Caller(request, left, end), place.hostname, place.port
        )
    await asyncio.gather(*ends)
    return time.monotonic() - began


@click.command()
@click.argument("url")
@click.option("--calls", default=20_000)
@click.option("--concurrency", default=64)
def main(url: str, calls: int, concurrency: int) -> None:
    seconds = asyncio.run(call(url, calls, concurrency))
    click.echo(json.dumps({"kept": calls, "seconds": seconds}))


if __name__ == "__main__":
    main()
