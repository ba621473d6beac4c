"""The examples run as they stand."""

import os
import subprocess
import sys

import pytest
from jobs import ROOT


@pytest.mark.parametrize(
    "script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem
)
def test_an_example_runs(script, tmp_path):
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "example.db")],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "kept" in done.stdout
    assert (tmp_path / "example.jsonl").stat().st_size > 0
