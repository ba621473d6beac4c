"""A run of eighty chains, and bundles as exports write them."""

from __future__ import annotations

import pytest
from jobs import job

from codeclm.pipeline.studio import Studio


@pytest.fixture
def run(studio, seeds, serve):
    """Eighty chains, whose pairs were kept at different iterations."""
    serve()
    found = job(studio, seeds, size=80)
    assert len([n for n in found.counts().by_iteration if n]) > 1
    return found


@pytest.fixture
def project(studio, run):
    return studio.project_of(run.row.project)


@pytest.fixture
def elsewhere(tmp_path):
    with Studio(tmp_path / "elsewhere.db") as opened:
        yield opened


@pytest.fixture
def bundle(tmp_path):
    """Export some of a project's pairs to a folder."""

    def made(project, name="bundle", **narrowing):
        settings = project.exports.settings(project.filter(**narrowing))
        project.exports.write(settings, tmp_path / name)
        return tmp_path / name

    return made
