"""What tests of the compared methods share: seeds of every kind, whole jobs, what was dropped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobs import job

from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio

COMPARED = ("self-instruct", "alpagasus", "wizardlm", "wizardlm-plus", "tree-instruct")
SIMULATED = {"strong": "simulated:strong", "target": "simulated:target"}
_TASKS = (
    "Explain how {} came about, to somebody who has never heard of it.",
    "Write a friendly note to a neighbour about {}.",
    "Which mistakes do people make with {}, and how are they avoided?",
    "Compare two ways of learning about {} in one evening.",
    "Plan a day for a family that wants to see {}.",
)
_TOPICS = ("tides", "railways", "bread", "glaciers", "chess", "beekeeping", "opera", "kites")


def write_seeds(path: Path, count: int = 40) -> Path:
    """Seeds as benchmarks have them: one chat of one turn a line."""
    texts = [task.format(topic) for topic in _TOPICS for task in _TASKS][:count]
    rows = ({"question_id": n, "turns": [text]} for n, text in enumerate(texts, start=1))
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def compared(studio: Studio, seeds: Path, strategy: str, **settings: Any) -> Run:
    """A whole job of one strategy, without Contrastive Filtering unless told otherwise."""
    wanted = {"size": 16, "use_filter": False, "strategy": strategy, "field": "turns.0", **settings}
    return job(studio, seeds, **wanted)


def dropped(run: Run) -> list[tuple[Any, ...]]:
    """Everything a run has dropped, as far as it may not differ between equal runs."""
    return sorted(
        (
            drop.step,
            drop.item,
            drop.rule,
            drop.text,
            drop.score,
            tuple((like.score, like.text) for like in drop.neighbours),
        )
        for drop in run.dropped(100_000)
    )


def accepted(run: Run) -> list[tuple[Any, ...]]:
    """Everything its pool has accepted, with what each was most like."""
    return [
        (one.slot, one.text, tuple((like.score, like.text) for like in one.neighbours))
        for one in run.accepted(100_000)
    ]
