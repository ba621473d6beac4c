"""A project and its sets."""

from __future__ import annotations

import pytest
from comparing import KINDS, write_set

from codeclm.pipeline.synthesis import read_benchmark


@pytest.fixture
def project(studio):
    return studio.create_project("compared")


@pytest.fixture
def bring(project, tmp_path):
    """Bring a set into the project."""

    def brought(kinds=KINDS, fields=None, **more):
        path = write_set(tmp_path / "set.jsonl", kinds, **more)
        return project.evaluations.bring(read_benchmark(path, fields or {}))

    return brought
