"""How long a person waits for a page over a large database, in a real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.grown import make
from bench.table import Cell, Size, Table
from codeclm.settings import APP_FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAIRS: Mapping[Size, int] = {"full": 100_000, "quick": 20_000, "tiny": 1}
#: What is done before it is timed, and what is timed.
TIMES: Mapping[Size, tuple[int, int]] = {"full": (5, 30), "quick": (3, 10), "tiny": (1, 2)}
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
#: Takes the time from a key or click to the moment at which what ``read`` gives is another.
WATCH = """
(read) => {
  const now = new Function('return ' + read);
  let last = now(), since = 0;
  window.waits = [];
  const begin = () => { since = performance.now(); };
  addEventListener('keydown', begin, true);
  addEventListener('click', begin, true);
  new MutationObserver(() => {
    const found = now();
    if (found && found !== last) {
      last = found;
      if (since) { window.waits.push(performance.now() - since); since = 0; }
    }
  }).observe(document.body, {subtree: true, childList: true, characterData: true,
                             attributes: true});
}
"""
PAIR = "(document.body.innerText.match(/pair (\\d+) ·/) || [])[1]"
QUEUE = "(document.body.innerText.match(/([\\d\\s]+) in this queue/) || [])[1]"
LINES = "(document.querySelector('.js-plotly-plot .shapelayer') || {}).innerHTML"


def rows(size: Size) -> Iterator[Sequence[Cell]]:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "large.db"
        kept = make(database, PAIRS[size]).counts().kept
        with _served(database) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
            )
            page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
            page.set_default_timeout(120_000)
            opened = _first_open(page, address)
            yield "first page open", kept, 1, opened, opened
            for what, measured in (
                ("key → next pair", _decide),
                ("filter → its queue", _filter),
                ("θ → chart redrawn", _move_theta),
            ):
                waits = measured(page, address, *TIMES[size])
                yield what, kept, len(waits), statistics.median(waits), max(waits)
            browser.close()


def _first_open(page: Page, address: str) -> float:
    began = time.perf_counter()
    page.goto(f"{address}/review?project=1")
    page.get_by_text("in this queue").wait_for()
    page.locator("[class*='st-key-approve']").first.wait_for()
    return 1000 * (time.perf_counter() - began)


def _decide(page: Page, address: str, warm: int, timed: int) -> list[float]:
    return _timed(page, PAIR, lambda _: page.keyboard.press("a"), warm, timed)


def _filter(page: Page, address: str, warm: int, timed: int) -> list[float]:
    def choose(turn: int) -> None:
        page.get_by_label("Use case").first.click()
        option = page.get_by_role("option").nth(1 + turn % 3)
        option.wait_for()
        option.click()

    page.goto(f"{address}/review?project=1")
    page.get_by_text("in this queue").wait_for()
    return _timed(page, QUEUE, choose, warm, timed)


def _move_theta(page: Page, address: str, warm: int, timed: int) -> list[float]:
    page.goto(f"{address}/gaps?project=1")
    page.locator(".js-plotly-plot .shapelayer path").first.wait_for(state="attached")
    page.wait_for_timeout(1000)
    page.get_by_role("slider").first.focus()

    def move(turn: int) -> None:
        page.keyboard.press("ArrowRight" if turn // 8 % 2 == 0 else "ArrowLeft")

    return _timed(page, LINES, move, warm, timed)


def _timed(page: Page, read: str, act: Callable[[int], None], warm: int, timed: int) -> list[float]:
    """Milliseconds from each act to what follows from it on screen."""
    page.wait_for_timeout(500)
    page.evaluate(WATCH, read)
    for turn in range(warm + timed):
        act(turn)
        page.wait_for_timeout(900)
    page.wait_for_function("window.waits.length > 0")
    waits = page.evaluate("window.waits")
    # Where a warm-up act changed nothing there are fewer waits than acts.
    return waits[-timed:]


@contextmanager
def _served(database: Path) -> Iterator[str]:
    """The app as its command starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "codeclm.cli", "app", "--headless", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--db", str(database)],
        cwd=database.parent,
        env={**os.environ, "PYTHONPATH": str(APP_FOLDER)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _wait_for(url: str, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


TABLE = Table(
    "browser",
    "Promised: first open at most 3 s, key → next pair 200 ms, filter 500 ms, θ 300 ms (median).",
    ("what", "pairs", "times", "median ms", "slowest ms"),
    rows,
)
