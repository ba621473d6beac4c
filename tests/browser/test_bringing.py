"""What people bring to Source in a real browser: a large file, a reload before it is imported."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from browsing import Seen, settle
from test_walk import press

from codeclm.pipeline.studio import Studio

pytestmark = pytest.mark.browser

ROWS = 100_000


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of some megabytes, with a duplicate and a row that says nothing."""
    path = tmp_path / "questions.jsonl"
    with path.open("w") as file:
        for number in range(ROWS):
            text = f"Explain topic {number} in plain words, with one example."
            file.write(json.dumps({"id": number, "question": text, "kind": "x" * 40}) + "\n")
        file.write(
            json.dumps({"id": 0, "question": "Explain topic 0 in plain words, with one example."})
            + "\n"
        )
        file.write(json.dumps({"id": 1, "question": ""}) + "\n")
    return path


def test_a_large_file_survives_a_reload_and_is_imported_while_one_looks_elsewhere(
    database: Path, app: str, page, large: Path
) -> None:
    with Studio(database) as studio:
        project = studio.create_project("large")
        project.configure(strong="simulated:strong", target="simulated:target")
        seen = Seen(page, app)
        page.goto(f"{app}/source?project={project.id}")
        page.get_by_text("Nothing is read yet.").wait_for()
        page.locator("input[type=file]").set_input_files(large)
        page.get_by_text("questions.jsonl").wait_for(timeout=60_000)
        page.get_by_role("button", name=re.compile("^Import")).wait_for(timeout=60_000)
        page.reload()
        page.get_by_text("1 exact duplicate").wait_for(timeout=60_000)
        page.get_by_text("1 other row").wait_for()
        press(page, "^Import")
        other = page.context.new_page()
        other.goto(f"{app}/jobs")
        other.get_by_role("heading", name="Jobs", exact=True).wait_for()
        page.get_by_text("Nothing is read yet.").wait_for(timeout=60_000)
        page.get_by_text(re.compile(r"Seeds in this project \(100.000\)")).wait_for()
        settle(other)
        assert project.card().seeds == ROWS
        (job,) = studio.jobs.listed()
        assert (job.kind, job.state) == ("import", "finished")
        assert seen.outside == []
        assert seen.errors == []
