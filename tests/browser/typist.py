"""A person who types into every field there is, and looks at what comes of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from browsing import PATIENCE, Seen, settle, unfold

from codeclm.ui.page import SECTIONS

#: Begins every text that is typed, and is short enough for any field.
MARK = "![a](http://192.0.2.1/a.png)"
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
