"""Every page with a keyboard alone, on a phone, in light and dark, and read aloud."""

from __future__ import annotations

from pathlib import Path

import access
import pytest
from browsing import served, settle, unfold

from codeclm.pipeline.studio import Studio
from codeclm.ui.page import SECTIONS

pytestmark = pytest.mark.browser

# Other faces of a page, behind a choice of its own.
FACES = (
    ("Source", "way=task"),
    ("Source", "way=sample"),
    ("Source", "way=pairs"),
    ("Review", "fields=edit&pair=1"),
    ("Review", "view=table"),
    ("Review", "view=replace&find=the"),
)
PAIRS = b"""prompt,chosen,rejected,score_chosen,score_rejected
Name a lake.,Lake Como.,Sea.,8,2
Name a hill.,The Brocken.,Hill.,,
"""
PLACES = [place for places in SECTIONS.values() for place in places]
WIDE, NARROW = 1440, 390
EVERY = [(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")]


@pytest.fixture
def empty(database: Path) -> None:
    """A project in which nothing was done yet."""
    with Studio(database) as studio:
        studio.create_project("empty")


def visit(page, address: str, place, query: str = "") -> None:
    name = Path(place.file).stem
    page.goto(f"{address}/{'' if name == 'projects' else name}{query}")
    page.get_by_role("heading", name=place.title, exact=True).wait_for()
    settle(page)


def dressed(page, dresses):
    """The page in each size and colours; yields their names and whether the size is an old one."""
    before = 0
    for width, scheme in dresses:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme",
            arg=scheme,
        )
        if width != before:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(150)
            # Axe says nothing of what is scrolled out of sight.
            height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
            page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        yield f"{scheme} {width}", width == before
        before = width


def popovers(page) -> list[str]:
    """What is in the boxes that a button opens."""
    told: list[str] = []
    for box in page.get_by_test_id("stMain").get_by_test_id("stPopover").all():
        button = box.get_by_role("button").first
        button.click()
        body = page.get_by_test_id("stPopoverBody")
        body.wait_for()
        told += access.violations(page, '[data-testid="stPopoverBody"]')
        page.keyboard.press("Escape")
        body.wait_for(state="detached")
    return told


@pytest.mark.usefixtures("filled")
def test_every_page_of_a_filled_project(database: Path, page, tmp_path: Path) -> None:
    found = access.Findings()
    with served(database, tmp_path) as address:
        for place in PLACES:
            visit(page, address, place, "?project=1&status=any&which=any&prompt=improve")
            unfold(page)
            access.learn(page)
            for dress, again in dressed(page, EVERY):
                where = f"{place.title}, {dress}"
                found.add(where, access.look(page, again=again))
                if dress in ("dark 390", "light 1440"):
                    found.add(where, access.walk(page))
            found.add(f"{place.title}, opened", popovers(page))
        with Studio(database) as studio:
            studio.project_of(1).uploads.keep("preferences.csv", PAIRS)
        for title, query in FACES:
            place = next(place for place in PLACES if place.title == title)
            visit(page, address, place, f"?project=1&status=any&{query}")
            access.learn(page)
            for dress, again in dressed(page, [EVERY[0], EVERY[-1]]):
                where = f"{title}, {query}, {dress}"
                found.add(where, access.look(page, again=again))
                if dress == "light 1440":
                    found.add(where, access.walk(page))
    assert not found.told, str(found)


@pytest.mark.usefixtures("empty")
def test_every_page_while_there_is_nothing(database: Path, page, tmp_path: Path) -> None:
    found = access.Findings()
    with served(database, tmp_path) as address:
        for place in PLACES:
            visit(page, address, place, "?project=1")
            access.learn(page)
            for dress, again in dressed(page, [EVERY[0], EVERY[-1]]):
                where = f"{place.title}, empty, {dress}"
                found.add(where, access.look(page, again=again))
                if dress == "dark 390":
                    found.add(where, access.walk(page))
    assert not found.told, str(found)
