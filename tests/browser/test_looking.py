"""Quality in the browser: looks by the worker, groups decided on, the map clicked, holes filled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browsing import PATIENCE, served, settle

from codeclm.pipeline.coverage import Target
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState, Status

pytestmark = pytest.mark.browser


def opened(page, address: str, name: str, title: str, query: str = "") -> None:
    page.goto(f"{address}/{name}?project=1{query}")
    page.get_by_role("heading", name=title, exact=True).wait_for()
    settle(page)


@pytest.mark.usefixtures("filled")
def test_duplicates_are_looked_for_decided_on_and_taken_back(
    database: Path, page, tmp_path: Path
) -> None:
    with Studio(database) as studio:
        project = studio.project_of(1)
        alike = project.pair_ids(project.filter(status=Status.PENDING), 3)
        for number in alike:
            pair = project.pair(number)
            project.reviews.edit(pair, "Explain the tides to a child in three sentences.", "Moon.")
        with served(database, tmp_path) as address:
            opened(page, address, "duplicates", "Duplicates")
            page.get_by_text("pairs were added or changed since").wait_for()
            page.get_by_role("button", name="Look for duplicates again").click()
            # While the worker looks, its job stands in the place of the button.
            page.get_by_text("pairs were added or changed since").wait_for(state="detached")
            page.get_by_role("button", name="Look for duplicates again").wait_for()
            settle(page)
            assert not project.looks.newest("duplicates").stale
            kept = next(one.kept for one in project.looks.groups() if one.kept in alike)
            group = page.locator(f".st-key-group-{kept}")
            assert group.locator("mark").count() == 2
            group.get_by_role("button", name="Reject the other 2").click()
            settle(page)
            others = set(alike) - {kept}
            assert {project.pair(number).status for number in others} == {Status.REJECTED}
            page.get_by_role("button", name="Undo").click()
            settle(page)
            assert {project.pair(number).status for number in others} == {Status.PENDING}


@pytest.mark.usefixtures("filled")
def test_a_mark_of_the_map_leads_to_its_pairs(database: Path, page, tmp_path: Path) -> None:
    with Studio(database) as studio, served(database, tmp_path) as address:
        project = studio.project_of(1)
        opened(page, address, "map", "Map", "&show=gap")
        marks = page.locator(".js-plotly-plot .scatterlayer .point")
        marks.first.wait_for(timeout=PATIENCE)
        box = marks.first.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.get_by_role("heading", name="Review", exact=True).wait_for()
        page.get_by_text("Only a part of the map").wait_for()
        settle(page)
        assert "box=" in page.url
        page.get_by_role("link", name="Back to the map", exact=True).click()
        page.get_by_role("heading", name="Map", exact=True).wait_for()
        settle(page)
        assert "box=" not in page.url
        region = project.looks.newest("map").result["regions"][0]
        page.get_by_role("link", name=region["name"], exact=True).click()
        page.get_by_role("heading", name="Review", exact=True).wait_for()
        page.get_by_text(re.compile(rf"{region['size']} in this queue")).wait_for()


@pytest.mark.usefixtures("filled")
def test_a_hole_is_filled_by_a_run(database: Path, page, tmp_path: Path) -> None:
    with Studio(database) as studio, served(database, tmp_path) as address:
        project = studio.project_of(1)
        name = next(iter(project.coverage.counts("use case")["metadata"]))
        has = project.coverage.counts("use case")["kept"].get(name, 0)
        project.coverage.save_targets("use case", [Target(name, has + 2)])
        before = len(project.runs())
        opened(page, address, "coverage", "Coverage")
        page.get_by_role("button", name=re.compile(r"^Run \d+ instructions? for 2 missing")).click()
        page.get_by_role("heading", name="Run", exact=True).wait_for()
        page.wait_for_function("() => document.body.innerText.includes('finished')")
        run = project.runs()[0]
        assert len(project.runs()) == before + 1
        assert run.state is RunState.FINISHED
        assert {pair.use_case for pair in project.pairs(project.filter(run=run.id))} <= {name}
