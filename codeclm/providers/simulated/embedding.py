"""Vectors of texts from their words alone: texts that share words and pairs of them are alike."""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
import struct
from collections import Counter
from itertools import pairwise

from codeclm.chat import Embedded, Request
from codeclm.settings import Endpoint

#: The one embedding model that is simulated, and the length of its vectors.
MODEL, LENGTH = "embedding", 256

#: A run of letters and digits, or one character of a script that writes without blanks.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


class SimulatedEmbedder:
    """Hashes words and pairs of neighbours into places of a vector of length 1.

    The same text always gets the same vector. ``endpoint.body["latency"]`` (seconds) replaces the
    usual 15 ms.
    """

    def __init__(self, endpoint: Endpoint, latency: float) -> None:
        self._name = f"{endpoint.name}:{MODEL}"
        self._latency = float(endpoint.body.get("latency", latency))

    async def ask(self, request: Request) -> Embedded:
        await asyncio.sleep(self._latency)
        texts = [message.content for message in request.messages]
        return Embedded(
            vectors=tuple(map(vector, texts)),
            prompt_tokens=sum(-(-len(text) // 4) for text in texts),
            model=self._name,
            fingerprint="rules-1",
        )

    async def close(self) -> None:
        """Nothing is open."""


def vector(text: str) -> bytes:
    """``LENGTH`` 32-bit floats, little-endian. A text without any word is one word itself."""
    words = _WORD.findall(text.casefold()) or [text]
    places = [0.0] * LENGTH
    for what, times in Counter([*words, *map(" ".join, pairwise(words))]).items():
        places[_place(what)] += math.sqrt(times)
    length = math.hypot(*places)
    return struct.pack(f"<{LENGTH}f", *(number / length for number in places))


def _place(what: str) -> int:
    digest = hashlib.blake2b(what.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % LENGTH
