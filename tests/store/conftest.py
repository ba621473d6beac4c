"""A database with a finished run of simulated models; every test gets a copy of its own."""

from __future__ import annotations

import shutil

import pytest

from codeclm.pipeline.studio import Studio
from codeclm.pipeline.synthesis import synthesize


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The database, made once."""
    folder = tmp_path_factory.mktemp("finished")
    seeds = folder / "outdoor.jsonl"
    seeds.write_text("".join(f'{{"prompt": "Which boots for hill {n}?"}}\n' for n in range(12)))
    with Studio(folder / "made.db") as studio:
        models = {"strong": "simulated:strong", "target": "simulated:target"}
        synthesize(studio, seeds, field="prompt", size=60, **models)
    return folder / "made.db"


@pytest.fixture
def made(finished):
    """What is copied; a module may add to it."""
    return finished


@pytest.fixture
def outdoor(made, tmp_path):
    """A studio on the copy."""
    shutil.copy(made, tmp_path / "outdoor.db")
    with Studio(tmp_path / "outdoor.db") as opened:
        yield opened
