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
        page.get_by_text("questions.jsonl").wait_for()
        page.get_by_role("button", name=re.compile("^Import")).wait_for()
        page.reload()
        page.get_by_text("1 exact duplicate").wait_for()
        page.get_by_text("1 other row").wait_for()
        press(page, "^Import")
        other = page.context.new_page()
        other.goto(f"{app}/jobs")
        other.get_by_role("heading", name="Jobs", exact=True).wait_for()
        page.get_by_text("Nothing is read yet.").wait_for()
        page.get_by_text(re.compile(r"Seeds in this project \(100.000\)")).wait_for()
        settle(other)
        assert project.card().seeds == ROWS
        (job,) = studio.jobs.listed()
        assert (job.kind, job.state) == ("import", "finished")
        assert seen.outside == []
        assert seen.errors == []


def test_a_large_file_of_pairs_is_imported_and_scored_while_the_page_is_reloaded(
    database: Path, app: str, page, tmp_path: Path
) -> None:
    path = tmp_path / "preferences.jsonl"
    with path.open("w") as file:
        for number in range(20_000):
            row = {
                "prompt": f"Explain topic {number} in plain words, with one example.",
                "chosen": f"Topic {number} is like a river that has many arms, and each is named.",
                "rejected": f"It is topic {number}. " + "Nothing more can be said of it. " * 3,
            }
            scores = {"score_chosen": 9, "score_rejected": 4.5} if number % 100 else {}
            file.write(json.dumps(row | scores) + "\n")
    with Studio(database) as studio:
        project = studio.create_project("pairs")
        project.configure(judge="simulated:strong")
        seen = Seen(page, app)
        page.goto(f"{app}/source?project={project.id}&way=pairs")
        page.get_by_text("Nothing is read yet.").wait_for()
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_text(re.compile("19.800 with scores")).wait_for()
        page.reload()
        press(page, "^Import")
        page.get_by_text(re.compile("200 pairs without scores: 400 calls")).wait_for()
        settle(page)
        press(page, "Score with the judge")
        # Not by the words in the corner: they go after four seconds, seen or not.
        page.get_by_role("button", name="Score with the judge").wait_for(state="detached")
        page.reload()
        page.get_by_text(re.compile(r"4\d\d calls")).wait_for()
        page.get_by_text("finished").wait_for()
        settle(page)
        (run,) = project.runs()
        # A reply of the simulated judge may be bad twice: then it is told which pair has no scores.
        lost = run.failures()
        assert {failure.step for failure in lost} <= {"judge"}
        assert run.unscored == len(lost) <= 2
        assert run.usage().calls >= 400
        assert studio.doctor() == []
        assert seen.outside == []
        assert seen.errors == []
