"""Curating all day: fast keys, two people at one queue, many pairs at once, hostile answers."""

from __future__ import annotations

import contextlib
import re
import urllib.request
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from browsing import PATIENCE, served, settle
from loopback import Loopback

from codeclm.pipeline import sources
from codeclm.pipeline.studio import Studio
from codeclm.records import Status
from codeclm.settings import RunSettings

pytestmark = pytest.mark.browser

#: Notes which pair is on screen whenever a key goes down.
WATCH = """
() => {
  window.seen = [];
  addEventListener('keydown', (event) => {
    const found = document.body.innerText.match(/pair (\\d+) ·/);
    window.seen.push([event.key, found ? Number(found[1]) : null]);
  }, true);
}
"""


@pytest.fixture
def pairs(database: Path) -> None:
    """A project with pairs to decide upon."""
    with Studio(database) as studio:
        project = sources.try_it(studio)
        models = {"strong": "simulated:strong", "target": "simulated:target"}
        project.plan_from_seeds(RunSettings(goal="metadata", **models)).bring()
        project.plan_from_metadata(
            RunSettings(size=60, use_rubrics=False, **models), _approve(project)
        ).bring()


def _approve(project) -> list[int]:
    from dataclasses import replace

    project.edit_metadata(*(replace(e, status=Status.APPROVED) for e in project.metadata()))
    return [entry.id for entry in project.metadata()]


def look(page, address: str, query: str = "") -> None:
    page.goto(f"{address}/review?project=1{query}")
    page.get_by_role("heading", name="Review", exact=True).wait_for()
    settle(page)


def shown(page) -> int:
    told = page.get_by_text(re.compile(r"^pair \d+ ·")).first
    told.wait_for()
    number = int(told.inner_text().split()[1])
    # The buttons come after the text.
    page.locator(f".st-key-approve-{number}").wait_for()
    return number


def decisions(studio: Studio) -> list[tuple[int, str, str]]:
    """(pair, decision, reviewer) in the order they were made."""
    with studio.store.reading() as db:
        return [
            (row["pair_id"], row["decision"], row["reviewer"])
            for row in db.query("select * from reviews order by id")
        ]


