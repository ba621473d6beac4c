"""A curated project, its exports, and settings over its approved pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from codeclm.pipeline.exporting import Exports
from codeclm.pipeline.projects import Project
from codeclm.records import ExportSettings, Layout, Status


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
