"""Projects whose texts are looked at by the vectors of an embedding model."""

from __future__ import annotations

import pytest
from hills import TEXTS, bring


@pytest.fixture
def project(studio, tmp_path):
    return bring(studio, tmp_path, TEXTS)


@pytest.fixture
def many(studio, tmp_path):
    """Ten batches of texts, no two of which are alike."""
    return bring(studio, tmp_path, {str(n): f"word{n} other{n} third{n}" for n in range(640)})
