"""What of a pair a row may hold, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codeclm.export.encoding import finite
from codeclm.records import Layout, Pair, Row

#: What may stand beside the fixed keys of a trainer's format.
BESIDE: dict[str, Callable[[Pair], Any]] = {
    "response_from": lambda pair: pair.response_from,
    "use_case": lambda pair: pair.use_case,
    "skills": lambda pair: list(pair.skills),
    "iteration": lambda pair: pair.iteration,
    "chain_id": lambda pair: pair.chain_id,
    "gap": lambda pair: finite(pair.gap),
    "strong_score": lambda pair: finite(pair.strong_score),
    "target_score": lambda pair: finite(pair.target_score),
    "strong_model": lambda pair: pair.strong_model,
    "target_model": lambda pair: pair.target_model,
}


def beside(pair: Pair, layout: Layout) -> Row:
    """The fields that were picked to stand beside the fixed keys."""
    return {name: BESIDE[name](pair) for name in layout.fields or ()}


def system(pair: Pair, layout: Layout) -> str:
    """The system prompt of a pair's row, empty for none."""
    return pair.system_prompt if layout.system is None else layout.system


def system_column(pair: Pair, layout: Layout) -> Row:
    """The system prompt as a key of its own, where a row is to have it."""
    said = system(pair, layout)
    return {"system": said} if said or "system" in layout.mixed else {}


def other_response(pair: Pair) -> str | None:
    """The response of the side that does not stand; None where it was never given."""
    return pair.target_response if pair.response_from == "strong" else pair.strong_response


def original(pair: Pair) -> dict[str, str]:
    """What the machine wrote of a pair that a person edited; empty texts where nobody did."""
    return {"instruction": pair.original_instruction, "response": pair.original_response}
