"""Asking local models and watching their server processes."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from places import question

from codeclm import providers
from codeclm.chat import Provider, Reply
from codeclm.settings import Endpoint

LOCAL = Endpoint(name="local", provider="local", concurrency=2)


def opened(path: Any, endpoint: Endpoint = LOCAL) -> Provider:
    return providers.connect(endpoint, str(path), timeout=20, concurrency=2)


def ask(*paths: Any, endpoint: Endpoint = LOCAL, times: int = 1) -> list[Reply]:
    """Ask all of them at once, each over a provider of its own."""

    async def asking() -> list[Reply]:
        found = [opened(path, endpoint) for path in paths]
        try:
            calls = [one.ask(question(f"{n}?")) for one in found for n in range(times)]
            return await asyncio.gather(*calls)
        finally:
            await asyncio.gather(*(one.close() for one in found))

    return asyncio.run(asking())


def lives(process: int) -> bool:
    """Whether a process is there and not only waits to be buried."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def gone(process: int, seconds: float = 10) -> bool:
    """Whether a process is gone within so many seconds."""
    until = time.monotonic() + seconds
    while lives(process) and time.monotonic() < until:
        time.sleep(0.02)
    return not lives(process)
