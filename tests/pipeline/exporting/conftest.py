"""A curated project, its exports, and settings over its approved pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from codeclm.pipeline.exporting import Exports
from codeclm.pipeline.projects import Project
from codeclm.records import Export, ExportSettings, Layout, Status


@pytest.fixture
def project(shop) -> Project:
    return shop.project("outdoor")


@pytest.fixture
def exports(project) -> Exports:
    return project.exports


Choose = Callable[..., ExportSettings]


@pytest.fixture
def choose(project, exports) -> Choose:
    """Settings over approved pairs, unless narrowed otherwise."""

    def chosen(format: str = "jsonl", narrowed: dict[str, Any] | None = None, **more: Any) -> Any:
        layout = {name: more.pop(name) for name in ("style", "fields", "system") if name in more}
        wanted = project.filter(**{"status": Status.APPROVED, **(narrowed or {})})
        return exports.settings(wanted, Layout(format=format, **layout), **more)

    return chosen


@pytest.fixture
def export(project, exports, tmp_path) -> Export:
    """A bundle of everything approved, split in two."""
    wanted = project.filter(status=Status.APPROVED)
    settings = exports.settings(wanted, splits={"train": 0.8, "test": 0.2})
    return exports.write(settings, tmp_path / "set")
