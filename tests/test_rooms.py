"""The house keeps its rules: what loads what, and where SQL and Streamlit live."""

import ast
import subprocess
import sys

import pytest
from jobs import ROOT

ROOMS = ROOT / "codeclm"


def imports(path):
    """What a module imports when it is loaded; what only a type checker sees is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def loaded_by(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import codeclm", "import codeclm.cli", "import codeclm.providers"]
)
def test_importing_loads_nothing_heavy(statement):
    heavy = {"streamlit", "openai", "google.generativeai", "pandas", "plotly"}
    assert not heavy & loaded_by(statement)
    if statement != "import codeclm.providers":
        assert "sqlite_utils" not in loaded_by(statement)


def test_the_store_loads_neither_pandas_nor_numpy():
    assert not {"pandas", "numpy"} & loaded_by("import codeclm.pipeline.studio")
    assert {"pandas", "numpy"} <= loaded_by("import codeclm.pipeline.studio, pandas")


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("streamlit", {"ui"}),
        # Loaded by another room first, it would bring pandas and numpy along: 80 MiB.
        ("sqlite_utils", {"store"}),
        ("plotly", {"figures"}),
        ("openai", {"providers"}),
        ("google", {"providers"}),
    ],
)
def test_a_library_is_known_to_its_own_room_alone(library, rooms):
    users = {
        path.relative_to(ROOMS).parts[0]
        for path in ROOMS.rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] == library
    }
    assert users <= rooms


def test_there_are_no_rooms_for_odds_and_ends():
    odd = {"utils", "helpers", "common", "misc", "manager", "util", "helper"}
    assert not odd & {path.stem for path in ROOMS.rglob("*")}


def test_every_module_says_what_it_is_for():
    bare = [
        str(path.relative_to(ROOT))
        for path in [*ROOMS.rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert bare == []
