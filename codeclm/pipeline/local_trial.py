"""Trying the real thing on this machine: two local models, three entries, one small run."""

from __future__ import annotations

from codeclm.pipeline import forecast, models, plan
from codeclm.pipeline.estimate import Estimate
from codeclm.pipeline.models import Known
from codeclm.pipeline.projects import Project
from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.records import Metadata, Status
from codeclm.settings import RunSettings
from codeclm.store import runs

#: Who writes and judges, and who would be tuned: names of the catalogue.
STRONG, TARGET = "qwen2.5-coder-1.5b", "smollm2-135m"
NAME = "Local models"
#: What the small run is about: one instruction each, of tasks that need no text to work on, which
#: so small a model forgets to write.
ENTRIES = (
    Metadata("goal setting", ("realistic planning",), status=Status.APPROVED),
    Metadata("technology overview", ("plain language",), status=Status.APPROVED),
    Metadata("concept comparison", ("key differences",), status=Status.APPROVED),
)


def settings() -> RunSettings:
    """Those of the small run: short answers, few rubrics, one improvement at most.

    θ is below the paper's: the scores that so small a judge gives lie close together.
    """
    return RunSettings(
        strong=f"local:{STRONG}",
        target=f"local:{TARGET}",
        size=len(ENTRIES),
        rubrics=2,
        iterations=2,
        theta=1.0,
        max_tokens=256,
        concurrency=2,
    )


def wanted() -> list[Known]:
    """The models it takes, with what there is of them."""
    return [model for model in models.listed() if model.name in (STRONG, TARGET)]


def estimate(studio: Studio) -> Estimate:
    """What the small run may take; nobody is asked."""
    with studio.store.reading() as db:
        return forecast.over_new(db, settings(), ENTRIES)


def begin(studio: Studio) -> tuple[Project, Run]:
    """Make a project with the small run planned. Its models may still have to be fetched.

    Raises ``SettingsError`` when what serves them is not installed.
    """
    models.refuse_without_server()
    taken = {card.name for card in studio.projects()}
    names = (NAME, *(f"{NAME} {number}" for number in range(2, len(taken) + 3)))
    project = studio.create_project(next(name for name in names if name not in taken))
    chosen = settings()
    project.configure(strong=chosen.strong, target=chosen.target)
    project.add_metadata(ENTRIES)
    # A run of one's own is checked when it is planned; this one when its models have come.
    expected, filled = estimate(studio), project.wording.fill(chosen)
    with studio.store.writing() as db:
        number = plan.from_metadata(db, project.id, filled)
        runs.set_estimate(db, number, expected.to_dict())
    return project, Run(studio.store, number)
