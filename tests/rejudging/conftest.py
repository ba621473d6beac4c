"""A project whose pairs one judge has kept."""

from __future__ import annotations

import pytest
from jobs import job


@pytest.fixture
def project(studio, seeds, serve):
    """A project with some pairs, kept by the judge ``openai:big``."""
    serve()
    job(studio, seeds, size=24)
    return studio.project("outdoor")
