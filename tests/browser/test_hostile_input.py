"""Whatever people type or paste is text: kept and shown as it is, or refused in clear words."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from browsing import PATIENCE, Seen, served, settle, unfold
from test_text_is_data import NASTY

from codeclm.pipeline.studio import Studio
from codeclm.ui.page import SECTIONS

pytestmark = pytest.mark.browser

#: Begins every text that is typed, and is short enough for any field.
MARK = "![a](http://192.0.2.1/a.png)"
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
PLACES = {place.title: place for places in SECTIONS.values() for place in places}
_MAIN, _BOX = '[data-testid="stMain"]', '[data-testid="stPopoverBody"]'
# What takes typed words or numbers in an area, whatever page draws it; a mark finds it again.
_FIELDS = r"""
(area) => {
  for (const old of document.querySelectorAll('[data-typed]')) old.removeAttribute('data-typed');
  const seen = {}, found = [];
  for (const field of document.querySelectorAll(`${area} :is(input, textarea)`)) {
    if (['checkbox', 'radio', 'file', 'range', 'hidden'].includes(field.type)) continue;
    if (field.disabled || field.readOnly || !field.checkVisibility()) continue;
    const label = field.getAttribute('aria-label') || field.labels?.[0]?.innerText || field.type;
    seen[label] = (seen[label] ?? 0) + 1;
    field.dataset.typed = found.length;
    found.push({
      mark: found.length,
      name: seen[label] > 1 ? `${label} (${seen[label]})` : label,
      form: field.closest('[data-testid="stForm"]')
        ?.querySelector('[data-testid="stFormSubmitButton"] button')?.innerText ?? '',
      number: field.type === 'number',
      choice: field.getAttribute('role') === 'combobox',
    });
  }
  return found;
}
"""


class Typist:
    """Types into every field of a page and looks at what comes of it."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
        self.wrong: list[str] = []
        self.typed: set[str] = set()
        self._round: set[str] = set()
        self.dialogs: list[str] = []
        self._seen = Seen(page, address)
        self._known = 0
        self._title = ""
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, title: str, query: str = "") -> None:
        name = Path(PLACES[title].file).stem
        self.page.goto(
            f"{self.address}/{'' if name == 'projects' else name}?project=1&status=any{query}"
        )
        self.page.get_by_role("heading", name=title, exact=True).wait_for()
        settle(self.page)
        self._title = title
        self.check("opened")

    def check(self, what: str) -> None:
        """Note what went wrong since the last look."""
        page, told = self.page, []
        if page.get_by_test_id("stException").count():
            told.append(f"an error box: {page.get_by_test_id('stException').first.inner_text()}")
        if page.locator("img[src*='192.0.2.1'], a[href*='192.0.2.1'], .katex").count():
            told.append("the text was drawn")
        if page.title() == "owned" or self.dialogs:
            told.append(f"the text was run {self.dialogs}")
        if page.evaluate("document.querySelector('.stMain').scrollWidth > innerWidth"):
            told.append("the page is wider than the screen")
        heard = [*self._seen.outside, *self._seen.errors]
        told += heard[self._known :]
        self._known = len(heard)
        self.wrong += [f"{self._title}, {what}: {words[:400]}" for words in told]

    def fields(self, area: str) -> list[dict]:
        unfold(self.page)
        return [
            field
            for field in self.page.evaluate(_FIELDS, area)
            if f"{self._title}: {field['name']}" not in self._round
        ]

    def type(self, field: dict, words: str, number: str) -> None:
        """Replace what a field holds, as pasting does."""
        found = self.page.locator(f"[data-typed='{field['mark']}']")
        found.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(number if field["number"] else words)
        if field["choice"]:
            self.page.keyboard.press("Escape")
        elif not field["number"] and not found.input_value():
            # The field takes no text of this length at all.
            self.page.keyboard.insert_text(words[:60])
        self.page.keyboard.press("Tab")
        self._round.add(f"{self._title}: {field['name']}")

    def begin(self) -> None:
        """From here on every field is typed into again."""
        self.typed |= self._round
        self._round.clear()

    def has_typed(self, title: str) -> bool:
        return any(told.startswith(f"{title}: ") for told in self._round)

    def page_through(self, title: str, words: str, number: str, query: str = "") -> None:
        """Every form, then every field of its own, then every box that a button opens.

        A field that another face of the page had as well is not typed into twice.
        """
        self.open(title, query)
        if not self.fields(_MAIN):
            # The first page of all is slow to appear; one without fields is only looked at twice.
            self.page.wait_for_timeout(500)
            settle(self.page)
        self._forms(_MAIN, words, number)
        self._loose(_MAIN, words, number)
        self._boxes(words, number)

    def _boxes(self, words: str, number: str) -> None:
        """Every box that a button opens, those that come while others are filled as well.

        They are told apart by their words, as what is pasted into one may take the page elsewhere.
        """
        from playwright.sync_api import TimeoutError

        boxes = self.page.get_by_test_id("stMain").get_by_test_id("stPopover")
        opened: Counter[str] = Counter()
        tries = 9
        while True:
            settle(self.page)
            names = boxes.all_inner_texts()
            left = Counter(names) - opened
            if not left:
                return
            name = next(iter(left))
            of_the_name = [place for place, other in enumerate(names) if other == name]
            try:
                box = boxes.nth(of_the_name[opened[name]]).get_by_role("button").first
                box.click(timeout=PATIENCE / 9)
            except TimeoutError:
                # What was typed has taken the box away after it was seen: look what is there now.
                tries -= 1
                assert tries, f"{self._title}: {name} cannot be opened"
                continue
            opened[name] += 1
            self.page.get_by_test_id("stPopoverBody").wait_for()
            self._forms(_BOX, words, number)
            self._loose(_BOX, words, number)
            self.page.keyboard.press("Escape")

    def _forms(self, area: str, words: str, number: str) -> None:
        done = {""}
        while True:
            found = [field for field in self.fields(area) if field["form"] not in done]
            if not found:
                return
            form = found[0]["form"]
            done.add(form)
            inside = [field for field in found if field["form"] == form]
            for field in inside:
                self.type(field, words, number)
            self.press(form, wordy=any(not field["number"] for field in inside))

    def press(self, button: str, *, wordy: bool = False) -> None:
        before = self.page.url
        self.page.get_by_role("button", name=button, exact=True).first.click()
        settle(self.page)
        self.check(button)
        if wordy and not self._answered():
            self.wrong.append(f"{self._title}, {button}: neither kept in sight nor refused")
        if self.page.url.split("?")[0] != before.split("?")[0]:
            self.open(self._title)

    def _loose(self, area: str, words: str, number: str) -> None:
        while True:
            left = [
                field for field in self.fields(area) if not field["form"] and not field["choice"]
            ]
            if not left:
                return
            self.type(left[0], words, number)
            settle(self.page)
            self.check(left[0]["name"])

    def _answered(self) -> bool:
        """Whether an answer comes, on a busy machine perhaps a moment after the script has run."""
        for _ in range(20):
            if self._says_something():
                return True
            self.page.wait_for_timeout(200)
        return False

    def _says_something(self) -> bool:
        """Whether what was typed is on screen as text, or is told to be kept or refused."""
        if self.page.locator("[class*='st-key-problem']").count():
            return True
        if self.page.get_by_test_id("stToast").count():
            return True
        shown = self.page.get_by_test_id("stMain").inner_text()
        values = self.page.locator("input, textarea").evaluate_all(
            "found => found.map((field) => field.value).join(' ')"
        )
        return MARK in f"{shown} {values}"


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
