"""Text from models and people is data: no page fetches, draws or obeys what is in it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from browsing import Seen, served, settle
from sets import bring

from codeclm.pipeline import sources
from codeclm.pipeline.looks import DEFAULTS
from codeclm.pipeline.run_settings import of_evaluation
from codeclm.pipeline.studio import Studio
from codeclm.records import Brief, Drop, Failure, Rubric, Status, Terms
from codeclm.settings import RunSettings
from codeclm.store import drops, failures, jobs
from codeclm.ui.page import SECTIONS

pytestmark = pytest.mark.browser

NASTY = (
    "![a](http://192.0.2.1/a.png) <img src=http://192.0.2.1/b.png onerror=alert(1)>"
    " <script>document.title='owned'</script> $\\href{http://192.0.2.1/c}{x}$ :red[no]"
    " [link](javascript:alert(1)) :material/home: \u202eback"
)


@pytest.fixture
def nasty(database: Path) -> None:
    """A project with such text wherever text from outside is kept."""
    with Studio(database) as studio:
        project = sources.try_it(studio)
        rows = sources.read_file(NASTY.encode(), "nasty.txt")
        project.import_seeds(sources.to_seeds(rows, None), name=NASTY)
        models = {"strong": "simulated:strong", "target": "simulated:target"}
        project.plan_from_seeds(RunSettings(goal="metadata", **models)).bring()
        for entry in project.metadata()[:2]:
            changed = replace(entry, use_case=f"{NASTY} {entry.id}", skills=(NASTY, "other words"))
            project.edit_metadata(changed)
        project.plan_from_metadata(RunSettings(size=30, **models)).bring()
        for entry in project.metadata():
            project.rubric_sets.save(entry.id, [Rubric(NASTY, NASTY)])
        for number in project.pair_ids(project.filter(), 30):
            project.reviews.edit(project.pair(number), NASTY, NASTY, NASTY)
        first, second = project.pair_ids(project.filter(), 2)
        project.reviews.decide(first, Status.REJECTED, reason=NASTY)
        project.reviews.decide(second, Status.APPROVED)
        project.configure(name=NASTY, system_prompt=NASTY, judge=f"ollama:{NASTY}")
        project.wording.save_brief(Brief(NASTY, NASTY, NASTY, NASTY, NASTY))
        project.reviews.note(second, NASTY)
        project.reviews.tag(second, NASTY[:50])
        project.reviews.save_reasons([NASTY, "plain"])
        terms = {field.name: NASTY for field in fields(Terms)}
        project.exports.say(Terms(**terms))
        project.exports.write(project.exports.settings(project.filter()))
        text = dict.fromkeys(("prompt", "use_case", "candidate", "reference"), NASTY)
        sides = {"candidate": NASTY, "reference": NASTY, "recorded": ("candidate", "reference")}
        measured = of_evaluation(project, judge=models["strong"], **sides)
        project.evaluations.plan(bring(project, [text]), measured, whole=True).bring()
        for kind in DEFAULTS:
            project.looks.look(kind)
        with studio.store.writing() as db:
            dropped = Drop(step="rate", item="m1.i1", rule=NASTY, text=NASTY, explanation=NASTY)
            drops.add(db, project.runs()[0].id, dropped)
            refused = Failure("judge", "m1.i1.1", NASTY, NASTY, NASTY, project.runs()[0].id)
            failures.add(db, project.id, refused)
            job = jobs.add(db, "test", {"model": NASTY}, project=project.id)
            jobs.end(db, job, "failed", NASTY)


@pytest.mark.usefixtures("nasty")
def test_no_page_fetches_or_obeys_what_a_text_says(database: Path, page, tmp_path: Path) -> None:
    with served(database, tmp_path) as address:
        seen = Seen(page, address)
        for place in (place for places in SECTIONS.values() for place in places):
            name = Path(place.file).stem
            page.goto(f"{address}/{'' if name == 'projects' else name}?project=1&status=any")
            page.get_by_role("heading", name=place.title, exact=True).wait_for()
            settle(page)
            main = page.get_by_test_id("stMain")
            for expander in main.get_by_test_id("stExpander").all():
                expander.locator("summary").click()
            settle(page)
            assert main.locator("img[src*='192.0.2.1'], a[href*='192.0.2.1'], .katex").count() == 0
            shown = main.inner_text()
            # What is over is a grid on Jobs, which is drawn and has no text of its own.
            assert name == "jobs" or "![a](http://192.0.2.1/a.png)" in shown
            assert "\u202e" not in shown
            assert page.title() != "owned"
        assert seen.outside == []
        assert seen.errors == []
