"""Sets to compare models on, and a fake judge who says of each item what its instruction says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jobs import step_of

from codeclm.pipeline.projects import Project
from codeclm.pipeline.run_settings import of_evaluation
from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.records import Benchmark, Evaluation

#: How the items of a set end: four wins, four ties and two losses.
KINDS = ["win", "win", "loss", "tie", "flip", "half", "win", "loss", "tie", "win"]
#: What the judge gives (candidate, reference) in each order, by a word of the instruction.
SCORES = {
    "win": ((8, 5), (9, 4)),
    "loss": ((3, 7), (2, 8)),
    "tie": ((6, 6), (6, 6)),
    "flip": ((8, 5), (4, 7)),
    "half": ((8, 5), (5, 5)),
}


def instructions(kinds: list[str]) -> list[str]:
    """One instruction for each kind of end."""
    return [f"Item {number}, a {kind}." for number, kind in enumerate(kinds, 1)]


def write_set(path: Path, kinds: list[str], **more: Any) -> Path:
    """A set whose items end so; ``more`` maps a field to what each item has there."""
    rows = [
        {"prompt": text, **{name: values[at] for name, values in more.items()}}
        for at, text in enumerate(instructions(kinds))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def says(request: dict[str, Any]) -> str | None:
    """Both models answer with their names; the judge goes by the kind of the item."""
    told = " ".join(message["content"] for message in request["messages"])
    if step_of(request) != "assess":
        return f"{request['model']} answers: {told}" if "Item" in told else None
    kind = re.search(r"Item \d+, an? (\w+)", told)
    if kind is None or kind[1] not in SCORES:
        return "I would rather not say."
    # The candidate is called tuned or base, the reference big.
    order = int(told.index("big answers") < min(_places(told, "tuned answers", "base answers")))
    scores = SCORES[kind[1]][order]
    first, second = scores if order == 0 else scores[::-1]
    return json.dumps({"score_1": first, "score_2": second, "explanation": f"Because {kind[1]}."})


def planned(
    project: Project,
    benchmark: Benchmark,
    *,
    whole: bool = True,
    export: int | None = None,
    candidate: str = "openai:tuned",
    **settings: Any,
) -> Run:
    """A comparison that is planned, of everything in a set unless told otherwise."""
    given = {"reference": "openai:big", "judge": "openai:judge", **settings}
    chosen = of_evaluation(project, candidate=candidate, **given)
    return project.evaluations.plan(benchmark, chosen, whole=whole, export=export)


def result(project: Project, run: Run) -> Evaluation:
    """What came of it."""
    return project.evaluations.result(run.id)


def rows(studio: Studio, table: str) -> list[tuple[Any, ...]]:
    """Everything in a table."""
    with studio.store.reading() as db:
        return sorted(db.conn.execute(f"select * from {table}").fetchall())


def _places(text: str, *words: str) -> list[int]:
    return [text.index(word) for word in words if word in text] or [len(text)]
