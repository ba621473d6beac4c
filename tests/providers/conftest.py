from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from places import KEY, Place

STAND_IN = Path(__file__).parent / "local" / "stand_in"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture(params=["openai", "gemini"])
def place(
    request: pytest.FixtureRequest, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> Place:
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    return Place(request.param, stack)


@pytest.fixture(params=["openai", "gemini", "simulated", "local"])
def anywhere(
    request: pytest.FixtureRequest,
    stack: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Place:
    """Every kind of provider, with nothing going wrong."""
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    made = Place(request.param, stack)
    if request.param == "local":
        # Its server is a process of its own, in which a stand-in answers for llama.cpp.
        monkeypatch.syspath_prepend(STAND_IN)
        monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
        model = tmp_path / "m-1.gguf"
        model.write_bytes(b"GGUF")
        made.model = str(model)
        return made
    if request.param == "simulated":
        made.body = {"latency": 0}
    else:
        made.serve(key=KEY)
    return made


@pytest.fixture
def openai_place(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    return Place("openai", stack)
