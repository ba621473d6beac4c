"""Runs one below the other, and older ones gone on with."""

import math
from dataclasses import replace

import pytest
from screens import Visit, press

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.store import runs


def test_every_run_is_told_with_what_its_strategy_goes_by(project: Project, visit: Visit) -> None:
    settings = project.runs()[0].settings
    project.plan_from_metadata(replace(settings, strategy="wizardlm-plus", use_filter=False))
    app = visit("create/run")
    newest, first = app.dataframe[0].value.to_dict("records")[:2]
    assert (newest["strategy"], first["strategy"]) == ("wizardlm-plus", "codeclm")
    assert (first["iterations"], first["θ"]) == (settings.iterations, settings.theta)
    assert [newest[name] for name in ("rubrics", "iterations", "θ")] == pytest.approx(
        [math.nan] * 3, nan_ok=True
    )
    assert "Compare runs side by side →" in [link.proto.label for link in app.get("page_link")]


def test_an_older_run_that_was_stopped_is_resumed_too(
    full: Studio, project: Project, visit: Visit
) -> None:
    settings = project.runs()[0].settings
    stopped = project.plan_from_metadata(replace(settings, size=50))
    with full.store.writing() as db:
        runs.set_state(db, stopped.id, RunState.STOPPED)
    project.plan_from_metadata(replace(settings, size=20)).bring()
    press(visit("create/run"), f"Resume run {stopped.id}")
    assert full.jobs.of_run(stopped) is not None
