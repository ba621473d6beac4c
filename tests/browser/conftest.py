"""The app on a new database, and a page of a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM, PATIENCE, served


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the app's database will lie; a test may fill it before it asks for the app."""
    return tmp_path / "studio.db"


@pytest.fixture
def app(database: Path, tmp_path: Path) -> Iterator[str]:
    """The running app's address."""
    with served(database, tmp_path) as address:
        yield address


@pytest.fixture
def page() -> Iterator:
    """A page of a browser with an empty profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": 1366, "height": 900}, accept_downloads=True
        )
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        browser.close()
