"""Respond: the strong model's structured answers and the target's uneven ones."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from codeclm.providers.simulated.reading import content_words, share, word_count

#: How often the strong model declines or wanders off.
MISSES = 0.045
#: The target copes while its ability in a task exceeds the task's difficulty; both in 0..1.
BASE_DIFFICULTY = 0.54
DIFFICULTY_A_WORD = 0.0022
NOISE = 0.12

_POINTS = (
    "begin here: say what it is for and what would count as done.",
    "one concrete case carries this further than a definition would.",
    "stay within the limits the task sets, and name where they bind.",
    "this hangs together with {other}; settle the two at once so that they agree.",
    "put the common case first and the exceptions after it.",
    "check this against {other} before going on, since mistakes here travel.",
    "give a figure or a date wherever one is known, and say so where none is.",
    "the usual objection is cost; weigh it against what {other} gains.",
    "leave out what the reader already knows and keep what changes a decision.",
    "close it with one sentence that can be tested.",
)
_OPENINGS = (
    "Here is a complete answer that deals with {first} and {second} in turn.",
    "The short version: {first} decides most of it, and {second} decides the rest.",
    "I take {first} as the goal and {second} as the condition, and work through both.",
    "Below, each part of the task is taken up, beginning with {first}.",
)
_CLOSINGS = (
    "Taken together, these points cover {first} without losing sight of {second}.",
    "If only one thing is kept, keep what was said about {first}.",
    "The order above is also the order to act in, with {second} as the last check.",
)
_THIN = (
    "It is about {first}.",
    "You can look at {first} and think about it.",
    "There are many ways to do this.",
    "It depends on the situation.",
    "{First} is important for a lot of people.",
    "Try different things and see what works.",
)
_REFUSALS = (
    "I'm sorry, but I can't help with that request.",
    "I am not able to assist with this as it is written.",
    "It is what it is.",
)
_CODE = re.compile(r"\b(?:python|function|script|program|code|sql|regex|class)\b", re.IGNORECASE)


def respond(fields: Mapping[str, Any], chance: random.Random, *, strong: bool) -> str:
    """Plain text for ``fields["instruction"]``."""
    instruction = str(fields["instruction"])
    words = content_words(instruction) or ["the task"]
    if strong:
        if chance.random() >= MISSES:
            return _full(instruction, words, chance, most=9)
        return chance.choice(_REFUSALS) if chance.random() < 0.6 else _thin(words, chance, 2)
    # The further out of its depth, the less of the task it takes up.
    lead = _ability(instruction) - _difficulty(instruction)
    if lead >= 0.15:
        return _full(instruction, words, chance, most=7)
    if lead >= -0.15:
        return _partial(words, chance, listed=lead >= 0)
    return _thin(words, chance, max(1, round(5 + 8 * lead)))


def _ability(instruction: str) -> float:
    """How well the target copes: mostly with the kind of task, and an improvement adds to the end.

    That the opening counts makes the survivors of one iteration likely ones of the next.
    """
    noise = (share("noise", instruction) - 0.5) * 2 * NOISE
    return share("ability", instruction[:60]) + noise


def _difficulty(instruction: str) -> float:
    return BASE_DIFFICULTY + DIFFICULTY_A_WORD * word_count(instruction)


def _full(instruction: str, words: list[str], chance: random.Random, *, most: int) -> str:
    first, second = words[0], words[1 % len(words)]
    count = min(most, max(4, len(words) // 2))
    points = chance.sample(_POINTS, k=count)
    lines = []
    for number, point in enumerate(points, start=1):
        heads = words[number - 1 :: count] or [chance.choice(words)]
        other = chance.choice(words)
        head = ", ".join(heads[:4])
        lines.append(f"{number}. **{head[:1].upper()}{head[1:]}** — {point.format(other=other)}")
    parts = [
        chance.choice(_OPENINGS).format(first=first, second=second),
        "\n".join(lines),
        chance.choice(_CLOSINGS).format(first=first, second=second),
    ]
    if _CODE.search(instruction):
        parts.insert(2, _code(words, chance))
    return "\n\n".join(parts)


def _partial(words: list[str], chance: random.Random, *, listed: bool) -> str:
    """A fair answer to a part of the task, in a list or all in one."""
    known = words[: max(1, round(len(words) * chance.uniform(0.5, 0.8)))]
    lines = []
    for number, point in enumerate(chance.sample(_POINTS, k=3), start=1):
        head = ", ".join(known[number - 1 :: 3]) or known[0]
        lines.append(f"{f'{number}. ' if listed else ''}For {head}: {point.format(other=known[0])}")
    return ("\n" if listed else " ").join(lines)


def _thin(words: list[str], chance: random.Random, sentences: int) -> str:
    said = []
    for text in chance.sample(_THIN, k=min(sentences, len(_THIN))):
        word = chance.choice(words)
        said.append(text.format(first=word, First=word.capitalize()))
    return " ".join(said)


def _code(words: list[str], chance: random.Random) -> str:
    name = re.sub(r"\W+", "_", "_".join(words[:2])) or "solve"
    check = chance.choice(("if not items:", "if len(items) == 0:"))
    return (
        f"```python\ndef {name}(items):\n    {check}\n        return []\n"
        f"    return sorted(items, key=str)\n```"
    )
