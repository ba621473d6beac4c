"""Evaluate and Compare in a real browser: a set is measured on, runs stand side by side."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from browsing import Seen, settle
from test_walk import press

from codeclm.pipeline import sources
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState
from codeclm.settings import RunSettings

pytestmark = pytest.mark.browser

MODELS = {"strong": "simulated:strong", "target": "simulated:target"}
KINDS = ("planning", "writing", "maths")
ITEMS = 30


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    rows = (
        {"question": f"Explain topic {number} in plain words.", "category": KINDS[number % 3]}
        for number in range(ITEMS)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_set_is_brought_and_two_candidates_are_measured_on_it(
    database: Path, app: str, page, benchmark: Path
) -> None:
    with Studio(database) as studio:
        project = studio.create_project("measured")
        project.configure(**MODELS)
        seen = Seen(page, app)
        page.goto(f"{app}/evaluate?project={project.id}")
        page.get_by_text("No set yet.").wait_for()
        page.locator("input[type=file]").set_input_files(benchmark)
        keep = page.get_by_role("button", name=re.compile(f"^Keep {ITEMS} items"))
        keep.wait_for()
        # What is brought outlives the tab.
        page.reload()
        keep.wait_for()
        settle(page)
        press(page, f"^Keep {ITEMS} items")
        page.get_by_text("24 items, both responses judged in both orders").wait_for()
        settle(page)
        page.get_by_test_id("stMultiSelect").locator("input").first.click()
        page.get_by_role("option", name="strong: simulated:strong").click()
        page.keyboard.press("Escape")
        page.get_by_text("for 2 candidates before re-asks").wait_for()
        settle(page)
        press(page, "^Evaluate on 24 items")
        page.get_by_text(
            "strong: simulated:strong (simulated) less base: simulated:target"
        ).wait_for()
        settle(page)
        page.reload()
        page.get_by_text("Order flips the winner").first.wait_for()
        settle(page)
        base, strong = project.evaluations.listed()[::-1]
        assert (base.state, strong.state) == (RunState.FINISHED, RunState.FINISHED)
        # The newest result is looked at first.
        came = project.evaluations.result(strong.id)
        page.get_by_text(
            f"{came.total.wins} / {came.total.ties} / {came.total.losses}", exact=True
        ).first.wait_for()
        assert page.locator(".js-plotly-plot .main-svg").count() >= 3
        assert studio.doctor() == []
    assert seen.outside == []
    assert seen.errors == []


@pytest.fixture
def two_strategies(database: Path) -> tuple[int, int, int]:
    """A project and its runs, one of a pool and one of trees."""
    with Studio(database) as studio:
        project = sources.try_it(studio)
        texts = [seed.text for seed in project.seeds(1000)]
        for strategy in ("self-instruct", "tree-instruct"):
            settings = RunSettings(strategy=strategy, size=20, use_filter=False, **MODELS)
            project.plan_from_seeds(settings, texts).bring()
        second, first = project.runs()
        return project.id, first.id, second.id


def test_runs_of_two_strategies_are_compared_and_the_address_holds_what_is_equal(
    two_strategies: tuple[int, int, int], app: str, page
) -> None:
    project, first, second = two_strategies
    seen = Seen(page, app)
    page.goto(f"{app}/run?project={project}")
    page.get_by_role("link", name="Compare runs side by side →").click()
    page.get_by_text("the smallest spend of these runs").wait_for()
    settle(page)
    assert page.locator(".js-plotly-plot .main-svg").count() >= 4
    page.get_by_label("Equal budget").click()
    page.get_by_role("option", name="kept pairs").click()
    page.get_by_text("as many as the smallest pool has").wait_for()
    settle(page)
    assert "equal=pairs" in page.url
    page.reload()
    page.get_by_text("as many as the smallest pool has").wait_for()
    page.get_by_text(f"Less run {first}", exact=True).wait_for()
    settle(page)
    assert page.get_by_text(f"run {second} · tree-instruct").count() >= 1
    page.get_by_text("The paper's numbers, not ours").click()
    page.get_by_text("Nothing of it was measured here.").wait_for()
    assert seen.outside == []
    assert seen.errors == []
