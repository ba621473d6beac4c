"""What most tests need: a studio on a fresh database, and a fake endpoint on loopback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.server import FakeServer
from bench.service import Faults
from codeclm.pipeline.runs import Run
from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import synthesize
from codeclm.records import Pair

ROOT = Path(__file__).parent.parent
KEY = "sk-canary-5f1d7c09e2"

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


def job(studio: Studio, seeds: Path, **settings: Any) -> Run:
    """A whole unattended job against the fake endpoint, small unless told otherwise."""
    wanted = {"strong": "openai:big", "target": "openai:small", "size": 40, **settings}
    return synthesize(studio, seeds, field="prompt", **wanted)


def pool(studio: Studio, run: Run) -> list[tuple[Any, ...]]:
    """A run's pairs in plan order, as far as they may not differ between equal runs."""
    project = studio.project_of(run.row.project)
    return [_essence(pair) for pair in project.pairs(project.filter(run=run.id))]


def _essence(pair: Pair) -> tuple[Any, ...]:
    return (
        pair.chain_id,
        pair.iteration,
        pair.instruction,
        pair.response,
        pair.response_from,
        pair.gap,
        pair.use_case,
        pair.skills,
        tuple((link.instruction, link.action, link.gap) for link in pair.chain),
    )
