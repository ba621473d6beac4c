"""Duplicates: groups with evidence, keeping another one, rejecting as one thing to undo."""

import json

import pytest
from screens import Visit, press, sound, texts, work_off

from codeclm.ingest import BenchmarkFields, benchmark, read_rows
from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Status

HOSTILE = "<script>alert(1)</script> ![x](http://192.0.2.1/a.png) $x^2$ the very same words here"


def marked(app) -> str:
    """Everything that is drawn with marks, as HTML."""
    return "\n".join(item.proto.body for item in app.get("html"))


@pytest.fixture
def alike(project: Project) -> list[int]:
    """Three pairs of one text, one of them in capitals; a fourth shares nothing."""
    chosen = project.pair_ids(project.filter(), 3)
    for number, text in zip(chosen, (HOSTILE, HOSTILE.upper(), f"{HOSTILE} today"), strict=True):
        pair = project.pair(number)
        assert project.reviews.edit(pair, text, pair.response)
    return chosen


def looked(project: Project) -> int:
    """How many duplicates the look has found."""
    return project.looks.look("duplicates").result["duplicates"]


def test_without_pairs_it_leads_to_a_run(empty: Studio, visit: Visit) -> None:
    empty.create_project("empty")
    app = visit("curate/duplicates")
    assert [button.label for button in app.button] == ["Go to Run"]


def test_the_worker_looks_and_the_groups_appear(
    full: Studio, project: Project, alike, visit: Visit
) -> None:
    app = press(visit("curate/duplicates"), "Look for duplicates")
    assert [one.kind for one in full.jobs.listed() if one.is_open] == ["look"]
    work_off(full)
    app = visit("curate/duplicates")
    count = project.looks.newest("duplicates").result["duplicates"]
    assert f"**{count} duplicates**" in texts(app)
    assert "Look for duplicates again" in [button.label for button in app.button]
    (job,) = [one for one in full.jobs.listed() if one.kind == "look"]
    assert job.state == "finished"


def test_what_they_share_is_marked_and_nothing_of_it_is_html(
    project: Project, alike, visit: Visit
) -> None:
    looked(project)
    shown = marked(visit("curate/duplicates"))
    assert "&lt;<mark>script&gt;" in shown
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "![x]" in shown


def test_the_others_of_a_group_are_rejected_and_undo_takes_it_back(
    project: Project, alike, visit: Visit
) -> None:
    looked(project)
    kept = next(group for group in project.looks.groups() if group.kept in alike)
    app = visit("curate/duplicates")
    app.button(f"reject-flagged-duplicate-{kept.kept}").click().run()
    sound(app)
    rejected = {pair.id for pair in project.pairs(project.filter(status=Status.REJECTED))}
    assert rejected == set(alike) - {kept.kept}
    assert {project.pair(number).reason for number in rejected} == {"duplicate"}
    app.button("undo-flagged").click().run()
    assert project.count_pairs(project.filter(status=Status.REJECTED)) == 0


def test_another_one_can_be_kept(project: Project, alike, visit: Visit) -> None:
    looked(project)
    kept = next(group.kept for group in project.looks.groups() if group.kept in alike)
    other = next(number for number in alike if number != kept)
    app = visit("curate/duplicates")
    app.button(f"keep-{other}").click().run()
    sound(app)
    assert other in {group.kept for group in project.looks.groups()}
    assert kept not in {group.kept for group in project.looks.groups()}


def test_a_changed_text_makes_the_look_old(project: Project, alike, visit: Visit) -> None:
    looked(project)
    pair = project.pair(alike[0])
    project.reviews.edit(pair, "another text", pair.response)
    app = visit("curate/duplicates")
    assert "pairs were added or changed since" in texts(app)
    assert app.button("look-duplicates").proto.type == "primary"


def test_copies_of_seeds_stand_beside_them(project: Project, visit: Visit) -> None:
    pair = project.pair(project.pair_ids(project.filter(), 1)[0])
    seed = project.seeds(1)[0]
    project.reviews.edit(pair, seed.text, pair.response)
    project.looks.look("copies")
    app = visit("curate/duplicates", alike="seeds")
    assert "**1 copy**" in texts(app)
    assert f"{seed.file}:{seed.line}" in texts(app)
    press(app, "Reject all 1 pending")
    assert project.pair(pair.id).reason == "copy of a seed"


def test_items_of_benchmarks_are_found_and_shown(project: Project, visit: Visit) -> None:
    assert [button.label for button in visit("curate/duplicates", alike="benchmarks").button] == [
        "Go to Evaluate"
    ]
    pair = project.pair(project.pair_ids(project.filter(), 1)[0])
    rows = [{"instruction": pair.instruction}, {"instruction": "What is the capital of Peru?"}]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    file = benchmark(read_rows(data, "bench.jsonl"), BenchmarkFields(instruction="instruction"))
    project.evaluations.bring(file)
    project.looks.look("contamination")
    app = visit("curate/duplicates", alike="benchmarks")
    assert "with something of 1 of 2 items" in texts(app)
    assert "is the item" in texts(app)
    assert "bench.jsonl:1" in texts(app)


def test_a_failed_look_says_so(full: Studio, project: Project, visit: Visit) -> None:
    full.jobs.submit_look(project, "contamination", {})
    work_off(full)
    (job,) = full.jobs.listed()
    assert job.state == "failed"
    assert "no benchmark set" in job.message


def test_the_page_shows_what_was_kept_by_hand(project: Project, alike, visit: Visit) -> None:
    for number in project.pair_ids(project.filter(), -1):
        if number not in alike:
            project.reviews.decide(number, Status.REJECTED)
    assert looked(project) == 2
    (group,) = project.looks.groups()
    other = next(number for number in alike if number != group.kept)
    app = visit("curate/duplicates")
    app.button(f"keep-{other}").click().run()
    assert f"reject-flagged-duplicate-{other}" in [button.key for button in app.button]
