"""The whole way through in a real browser: Try it, metadata, rubrics, run, review, export."""

from __future__ import annotations

import json
import re
import urllib.request
import zipfile
from pathlib import Path

import pytest
from browsing import Seen, settle

from codeclm.pipeline.studio import Studio

pytestmark = pytest.mark.browser


def press(page, label: str) -> None:
    page.get_by_role("button", name=re.compile(label)).first.click()
    settle(page)


def follow(page, label: str, heading: str) -> None:
    page.get_by_test_id("stMain").get_by_role("link", name=re.compile(label)).first.click()
    page.get_by_role("heading", name=heading, exact=True).wait_for()
    settle(page)


def go(page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True).wait_for()
    settle(page)


def shown_pair(page) -> str:
    told = page.get_by_text(re.compile(r"^pair \d+ ·"))
    told.first.wait_for()
    return told.first.inner_text().split(" ·")[0]


def decide(page, key: str) -> tuple[str, str]:
    """Press a key and wait for the next pair; returns the pair before and after."""
    before = shown_pair(page)
    # The buttons come after the text.
    page.locator(f".st-key-approve-{before.split()[1]}").wait_for()
    page.keyboard.press(key)
    page.get_by_text(re.compile(rf"^{before} ·")).first.wait_for(state="detached")
    return before, shown_pair(page)


def type_keys_into_a_field(page) -> None:
    """What is typed is text, not a decision."""
    before = shown_pair(page)
    field = page.get_by_label("Reviewer")
    field.press_sequentially("axsu")
    field.press("Enter")
    settle(page)
    assert shown_pair(page) == before
    page.get_by_text(re.compile(r"^0 of \d+ reviewed")).wait_for()
    assert "reviewer=axsu" in page.url
    field.blur()


def synthesize(page) -> None:
    """From an empty database to a finished run."""
    press(page, "^Try it$")
    page.get_by_role("heading", name="Metadata", exact=True).wait_for()
    page.get_by_text(re.compile(r"\d+ approved ·")).wait_for()
    follow(page, "Next: Write rubrics", "Rubrics")
    press(page, "^Generate missing")
    page.get_by_text("Every approved entry has its rubrics.").wait_for()
    follow(page, "Next: Start a run", "Run")
    press(page, "^Quick look$")
    press(page, "^Start run$")
    page.get_by_role("link", name="Review the pairs →").wait_for()


def test_from_try_it_to_a_downloaded_file(app: str, page, tmp_path: Path) -> None:
    seen = Seen(page, app)
    page.goto(app)
    page.get_by_role("heading", name="Projects", exact=True).wait_for()
    settle(page)
    synthesize(page)

    page.reload()
    page.get_by_text("Sample: customer support").first.wait_for()
    assert "project=1" in page.url

    go(page, "Review")
    assert "project=1" in page.url
    type_keys_into_a_field(page)
    for _ in range(5):
        decide(page, "a")
    rejected, _ = decide(page, "x")
    page.keyboard.press("u")
    page.get_by_text(re.compile(rf"^{rejected} ·")).first.wait_for()
    page.get_by_text(re.compile(r"^5 of \d+ reviewed")).wait_for()

    go(page, "Gaps")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    go(page, "Export")
    press(page, "^Export 5 rows$")
    page.get_by_text("Nothing has changed since.").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    path = tmp_path / "bundle.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        (data,) = [name for name in bundle.namelist() if name.endswith("data/train.jsonl")]
        rows = [json.loads(line) for line in bundle.read(data).decode().splitlines()]
    assert len(rows) == 5
    assert {row["review"]["status"] for row in rows} == {"approved"}
    assert seen.outside == []
    assert seen.errors == []


def test_the_first_visit_may_be_a_deep_link(database: Path, app: str, page) -> None:
    with Studio(database) as studio:
        number = studio.create_project("linked").id
    seen = Seen(page, app)
    page.goto(f"{app}/review?project={number}")
    page.get_by_role("heading", name="Review", exact=True).wait_for()
    settle(page)
    assert page.get_by_role("dialog").count() == 0
    assert page.get_by_text("linked").count() == 1
    assert seen.outside == []
    assert seen.errors == []


def test_every_reply_carries_the_security_headers(app: str) -> None:
    for path in ("/", "/review?project=1", "/_stcore/health"):
        with urllib.request.urlopen(app + path) as reply:
            policy = reply.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-eval" not in policy
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Referrer-Policy"] == "no-referrer"
