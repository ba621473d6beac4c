"""The native format: one JSON object a pair, with everything that led to it."""

from __future__ import annotations

from typing import Any

from codeclm.export.encoding import finite
from codeclm.export.fields import original, system
from codeclm.records import Layout, Pair, Row

#: What a row may hold, in the order it is written in.
NATIVE = (
    "instruction",
    "response",
    "response_from",
    "use_case",
    "skills",
    "iteration",
    "chain_id",
    "gap",
    "strong_score",
    "target_score",
    "strong_response",
    "target_response",
    "strong_model",
    "target_model",
    "judge_model",
    "system_prompt",
    "imported_from",
    "chain",
    "review",
)


def native_rows(pair: Pair, layout: Layout) -> list[Row]:
    """The one row of a pair, with the fields that were picked."""
    row = _row(pair, system(pair, layout), layout.mixed)
    if layout.fields is None or len(layout.fields) == len(NATIVE):
        return [row]
    return [{name: row[name] for name in layout.fields if name in row}]


def native(pair: Pair) -> Row:
    """A pair as the mapping that is written, keys in their order.

    ``pair.chain`` runs from the basic instruction to the pair's own. Written are the links before
    the pair's own iteration, each with the action that was applied to reach the next one (a link
    itself names the action it came from). Scores are 1..10, the gap is strong − target; each is
    None where nothing was scored. A system prompt is there where there is one, file and line where
    the pair was imported.
    """
    return _row(pair, pair.system_prompt)


def _row(pair: Pair, system_prompt: str, mixed: tuple[str, ...] = ()) -> Row:
    return {
        "instruction": pair.instruction,
        "response": pair.response,
        "response_from": pair.response_from,
        "use_case": pair.use_case,
        "skills": list(pair.skills),
        "iteration": pair.iteration,
        "chain_id": pair.chain_id,
        "gap": finite(pair.gap),
        "strong_score": finite(pair.strong_score),
        "target_score": finite(pair.target_score),
        "strong_response": pair.strong_response,
        "target_response": pair.target_response,
        "strong_model": pair.strong_model,
        "target_model": pair.target_model,
        "judge_model": pair.judge_model,
        **({"system_prompt": system_prompt} if system_prompt or "system" in mixed else {}),
        **(
            {"imported_from": pair.imported_from}
            if pair.imported_from or "imported_from" in mixed
            else {}
        ),
        "chain": chain(pair),
        "review": _review(pair),
    }


def chain(pair: Pair) -> list[dict[str, Any]]:
    """The links before the pair's own iteration, each with the action that led to the next."""
    reached_by = {link.iteration: link.action for link in pair.chain}
    return [
        {
            "iteration": link.iteration,
            "instruction": link.instruction,
            "action": reached_by.get(link.iteration + 1, ""),
            "gap": finite(link.gap),
        }
        for link in pair.chain
        if link.iteration < pair.iteration
    ]


def _review(pair: Pair) -> dict[str, Any]:
    return {
        "status": str(pair.status),
        "reason": pair.reason,
        "reviewer": pair.reviewer,
        "edited": pair.edited,
        "original": original(pair),
        "swapped": pair.swapped,
        "tags": list(pair.tags),
        "note": pair.note,
    }
