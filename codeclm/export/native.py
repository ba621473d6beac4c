"""The native format: one JSON object a pair, with everything that led to it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from codeclm.records import Pair

_SURROGATE = re.compile("[\ud800-\udfff]")


def native(pair: Pair) -> dict[str, Any]:
    """A pair as the mapping that is written, keys in their order.

    ``pair.chain`` runs from the basic instruction to the pair's own. Written are the links before
    the pair's own iteration, each with the action that was applied to reach the next one (a link
    itself names the action it came from). A system prompt, tags, a note and a swap are written
    where there are any, file and line where the pair was imported. Scores are 1..10, the gap is
    strong − target; each is None where nothing was scored.
    """
    return {
        "instruction": pair.instruction,
        "response": pair.response,
        "response_from": pair.response_from,
        "use_case": pair.use_case,
        "skills": list(pair.skills),
        "iteration": pair.iteration,
        "gap": _finite(pair.gap),
        "strong_score": _finite(pair.strong_score),
        "target_score": _finite(pair.target_score),
        "strong_response": pair.strong_response,
        "target_response": pair.target_response,
        "strong_model": pair.strong_model,
        "target_model": pair.target_model,
        "judge_model": pair.judge_model,
        **({"system_prompt": pair.system_prompt} if pair.system_prompt else {}),
        **({"imported_from": pair.imported_from} if pair.imported_from else {}),
        "chain": _chain(pair),
        "review": {
            "status": str(pair.status),
            "reason": pair.reason,
            "reviewer": pair.reviewer,
            "edited": pair.edited,
            **({"swapped": True} if pair.swapped else {}),
            **({"tags": list(pair.tags)} if pair.tags else {}),
            **({"note": pair.note} if pair.note else {}),
        },
    }


def jsonl_lines(pairs: Iterable[Pair]) -> Iterator[bytes]:
    """One line of UTF-8 JSON a pair, each ending in a line feed; lone surrogates become U+FFFD."""
    for pair in pairs:
        yield _encoded(json.dumps(native(pair), ensure_ascii=False, allow_nan=False)) + b"\n"


def _encoded(line: str) -> bytes:
    try:
        return line.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", line).encode()


def _chain(pair: Pair) -> list[dict[str, Any]]:
    reached_by = {link.iteration: link.action for link in pair.chain}
    return [
        {
            "iteration": link.iteration,
            "instruction": link.instruction,
            "action": reached_by.get(link.iteration + 1, ""),
            "gap": _finite(link.gap),
        }
        for link in pair.chain
        if link.iteration < pair.iteration
    ]


def _finite(value: float | None) -> float | None:
    """JSON has no NaN and no infinity: what is no number is not there."""
    return value if value is not None and math.isfinite(value) else None
