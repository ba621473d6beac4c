"""Starting the real app, and what a browser does with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codeclm.pipeline.ownership import is_taken
from codeclm.pipeline.studio import Studio
from codeclm.settings import APP_FOLDER

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
#: Milliseconds until something that must come is given up, on however busy a machine.
PATIENCE = 90_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, seconds: float = PATIENCE / 1000) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@contextmanager
def served(database: Path, folder: Path, *, with_worker: bool = True) -> Iterator[str]:
    """The app as its command starts it in ``folder``; gives its address, and ends it.

    ``with_worker`` ends the app's worker too, if one is left.
    """
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "codeclm.cli", "app",
            "--headless", "--port", str(port), "--db", str(database),
        ],
        cwd=folder,
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
        process.wait(60)
        with Studio(database) as studio:
            worker = studio.jobs.worker() if with_worker and is_taken(studio.path) else None
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


# No script runs, nothing is left of the run before or still being fetched, nothing fades.
_STILL = r"""
() => document.querySelector('[data-test-script-state="notRunning"]')
  && !document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
  && document.getAnimations().every((each) => each.playState === 'finished'
    || !Number.isFinite(each.effect.getComputedTiming().endTime))
"""


def settle(page) -> None:
    """Wait until the page is still, and was so a moment ago."""
    looks = 0
    while looks < 2:
        page.wait_for_timeout(100)
        if page.evaluate(_STILL):
            looks += 1
        else:
            looks = 0
            page.wait_for_function(_STILL)


def unfold(page) -> None:
    """Open everything that is folded in the main area."""
    folded = page.get_by_test_id("stMain").locator("details:not([open]) > summary")
    if folded.count():
        folded.evaluate_all("found => found.forEach((summary) => summary.click())")
        folded.first.wait_for(state="detached")
        settle(page)
