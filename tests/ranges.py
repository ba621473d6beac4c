"""A server of one file on loopback that knows ranges, or does not, and can break off."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from loopback import Loopback

#: What there is to fetch in most tests.
CONTENT = bytes(range(256)) * 20_000


class FileServer(Loopback):
    """``breaks`` are the bytes after which each answer ends, one for each request; then whole.

    ``pause`` is in seconds, after each MiB; ``shift`` makes it send another part than it says.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.knows_ranges = True
        self.tells_length = True
        self.status = 200
        self.shift = 0
        self.pause = 0.0
        self.breaks: list[int] = []
        self.asked: list[str] = []
        self.listen(self._handler())
        self.url = f"{self.address}/tiny.gguf"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        asked = to.headers.get("Range", "")
        self.asked.append(asked)
        found = re.fullmatch(r"bytes=(\d+)-", asked)
        start = int(found[1]) if found and self.knows_ranges else 0
        body = self.content[start:]
        to.send_response(206 if start else self.status)
        if self.tells_length:
            to.send_header("Content-Length", str(len(body)))
        if start:
            last, whole = len(self.content) - 1, len(self.content)
            to.send_header("Content-Range", f"bytes {start + self.shift}-{last}/{whole}")
        to.end_headers()
        body = body[: self.breaks.pop(0)] if self.breaks else body
        # Whoever is told enough hangs up.
        with suppress(ConnectionError):
            for at in range(0, len(body), 1 << 20):
                to.wfile.write(body[at : at + (1 << 20)])
                time.sleep(self.pause)
