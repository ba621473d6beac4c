"""What the rules see in a text: its content words, and numbers fixed by it."""

from __future__ import annotations

import hashlib
import re

_WORD = re.compile(r"[^\W\d_][\w'-]{3,}")
_STOP_WORDS = """
about above across after again against also always among another around because been before being
below between both could does doing down during each either else even ever every exactly from
further give given gives have having here hers into itself just least less like make makes many
more most much must need needs never only onto other ours over own please same shall should show
since some such than that their theirs them then there these they this those through under until
upon very want wants well were what when where whether which while whom whose will with within
without would write your yours using used uses keep state
"""
_STOP = frozenset(_STOP_WORDS.split())


def content_words(text: str, limit: int = 40) -> list[str]:
    """The words a good answer should take up, lower-cased, each once, in order."""
    found = (word.lower().strip("'-") for word in _WORD.findall(text))
    return list(dict.fromkeys(word for word in found if word not in _STOP))[:limit]


def word_count(text: str) -> int:
    return len(text.split())


def share(*parts: str) -> float:
    """A number in [0, 1) that the parts fix, as good as drawn at random."""
    digest = hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
