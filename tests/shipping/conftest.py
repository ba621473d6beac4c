"""A curated database that each command works on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def database(curated, tmp_path) -> Path:
    return Path(shutil.copy(curated, tmp_path / "cli.db"))
