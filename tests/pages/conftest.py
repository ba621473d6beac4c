"""The app as people use it, on a database of its own, without a browser and without a worker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from screens import Visit, sound
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from codeclm.pipeline import sources
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.settings import APP_FOLDER, RunSettings

SIZE = 40


@pytest.fixture(scope="session", autouse=True)
def _components_looked_for_once() -> Iterator[None]:
    """Each AppTest would look through all installed packages for components, longer than a page."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a sample project that has been run, made by the engine itself."""
    path = tmp_path_factory.mktemp("made") / "made.db"
    with Studio(path) as studio:
        project = sources.try_it(studio)
        models = {"strong": "simulated:strong", "target": "simulated:target"}
        project.plan_from_seeds(RunSettings(goal="metadata", **models)).bring()
        project.plan_from_metadata(RunSettings(goal="rubrics", **models)).bring()
        project.plan_from_metadata(RunSettings(size=SIZE, **models)).bring()
    return path


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this test's database lies. Jobs stay queued: no worker is started."""
    path = tmp_path / "studio.db"
    monkeypatch.setenv("CODECLM_DB", str(path))
    monkeypatch.setattr("codeclm.pipeline.jobs.ensure_worker", lambda store: None)
    yield path
    st.cache_resource.clear()


@pytest.fixture
def empty(database: Path) -> Iterator[Studio]:
    """A studio without a project."""
    with Studio(database) as studio:
        yield studio


@pytest.fixture
def full(made: Path, database: Path) -> Iterator[Studio]:
    """A studio whose one project has been run; every test gets its own copy."""
    shutil.copy(made, database)
    with Studio(database) as studio:
        yield studio


@pytest.fixture
def project(full: Studio) -> Project:
    return full.project_of(1)


@pytest.fixture
def visit() -> Visit:
    """Open a page, of project 1 unless told otherwise; keywords go into the URL."""

    def go(page: str, /, project: int | None = 1, **query: str) -> AppTest:
        app = AppTest.from_file(APP_FOLDER / "app.py", default_timeout=90)
        app.run()
        if project:
            app.query_params["project"] = str(project)
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(f"pages/{page}.py").run()
        return sound(app)

    return go
