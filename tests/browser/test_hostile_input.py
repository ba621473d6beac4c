"""Whatever people type or paste is text: kept and shown as it is, or refused in clear words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from browsing import PATIENCE, served, settle
from test_text_is_data import NASTY
from typist import MARK, PLACES, Typist

from codeclm.pipeline.studio import Studio

pytestmark = pytest.mark.browser

MIXED = (
    f"{NASTY} \x00 \u2066bidi\u2069 zero\u200bwidth\ufeff ${{x}} $name $$ {{x}} {{{{y}}}} %s %(n)s"
    ' \' OR 1=1; DROP TABLE projects; -- " =HYPERLINK("http://192.0.2.1/d") ../../etc/passwd'
)
#: The same without the one character that no seed and no prompt may hold.
PLAIN = MIXED.replace("\x00", "")
LONG = f"=1+1 {MARK} {'w' * 5000}"
NUMBERS = ("1e308", "-99999999999999999999")
#: What is pasted on Source: lines, records with hostile names, a table of formulas.
PASTES = (
    f"{PLAIN}\n{LONG}\n{PLAIN}",
    "\n".join(
        json.dumps({"__proto__": PLAIN, "a.b[0]": f"{MARK} {number}", MARK: {"$.x": LONG}})
        for number in range(3)
    ),
    f'"{MARK}","=1+1"\n"@SUM(A1) one","+2"\n"-3|cmd two","\'; --"\n',
)

#: Pages with more than one face, and what to add to their address.
FACES = {
    "Source": ("", "&way=task", "&way=pairs"),
    "Review": ("", "&fields=edit&pair=1", "&view=replace"),
}


@pytest.mark.usefixtures("filled")
def test_no_field_obeys_what_is_typed(database: Path, page, tmp_path: Path) -> None:
    with served(database, tmp_path) as address:
        typist = Typist(page, address)
        titles = list(PLACES)
        for words, number in ((MIXED, NUMBERS[0]), (LONG, NUMBERS[1])):
            typist.begin()
            for title in titles:
                for query in FACES.get(title, ("",)):
                    typist.page_through(title, words, number, query)
            # Pages without a field were seen once.
            titles = [title for title in titles if typist.has_typed(title)]
        typist.begin()
        for title in titles:
            typist.open(title)
    assert not typist.wrong, "\n".join(typist.wrong)
    # That fields are found at all: some that are named on every kind of page.
    assert {
        "Projects: New project",
        "Models: Base URL",
        "Prompts: Wording of encode",
        "Source: Must not",
        "Source: One line a use case: its skills after a colon",
        "Metadata: Find in use case and skills",
        "Rubrics: Name of the set",
        "Run: judge: USD",
        "Review: Reviewer",
        "Review: Find",
    } <= typist.typed
    with Studio(database) as studio:
        assert studio.doctor() == []


def read(typist: Typist, words: str) -> None:
    """Paste, and wait for what is told about it."""
    typist.open("Source")
    typist.page.get_by_label("Or paste rows or plain lines").fill(words)
    typist.press("Read what is pasted")
    typist.page.get_by_role("button", name="Put it away").wait_for()
    settle(typist.page)


def paste(typist: Typist, words: str) -> None:
    """Paste, choose the first field there is, import; the worker does it."""
    page = typist.page
    read(typist, words)
    if page.get_by_text("Choose the field that holds").count():
        page.get_by_label("Field of the instruction").first.click()
        page.get_by_role("option").filter(has_text=" — ").first.click()
        settle(page)
        typist.check("the fields of what is pasted")
    page.get_by_role("button", name=re.compile(r"^Import \d+ seed")).click()
    page.get_by_text("Nothing is read yet.").wait_for()
    typist.check("Import")


def edit_a_cell(typist: Typist, across: int, words: str) -> None:
    """Type into the first row of the table at so many pixels from its left."""
    page = typist.page
    box = page.get_by_test_id("data-grid-canvas").first.bounding_box()
    for act in (
        lambda: page.mouse.click(box["x"] + across, box["y"] + 50),
        lambda: page.keyboard.press("Enter"),
        lambda: page.keyboard.insert_text(words),
        lambda: page.keyboard.press("Enter"),
        # A cell of several values takes a second one until something else is clicked.
        lambda: page.mouse.click(box["x"] + 160, box["y"] + 120),
    ):
        act()
        # The table draws its editor, and hands over what was typed, a moment later.
        page.wait_for_timeout(250)


@pytest.mark.usefixtures("filled")
def test_it_stays_text_all_the_way_to_a_run(database: Path, page, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    with Studio(database) as studio, served(database, tmp_path) as address:
        project = studio.project_of(1)
        typist = Typist(page, address)
        read(typist, MIXED)
        page.get_by_text("the text holds a NUL character").wait_for()
        typist.press("Put it away")
        for words in PASTES:
            paste(typist, words)
        assert any(PLAIN[:40] in seed.text for seed in project.seeds(200))

        typist.open("Metadata")
        edit_a_cell(typist, 160, MIXED)
        edit_a_cell(typist, 640, MIXED)
        typist.press("Save changes")
        entry = project.metadata()[0]
        assert MARK in entry.use_case
        assert any(MARK in skill for skill in entry.skills)

        typist.open("Prompts")
        field = page.get_by_label("Wording of encode")
        # The field is there a moment before its text is.
        expect(field).to_have_value(re.compile("# User"), timeout=PATIENCE)
        field.fill(f"{field.input_value()}\n{PLAIN.replace('$', '$$')}")
        typist.press("Save wording")
        page.get_by_text("Difference to the shipped wording").wait_for()

        typist.open("Rubrics")
        page.get_by_label("Action 1").fill(MIXED)
        page.keyboard.press("Tab")
        settle(page)
        typist.press("Save as a new version")
        page.get_by_text("saved as version").wait_for()
        settle(page)
        typist.press("Try it")
        page.get_by_text("What the action makes of it").wait_for()
        typist.check("Try it")

        typist.open("Run")
        typist.press("Preview 5")
        page.get_by_text("The chains of the preview").wait_for()
        for title in ("Jobs", "Metadata", "Gaps", "Judge", "Review", "Export"):
            typist.open(title)
        assert not typist.wrong, "\n".join(typist.wrong)
        assert studio.doctor() == []
