from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from places import KEY, Place


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


@pytest.fixture(params=["openai", "gemini", "simulated"])
def anywhere(
    request: pytest.FixtureRequest, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Every kind of provider, with nothing going wrong."""
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    made = Place(request.param, stack)
    if request.param == "simulated":
        made.body = {"latency": 0}
    else:
        made.serve(key=KEY)
    return made


@pytest.fixture
def openai_place(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("LOOPBACK_KEY", KEY)
    return Place("openai", stack)
