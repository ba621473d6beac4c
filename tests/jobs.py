"""Whole jobs for tests: small unattended ones, and what may not differ between equal ones."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from click.testing import Result

from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import synthesize
from codeclm.records import Pair

ROOT = Path(__file__).parent.parent
KEY = "sk-canary-5f1d7c09e2"


def job(studio: Studio, seeds: Path, **settings: Any) -> Run:
    """A whole unattended job against the fake endpoint, small unless told otherwise."""
    wanted = {"strong": "openai:big", "target": "openai:small", "size": 40, **settings}
    return synthesize(studio, seeds, **{"field": "prompt", **wanted})


def pool(studio: Studio, run: Run) -> list[tuple[Any, ...]]:
    """A run's pairs in plan order, as far as they may not differ between equal runs."""
    project = studio.project_of(run.row.project)
    return [_essence(pair) for pair in project.pairs(project.filter(run=run.id))]


def _essence(pair: Pair) -> tuple[Any, ...]:
    return (
        pair.chain_id,
        pair.iteration,
        pair.instruction,
        pair.response,
        pair.response_from,
        pair.gap,
        pair.use_case,
        pair.skills,
        tuple((link.instruction, link.action, link.gap) for link in pair.chain),
    )


def step_of(request: dict[str, Any]) -> str:
    """Which step a request on the wire belongs to."""
    form = request.get("response_format") or {}
    return form.get("json_schema", {}).get("name", "respond")


def body(text: str, **fields: Any) -> dict[str, Any]:
    """A complete answer of the fake endpoint, with odd fields where a test wants them."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
        **fields,
    }


def last_object(result: Result) -> dict[str, Any]:
    """The JSON object a command has ended its output with."""
    return json.loads(result.stdout.splitlines()[-1])


def settled(summary: dict[str, Any]) -> int:
    """How many of a run's instructions have ended, one way or another."""
    return summary["kept"] + summary["exhausted"] + summary["failed"]


def command(*words: object) -> list[str]:
    """The command line in a process of its own."""
    return [sys.executable, "-m", "codeclm.cli", *map(str, words)]
