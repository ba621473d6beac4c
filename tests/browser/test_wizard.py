"""The wizard without a single seed: the task in one's own words, to a finished run."""

from __future__ import annotations

import re

import pytest
from browsing import Seen, settle
from test_walk import follow, go, press

from codeclm.pipeline.studio import Studio

pytestmark = pytest.mark.browser

TASK = "refund questions: billing terms, clear explanation\nrental advice: plain language\n"


def choose(page, label: str, option: str) -> None:
    page.get_by_label(label).first.click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def fill(page, label: str, words: str) -> None:
    field = page.get_by_label(label).first
    field.fill(words)
    field.blur()
    settle(page)


def test_from_a_task_in_ones_own_words_to_a_run(app: str, page, database) -> None:
    seen = Seen(page, app)
    page.goto(app)
    fill(page, "New project", "bicycles")
    press(page, "^Create project$")
    page.get_by_role("heading", name="Models", exact=True).wait_for()
    for role, label in (("strong", "Strong: writes"), ("target", "Target: the model")):
        choose(page, label, "simulated")
        fill(page, f"Model of {role}", role)
    press(page, "^Save models$")
    press(page, "^Test strong$")
    page.get_by_text(re.compile("structured output: yes")).first.wait_for()

    follow(page, "Next: Import instructions", "Source")
    page.get_by_text("I know the task").click()
    settle(page)
    assert "way=task" in page.url
    page.reload()
    settle(page)
    fill(page, "One line a use case", TASK)
    press(page, "^Add as approved metadata$")
    page.get_by_text("Brief: what the data is for").click()
    fill(page, "Language of everything written", "German")
    press(page, "^Save brief$")
    page.get_by_text("(filled in)").wait_for()

    go(page, "Prompts")
    page.get_by_text("improve", exact=True).first.click()
    settle(page)
    field = page.get_by_label("Wording of improve")
    field.fill(field.input_value().replace("Rewrite the", "For our renters, rewrite the"))
    field.blur()
    press(page, "^Save wording$")
    page.get_by_text("Difference to the shipped wording").wait_for()

    go(page, "Rubrics")
    press(page, "^Generate missing")
    page.get_by_text("Every approved entry has its rubrics.").wait_for()
    press(page, "^Try it$")
    page.get_by_text("What the action makes of it").wait_for()

    go(page, "Run")
    press(page, "^Preview 5$")
    page.get_by_text(re.compile(r"^The chains of the preview")).wait_for()
    page.reload()
    page.get_by_text(re.compile(r"^The chains of the preview")).wait_for()
    assert "project=1" in page.url

    go(page, "Jobs")
    page.get_by_text("Nothing is being done.").wait_for()
    assert seen.outside == []
    assert seen.errors == []
    with Studio(database) as studio:
        project = studio.project("bicycles")
        assert project.wording.brief.language == "German"
        assert "improve" in project.runs()[0].settings.prompts
        assert studio.doctor() == []