def gone(page, pair: int, key: str) -> None:
    """Wait until a decided pair has left the screen; a key that came too early is pressed again."""
    from playwright.sync_api import TimeoutError

    told = page.get_by_text(re.compile(rf"^pair {pair} ·")).first
    for _ in range(PATIENCE // 5000):
        with contextlib.suppress(TimeoutError):
            return told.wait_for(state="detached", timeout=5000)
        settle(page)
        # Nothing runs and it is still there: the key went nowhere.
        if told.is_visible():
            page.keyboard.press(key)
    raise AssertionError(f"pair {pair} stays on screen")


@pytest.mark.usefixtures("pairs")
def test_fast_keys_decide_only_what_was_on_screen(database: Path, page, tmp_path: Path) -> None:
    with Studio(database) as studio, served(database, tmp_path) as address:
        look(page, address)
        shown(page)
        page.evaluate(WATCH)
        # On a slow machine most keys come while no pair may be decided, and are nobody's.
        for turn in range(400):
            page.keyboard.press("ax1"[turn % 3])
            page.wait_for_timeout(120)
            if turn % 40 == 39 and len(decisions(studio)) >= 10:
                break
        settle(page)
        seen = page.evaluate("window.seen")
        by_key = {"a": "approved", "x": "rejected", "1": "rejected"}
        meant = {(pair, by_key[key]) for key, pair in seen}
        made = decisions(studio)
        assert len(made) >= 10
        assert {(pair, decision) for pair, decision, _ in made} <= meant
        assert len({pair for pair, _, _ in made}) == len(made)


@pytest.mark.usefixtures("pairs")
def test_two_reviewers_share_a_queue(database: Path, page, tmp_path: Path) -> None:
    with Studio(database) as studio, served(database, tmp_path) as address:
        count = studio.project_of(1).count_pairs()
        context = page.context.browser.new_context(viewport={"width": 1366, "height": 900})
        context.set_default_timeout(PATIENCE)
        people = {"ada": page, "bob": context.new_page()}
        for name, own in people.items():
            look(own, address, f"&reviewer={name}")
        for _ in range(8):
            now = {name: shown(own) for name, own in people.items()}
            assert len(set(now.values())) == 2, now
            # Nobody decides within a blink of seeing a pair.
            page.wait_for_timeout(400)
            for own in people.values():
                own.keyboard.press("a")
            for name, own in people.items():
                gone(own, now[name], "a")
        made = decisions(studio)
        assert len(made) == len({pair for pair, _, _ in made}) == 16
        assert {name: sum(1 for *_, by in made if by == name) for name in people} == {
            "ada": 8,
            "bob": 8,
        }
        # Bob's page may have been drawn before Ada's next pair was hers: he looks once more.
        look(people["bob"], address, "&reviewer=bob")
        people["bob"].get_by_text("on the screens of others").wait_for()
        # What one has on screen the other may reach by its number: the first decision stands.
        theirs = shown(people["ada"])
        look(people["bob"], address, f"&reviewer=bob&pair={theirs}")
        assert shown(people["bob"]) == theirs
        people["ada"].keyboard.press("x")
        gone(people["ada"], theirs, "x")
        people["bob"].wait_for_timeout(400)
        people["bob"].keyboard.press("a")
        people["bob"].get_by_text("Somebody else has decided").wait_for()
        project = studio.project_of(1)
        assert project.pair(theirs).status is Status.REJECTED
        assert project.count_pairs(project.filter(status=Status.PENDING)) == count - 17


@pytest.mark.usefixtures("pairs")
def test_many_at_once_are_one_thing_to_undo(database: Path, page, tmp_path: Path) -> None:
    with Studio(database) as studio, served(database, tmp_path) as address:
        project = studio.project_of(1)
        count = project.count_pairs()
        approved = project.filter(status=Status.APPROVED)
        look(page, address, "&view=table&status=any")
        page.get_by_role("button", name=re.compile(f"^Approve all {count} matching")).click()
        page.get_by_text(f"{count} pairs approved").wait_for()
        assert project.count_pairs(approved) == count
        for name, left in (("Undo", 0), ("Redo", count), ("Undo", 0)):
            page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
            settle(page)
            page.wait_for_timeout(300)
            assert project.count_pairs(approved) == left
        look(page, address, "&view=replace&status=any&find=the&with=THE")
        page.get_by_text(re.compile("^Changes 1 to")).wait_for()
        before = [(pair.instruction, pair.response) for pair in project.pairs()]
        page.get_by_role("button", name=re.compile(r"^Replace in \d+ pair")).click()
        page.get_by_text(re.compile(r"\d+ pairs edited")).wait_for()
        assert [(pair.instruction, pair.response) for pair in project.pairs()] != before
        page.get_by_role("button", name=re.compile("^Undo")).first.click()
        page.get_by_text("Taken back").wait_for()
        assert [(pair.instruction, pair.response) for pair in project.pairs()] == before


class Sink(Loopback):
    """Counts whoever comes."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.listen(self._handler())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args) -> None:
                pass

        return Handler


@pytest.fixture
def sink():
    with Sink() as there:
        yield there


@pytest.mark.usefixtures("pairs")
def test_nothing_in_an_answer_calls_anybody(
    database: Path, page, tmp_path: Path, sink: Sink
) -> None:
    away = sink.address
    answer = (
        f"![a]({away}/md.png) <img src='{away}/img.png'> <script src='{away}/s.js'></script>"
        f" $\\href{{{away}/tex}}{{x}}$ [l](javascript:fetch('{away}/js')) {away}/bare"
        f" <style>@import '{away}/c.css'</style> \u202etxt.exe\u200b "
    )
    long = answer + "word " * 8_000
    with Studio(database) as studio, served(database, tmp_path) as address:
        with studio.store.writing() as db:
            db.conn.execute("update responses set text = ? where side = 'strong'", (long,))
            db.conn.execute("update responses set text = ? where side = 'target'", (answer,))
            db.conn.execute("update instructions set text = ?", (answer,))
        for query in ("", "&blind=true", "&fields=edit&pair=1", "&view=table&status=any",
                      "&view=replace&status=any&find=word"):  # fmt: skip
            look(page, address, query)
            page.wait_for_timeout(500)
        look(page, address)
        main = page.get_by_test_id("stMain")
        assert "\u202e" not in main.inner_text()
        assert "⟨U+202E⟩txt.exe⟨U+200B⟩" in main.inner_text()
        # A long text is folded, not cut: all of it is there for the asking.
        before = len(main.inner_text())
        main.get_by_text(re.compile(r"^Show all")).first.click()
        settle(page)
        page.wait_for_timeout(500)
        assert len(main.inner_text()) > before + 20_000
        page.goto(f"{address}/gaps?project=1")
        page.get_by_role("heading", name="Gaps", exact=True).wait_for()
        settle(page)
        page.wait_for_timeout(500)
        # It does hear whoever calls.
        urllib.request.urlopen(f"{away}/called")
        assert sink.asked == ["/called"]
