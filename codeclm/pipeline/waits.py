"""Telling people that a run waits for a server, and why, instead of standing still."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from codeclm.pipeline.lines import Line, Lines

#: Seconds of waiting, or without any answer, from where on it is told, and between two looks.
LONG, TICK = 15.0, 3.0


async def tell(lines: Lines, say: Callable[[str], Awaitable[object]]) -> None:
    """Say for which models a run waits, and until when or why, for as long as it goes on.

    ``say`` gets one sentence a model, empty when nobody is waited for any more.
    """
    told = ""
    while True:
        await asyncio.sleep(TICK)
        words = " ".join(filter(None, map(sentence, lines)))
        if words != told:
            await say(words)
            told = words


def sentence(line: Line) -> str:
    """For how long a model is waited for, or since when; empty while that is not worth a word."""
    # To ten seconds: what is told does not change at every look.
    if line.waits >= LONG:
        until = datetime.now(UTC) + timedelta(seconds=line.waits)
        until -= timedelta(seconds=until.second % 10)
        return f"{line.name} is not asked before {until:%H:%M:%S} UTC, by its limits."
    if line.silent >= LONG:
        since = datetime.now(UTC) - timedelta(seconds=line.silent)
        since -= timedelta(seconds=since.second % 10)
        return f"{line.name} has not answered since {since:%H:%M:%S} UTC: {line.complaint}"
    return ""
