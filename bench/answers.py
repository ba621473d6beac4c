"""What the fake server answers: any text of the right shape, fixed by the request's messages."""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from collections.abc import Mapping
from typing import Any

_WORDS = """
harbour lantern orchard ledger violin glacier compass meadow archive beacon canvas ember fabric
garden hollow island journal kernel lattice marble needle oxygen pepper quarry ribbon saddle timber
umbrella valley willow yonder zephyr anchor bridge cellar dancer engine falcon guitar helmet insect
jacket kitchen ladder mirror novel ocean pocket quilt river signal tunnel
"""
_VERBS = """
Describe Compare Plan Summarise Explain Review Draft Sketch Rank Translate Design Rewrite
"""
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve"
WORDS = tuple(_WORDS.split())
VERBS = tuple(_VERBS.split())
NUMBERS = {word: number for number, word in enumerate(_NUMBERS.split(), start=1)}
_COUNT = re.compile(r"\b(\d{1,2})\b")


def prompt_hash(messages: Any, model: str) -> bytes:
    """What makes two requests the same question."""
    text = json.dumps([model, messages], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def answer(messages: Any, digest: bytes, schema: Mapping[str, Any] | None) -> str:
    """Plain text, or JSON after the schema, or after the shape the prompt speaks of."""
    chance = random.Random(digest)
    if schema is None:
        prompt = "\n".join(str(item.get("content", "")) for item in messages)
        schema = shape_in_words(prompt)
    if schema is None:
        return " ".join(sentence(chance) for _ in range(chance.randint(2, 8)))
    return json.dumps(fill(schema, chance), ensure_ascii=False)


def shape_in_words(prompt: str) -> dict[str, Any] | None:
    """The schema a prompt describes, known by the JSON keys it names; None for plain text."""
    if '"score_1"' in prompt:
        score = {"type": "integer", "minimum": 1, "maximum": 10}
        names = {"score_1": score, "score_2": score}
        return _object(names | ({"explanation": _TEXT} if '"explanation"' in prompt else {}))
    if '"score"' in prompt:
        score = {"type": "integer", "minimum": 0, "maximum": 5}
        return _object({"score": score, "explanation": _TEXT})
    if '"verdict"' in prompt:
        return _object({"verdict": {"enum": ["equal", "not equal"]}})
    if '"tree"' in prompt:
        return _object({"tree": _TEXT, "instruction": _TEXT})
    if '"use_case"' in prompt:
        skills = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 3}
        return _object({"use_case": _TEXT, "skills": skills})
    if '"rubrics"' in prompt:
        entry = _object({"rubric": _TEXT, "action": _TEXT})
        return _object({"rubrics": _list(entry, _count(prompt, 4, near="rubric"))})
    if '"instructions"' in prompt:
        return _object({"instructions": _list(_TEXT, _count(prompt, 10, near="instruction"))})
    if '"instruction"' in prompt:
        return _object({"instruction": _TEXT})
    return None


def fill(schema: Mapping[str, Any], chance: random.Random, name: str = "") -> Any:
    """Any value that satisfies the schema (the words of JSON schema that ours use)."""
    if "enum" in schema:
        return chance.choice(list(schema["enum"]))
    match schema.get("type"):
        case "object":
            parts = schema["properties"]
            # An instruction that has grown a tree is longer than the one it came from, mostly.
            longer = "grown" if "tree" in parts else "instruction"
            names = {key: longer if key == "instruction" else key for key in parts}
            return {key: fill(part, chance, names[key]) for key, part in parts.items()}
        case "array":
            low = schema.get("minItems", 1)
            length = chance.randint(low, max(low, schema.get("maxItems", low + 2)))
            return [fill(schema["items"], chance, name) for _ in range(length)]
        case "integer" | "number":
            return chance.randint(schema.get("minimum", 1), schema.get("maximum", 10))
        case "boolean":
            return chance.random() < 0.5
    if name in ("use_case", "skills"):
        return " ".join(chance.sample(WORDS, 2))
    if name == "grown":
        return " ".join(sentence(chance) for _ in range(chance.choice((1, 3, 3, 4))))
    return sentence(chance)


def sentence(chance: random.Random) -> str:
    """An instruction-like sentence; two of a million are equal by accident only."""
    first, second, third, fourth = chance.sample(WORDS, 4)
    number = chance.randint(2, 9999)
    return f"{chance.choice(VERBS)} the {first} of {number} {second}s for a {third} {fourth}."


def vector(text: str, length: int = 64) -> list[float]:
    """A vector of length 1 of the text's words: texts with the same words have the same one."""
    places = [0.0] * length
    for word in text.lower().split() or [text]:
        digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
        places[int.from_bytes(digest, "big") % length] += 1.0
    size = math.hypot(*places)
    return [round(number / size, 6) for number in places]


def tokens(text: str) -> int:
    """About what a tokenizer would count."""
    return max(1, len(text) // 4)


_TEXT = {"type": "string"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(items: dict[str, Any], count: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": count, "maxItems": count}


def _count(prompt: str, default: int, *, near: str) -> int:
    """The number said with *exactly*, else the one before the word it counts, else any."""
    number = rf"\b(\d{{1,2}}|{'|'.join(NUMBERS)})\b"
    found = (
        re.search(rf"\bexactly\s+{number}", prompt, re.IGNORECASE)
        or re.search(rf"{number}(?:\W+\w+){{0,3}}?\W+{near}", prompt, re.IGNORECASE)
        or _COUNT.search(prompt)
    )
    if found is None:
        return default
    said = found.group(1).lower()
    return max(1, min(50, NUMBERS.get(said) or int(said)))
