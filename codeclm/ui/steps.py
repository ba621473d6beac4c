"""The steps of the wizard and how far a project has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from codeclm.store.views import ProjectCard


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its page below ``pages/``, whether it is done, and what to do while it is not."""

    name: str
    file: str
    done: bool
    todo: str


def of(card: ProjectCard, row: dict[str, Any]) -> list[Step]:
    """The steps in their order.

    Where there is nothing but imported pairs, what makes pairs is not missing.
    """
    brought = card.pairs > 0 and not (card.seeds or card.metadata)
    return [
        Step(
            "Models",
            "start/models.py",
            brought or bool(row["strong"] and row["target"]),
            "Choose a strong and a target model",
        ),
        Step(
            "Source",
            "create/source.py",
            brought or bool(card.seeds or card.metadata),
            "Import instructions or write down the task",
        ),
        Step(
            "Metadata",
            "create/metadata.py",
            brought or (bool(card.metadata) and card.encoded >= min(1, card.seeds)),
            "Extract use cases and skills",
        ),
        Step(
            "Rubrics",
            "create/rubrics.py",
            # A run writes those that are missing.
            0 < card.metadata <= card.rubrics or card.pairs > 0,
            "Write rubrics and actions",
        ),
        Step(
            "Run",
            "create/run.py",
            card.pairs > 0 and not card.goes_on,
            "Follow the run" if card.goes_on else "Start a run",
        ),
        Step(
            "Review",
            "curate/review.py",
            card.pairs > 0 and card.pending == 0,
            "Approve or reject the kept pairs",
        ),
        Step("Export", "ship/export.py", card.exports > 0, "Export the approved pairs"),
    ]


def next_of(steps: list[Step]) -> Step:
    """The first step that is not done."""
    return next((step for step in steps if not step.done), steps[-1])
