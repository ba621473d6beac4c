"""Pages and the ui room import only what the house lets them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from codeclm.settings import APP_FOLDER

PAGES = sorted((APP_FOLDER / "pages").rglob("*.py"))
UI = sorted((APP_FOLDER / "codeclm" / "ui").glob("*.py"))
PAGE_MAY = ("streamlit", "codeclm.ui", "codeclm.records", "codeclm.errors")
UI_MAY = (
    "streamlit",
    "codeclm.ui",
    "codeclm.pipeline",
    "codeclm.store.views",
    "codeclm.figures",
    "codeclm.settings",
    "codeclm.records",
    "codeclm.errors",
)
STANDARD = {"dataclasses", "functools", "itertools"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for name in node.names:
                yield f"{node.module}.{name.name}" if node.module == "codeclm" else str(node.module)


def ours(module: str) -> bool:
    return module.split(".")[0] in ("codeclm", "streamlit", "pages", "openai", "google", "plotly")


def may(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_reaches_the_engine_only_through_ui(path: Path) -> None:
    wrong = [name for name in imported(path) if not may(name, PAGE_MAY)]
    assert {name.split(".")[0] for name in wrong} <= STANDARD


@pytest.mark.parametrize("path", UI, ids=lambda path: path.stem)
def test_ui_reads_through_pipeline_views_and_figures(path: Path) -> None:
    assert [name for name in imported(path) if ours(name) and not may(name, UI_MAY)] == []


def test_no_page_lies_directly_under_pages_and_names_are_unique() -> None:
    assert {path.parent.parent.name for path in PAGES} == {"pages"}
    assert len({path.stem for path in PAGES}) == len(PAGES)
