"""What most tests need: a studio on a fresh database, and a fake endpoint on loopback."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import curated as curating
import pytest
from click.testing import CliRunner, Result
from jobs import KEY

from bench.server import FakeServer
from bench.service import Faults
from codeclm.cli import main
from codeclm.pipeline.studio import Studio

Serve = Callable[..., FakeServer]


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own settings reaches a test."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "GEMINI_", "GOOGLE_", "CODECLM_")):
            monkeypatch.delenv(name)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(tmp_path / "studio.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a reviewed project, made once; see ``curated.py``. Copy it to change it."""
    return curating.made(tmp_path_factory.mktemp("curated"))


@pytest.fixture
def shop(curated: Path, tmp_path: Path) -> Iterator[Studio]:
    """A studio on a copy of it."""
    shutil.copy(curated, tmp_path / "shop.db")
    with Studio(tmp_path / "shop.db") as opened:
        yield opened


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start fake endpoints that ``openai:`` then means."""
    opened: list[FakeServer] = []

    def start(replies: Any = None, **faults: Any) -> FakeServer:
        server = FakeServer(Faults(**faults), replies).__enter__()
        opened.append(server)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        return server

    yield start
    for server in opened:
        server.__exit__(None, None, None)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Twelve seeds as a person might have them."""
    topics = ("tents", "boots", "stoves", "maps", "ropes", "lamps")
    texts = [f"Which {topic} do I need for a week in the hills?" for topic in topics]
    texts += [f"Write a friendly note about our {topic}." for topic in topics]
    path = tmp_path / "outdoor.jsonl"
    path.write_text("".join(json.dumps({"prompt": text}) + "\n" for text in texts))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Run a command on a database of its own."""

    def invoke(*words: object) -> Result:
        found = CliRunner().invoke(main, [*map(str, words), "--db", str(tmp_path / "cli.db")])
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    return invoke
