"""The whole way through in a real browser: Try it, metadata, rubrics, run, review, export."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from codeclm.pipeline.studio import Studio
from codeclm.settings import APP_FOLDER

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[str]:
    """The app as its command starts it, in a folder of its own, on a new database."""
    port, database = free_port(), tmp_path / "studio.db"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "codeclm.cli", "app",
            "--headless", "--port", str(port), "--db", str(database),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(APP_FOLDER)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
        with Studio(database) as studio:
            worker = studio.worker() if studio.is_at_work() else None
        if worker:
            os.kill(worker["pid"], signal.SIGTERM)


class Seen:
    """What the browser asked other hosts for, and what it complained about."""

    def __init__(self, page, address: str) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        own = (address, address.replace("http", "ws"), "data:", "blob:")
        page.on("request", lambda request: self._ask(request.url, own))
        page.on("websocket", lambda socket: self._ask(socket.url, own))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _ask(self, url: str, own: tuple[str, ...]) -> None:
        if not url.startswith(own):
            self.outside.append(url)

    def _hear(self, message) -> None:
        # Streamlit looks for its server below the page's path first; those 404 are its own.
        probe = "/_stcore/" in message.location.get("url", "")
        if message.type == "error" and not probe:
            self.errors.append(message.text)


@pytest.fixture
def page(app: str) -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": 1366, "height": 900}, accept_downloads=True
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        browser.close()


def settle(page) -> None:
    """Wait until no script runs any more."""
    page.wait_for_timeout(150)
    page.locator('[data-test-script-state="notRunning"]').wait_for(state="attached")


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
    page.keyboard.press(key)
    page.get_by_text(re.compile(rf"^{before} ·")).first.wait_for(state="detached")
    return before, shown_pair(page)


def synthesize(page) -> None:
    """From an empty database to a finished run."""
    press(page, "^Try it$")
    page.get_by_role("heading", name="Metadata", exact=True).wait_for()
    press(page, "^Extract from 25 seeds$")
    page.get_by_text(re.compile(r"\d+ approved ·")).wait_for()
    follow(page, "Next: Write rubrics", "Rubrics")
    press(page, "^Generate missing")
    page.get_by_text("Every approved entry has its rubrics.").wait_for()
    follow(page, "Next: Start a run", "Run")
    press(page, "^Quick look$")
    press(page, "^Start run$")
    page.get_by_role("link", name="Review the pairs →").wait_for(timeout=45_000)


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
    for _ in range(5):
        decide(page, "a")
    rejected, _ = decide(page, "x")
    page.keyboard.press("u")
    page.get_by_text(re.compile(rf"^{rejected} ·")).first.wait_for()
    page.get_by_text(re.compile(r"^5 of \d+ reviewed")).wait_for()

    go(page, "Gaps")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    go(page, "Export")
    button = page.get_by_role("button", name="Download 5 pairs")
    button.wait_for()
    with page.expect_download() as download:
        button.click()
    path = tmp_path / "export.jsonl"
    download.value.save_as(path)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 5
    assert {row["review"]["status"] for row in rows} == {"approved"}
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
