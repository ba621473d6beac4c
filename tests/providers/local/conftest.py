"""Local models without llama.cpp and without their files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jobs import ROOT
from ranges import CONTENT, FileServer

from codeclm.providers.local.catalogue import Model, Source, Web

STAND_IN = Path(__file__).with_name("stand_in")


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of local models."""
    folder = tmp_path / "models"
    monkeypatch.setenv("CODECLM_MODELS", str(folder))
    return folder


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """``import xllamacpp`` gets ``stand_in/xllamacpp.py``, here and in servers."""
    monkeypatch.syspath_prepend(STAND_IN)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{STAND_IN}")


@pytest.fixture
def gguf(tmp_path: Path, stand_in: None) -> Callable[..., Path]:
    """A file that the stand-in serves as it is told."""

    def write(name: str = "mine.gguf", **told: Any) -> Path:
        path = tmp_path / name
        path.write_bytes(b"GGUF" + json.dumps(told).encode())
        return path

    return write


@pytest.fixture
def files():
    with FileServer(CONTENT) as server:
        yield server


@pytest.fixture
def tiny(files: FileServer) -> Callable[..., Model]:
    """A model of ``CONTENT``, by default at the server of ``files``."""

    def make(*sources: Source, **changes: Any) -> Model:
        values: dict[str, Any] = {
            "name": "tiny",
            "title": "Tiny",
            "file": "tiny.gguf",
            "bytes": len(CONTENT),
            "sha256": hashlib.sha256(CONTENT).hexdigest(),
            "licence": "Apache-2.0",
            "memory": 1,
            "sources": sources or (Web(files.url),),
        }
        return Model(**(values | changes))

    return make
