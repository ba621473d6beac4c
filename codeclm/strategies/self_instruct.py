"""Self-Instruct: a few instructions call forth the next ones (Wang et al. 2022, arXiv 2212.10560).

Asked as in its variant for chat models (Alpaca, 2023): several instructions at once. What comes is
dropped by ``fault``, then when it is too similar to what there is already.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from codeclm import prompts
from codeclm.chat import Reply, Request
from codeclm.errors import ReplyError
from codeclm.method.hop import Hop, renumbered, twice
from codeclm.method.reading import (
    Answer,
    closed_object,
    numbered,
    refuse_silence,
    structured,
)
from codeclm.settings import RunSettings
from codeclm.strategies import words

#: Examples in a prompt, those among them that come from the seeds, and instructions asked for.
EXAMPLES, HUMAN = 8, 6
ASKED = 8
#: An instruction is dropped when its ROUGE-L with a seed or an accepted one is greater.
TOO_SIMILAR = 0.7
#: Words an instruction must have more than, and may have at most.
SHORTEST, LONGEST = 3, 150

_NOT_TEXT = re.compile(
    r"\b(?:images?|graphs?|pictures?|files?|maps?|draw|plot|go\s+to|video|audio|music|flowchart"
    r"|diagram)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r'(?:```[A-Za-z]*\s+)?\{\s*"instructions"\s*:\s*\[\s*')
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")\s*(?:,\s*)?')


class _Generated(Answer):
    instructions: Annotated[list[str], Field(min_length=1)]


def examples(seeds: Sequence[str], pool: Sequence[str], item: str, run_seed: int) -> list[str]:
    """Draw and shuffle the examples of one prompt: 6 of ``seeds``, 2 of what was accepted.

    While ``pool`` holds fewer than 2, seeds take their places; with too few seeds there are fewer
    examples. The draw depends only on what there is, the run's seed and the item's place.
    """
    chance = random.Random(f"{run_seed}:{item}:examples")
    machine = chance.sample(pool, k=min(len(pool), EXAMPLES - HUMAN))
    human = chance.sample(seeds, k=min(len(seeds), EXAMPLES - len(machine)))
    drawn = [*human, *machine]
    chance.shuffle(drawn)
    return drawn


def request(examples: Sequence[str], settings: RunSettings) -> Request:
    """Ask for the next instructions after ``examples``."""
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(examples, start=1))
    return Request(
        step="generate",
        messages=prompts.chosen("generate", settings.prompts).messages(
            {"count": ASKED}, examples=listed
        ),
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        schema=closed_object(
            {
                "instructions": {
                    "type": "array",
                    "items": {"type": "string"},
                    "minItems": ASKED,
                    "maxItems": ASKED,
                }
            }
        ),
        fields={"examples": list(examples), "count": ASKED},
    )


def parse(reply: Reply) -> tuple[str, ...]:
    """The instructions that are not empty, at most as many as asked for.

    Of a reply that was cut, the last one is left out. Raises ``ReplyError`` when nothing is left.
    """
    if reply.finish == "length":
        refuse_silence(reply)
        read = _begun(reply.text)[:-1]
        nothing = "it was cut off at the token limit with no whole instruction before that"
    else:
        read = structured(reply, _Generated, _labelled).instructions
        nothing = "every instruction in it is empty"
    written = tuple(text.strip() for text in read if text.strip())
    if not written:
        raise ReplyError(nothing, reply.text)
    return written[:ASKED]


def hop(examples: Sequence[str], place: int, settings: RunSettings) -> Hop[tuple[str, ...]]:
    """Have the strong model write the next instructions.

    ``place`` is that of the prompt in the run, from 0. It tells apart prompts that read the same,
    as those of few seeds do before anything was accepted.
    """
    return renumbered(twice(request(examples, settings), parse, settings.prompts), place)


def fault(text: str, *, english: bool) -> str:
    """Which rule drops an instruction, "" when none does.

    ``english`` says that the project's instructions are: elsewhere they may start with any letter.
    """
    text = text.strip()
    length = words.count(text)
    if length <= SHORTEST:
        return "too short"
    if length > LONGEST:
        return "too long"
    if text[0] in string.punctuation:
        return "starts with punctuation"
    if english and not text[0].isascii():
        return "starts with a non-ASCII character"
    if text.casefold().startswith("write a program"):
        return 'starts with "Write a program"'
    return "asks for more than text" if _NOT_TEXT.search(text) else ""


def _begun(text: str) -> list[str]:
    """The instructions that a cut reply holds, the one it breaks off in as the last."""
    text = text.strip()
    opening = _OPENING.match(text)
    if opening is None:
        return [] if "{" in text else numbered(text) or []
    begun: list[str] = []
    at = opening.end()
    while item := _STRING.match(text, at):
        try:
            begun.append(json.loads(item[1]))
            # Half a surrogate pair is no text: nothing can store or send it.
            begun[-1].encode()
        except ValueError:
            return []
        at = item.end()
    return [*begun, text[at:]] if text[at:].startswith('"') else begun


def _labelled(text: str) -> dict[str, object] | None:
    items = numbered(text)
    return {"instructions": items} if items else None
