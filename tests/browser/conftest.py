"""The app on a database that is new or filled, and a page of a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM, PATIENCE, served
from sets import bring

from codeclm.pipeline import sources
from codeclm.pipeline.looks import DEFAULTS
from codeclm.pipeline.run_settings import of_evaluation, of_rejudge
from codeclm.pipeline.studio import Studio
from codeclm.records import Brief, Status
from codeclm.settings import RunSettings
from codeclm.store import jobs


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the app's database will lie; a test may fill it before it asks for the app."""
    return tmp_path / "studio.db"


@pytest.fixture
def filled(database: Path) -> None:
    """A project that has something to show on every page."""
    with Studio(database) as studio:
        project = sources.try_it(studio)
        models = {"strong": "simulated:strong", "target": "simulated:target"}
        project.plan_from_seeds(RunSettings(goal="metadata", **models)).bring()
        project.edit_metadata(
            *(replace(entry, status=Status.APPROVED) for entry in project.metadata())
        )
        seeds = [seed.text for seed in project.seeds(1000)]
        for strategy in ("alpagasus", "wizardlm"):
            settings = RunSettings(strategy=strategy, size=15, use_filter=False, **models)
            project.plan_from_seeds(settings, seeds).bring()
        benchmark = bring(project, [{"prompt": text, "use_case": "owed"} for text in seeds[:12]])
        for candidate in models.values():
            measured = of_evaluation(project, candidate=candidate, reference=models["strong"])
            project.evaluations.plan(benchmark, measured, whole=True).bring()
        project.plan_from_metadata(RunSettings(size=30, **models)).bring()
        again = of_rejudge(project, judge="simulated:target", samples=2)
        project.plan_rejudge(again, project.filter(), 10).bring()
        first, second, third = project.pair_ids(project.filter(), 3)
        project.reviews.edit(project.pair(first), "What is owed?", "Nothing.", "Ada")
        project.reviews.decide(second, Status.REJECTED, reason="too easy")
        project.reviews.decide(third, Status.APPROVED)
        for kind in DEFAULTS:
            project.looks.look(kind)
        wording = next(one for one in project.wording.prompts() if one.name == "improve")
        project.wording.edit("improve", f"{wording.text}\nBe brief.")
        project.wording.save_brief(Brief(product="A helpdesk", language="German"))
        entry = project.metadata()[0]
        rubrics = project.rubric_sets.current(entry.id)
        project.rubric_sets.save(entry.id, rubrics[:2])
        project.rubric_sets.keep("support", rubrics)
        with studio.store.writing() as db:
            job = jobs.add(db, "test", {"model": "openai:big"}, project=project.id)
            jobs.end(db, job, "failed", "There is no key.")


@pytest.fixture
def app(database: Path, tmp_path: Path) -> Iterator[str]:
    """The running app's address."""
    with served(database, tmp_path) as address:
        yield address


@pytest.fixture
def page() -> Iterator:
    """A page of a browser with an empty profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": 1366, "height": 900}, accept_downloads=True
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        browser.close()
