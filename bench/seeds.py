"""Distinct instructions for measurements, the same ones every time."""

from __future__ import annotations

import json
import random
from pathlib import Path

from bench.answers import sentence

ASKED = 'Reply with one JSON object and nothing else: {"use_case": "…", "skills": ["…", "…"]}'
#: As long as the prompt of an extraction of ours.
PROMPT_LETTERS = 1670


def instruction(number: int) -> str:
    """An instruction no other number has."""
    return f"{sentence(random.Random(number))} This is request {number}."


def prompt(number: int) -> str:
    """A prompt of the right length that no other number has."""
    text = f"{instruction(number)}\n\n"
    filler = "Name the use case of the instruction and the skills a good answer takes. "
    missing = PROMPT_LETTERS - len(text) - len(ASKED)
    return text + (filler * (missing // len(filler) + 1))[:missing] + ASKED


def write(path: Path, count: int) -> Path:
    """Write ``count`` of them as JSON lines with the field ``prompt``; returns the path."""
    rows = (json.dumps({"prompt": instruction(number)}) for number in range(count))
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path
