"""Looks of two projects in one database, and looks while something goes."""

import json

import pytest

from codeclm.errors import StoreError
from codeclm.ingest import BenchmarkFields, benchmark, read_rows
from codeclm.pipeline.coverage import Target
from codeclm.pipeline.synthesis import import_pairs, read_pairs

KINDS = ("duplicates", "contamination", "checks", "map", "diversity")
TEXTS = (
    "Which tent do I take to the hills in a wet and windy winter?",
    "Which tent do I take to the hills in a wet and windy winter!",
    "How long does a stove burn on one small can of gas?",
)


@pytest.fixture
def projects(studio, tmp_path):
    """Two projects of the same texts, each with a set that holds one of them."""
    for name in ("tents", "stoves"):
        path = tmp_path / f"{name}.jsonl"
        rows = [{"prompt": text, "chosen": "A tent.", "rejected": "None."} for text in TEXTS]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        import_pairs(studio, path, read_pairs(path, {}), project=name)
        data = json.dumps({"instruction": TEXTS[2]}).encode()
        rows = read_rows(data, "bench.jsonl")
        found = benchmark(rows, BenchmarkFields(instruction="instruction"))
        studio.project(name).evaluations.bring(found)
    return studio.project("tents"), studio.project("stoves")


def standing(project):
    return project.looks.flagged(), project.looks.points(), project.coverage.targets("use case")


def looked(project):
    for kind in KINDS:
        project.looks.look(kind)
    project.coverage.save_targets("use case", [Target("tents", 3)])


def test_nothing_of_one_project_is_seen_decided_or_deleted_in_another(studio, projects):
    mine, theirs = projects
    looked(mine)
    looked(theirs)
    before = standing(theirs)
    assert before[0]["duplicate"] == before[0]["contamination"] == 1
    ids = tuple(theirs.pair_ids(theirs.filter(), -1))
    assert mine.count_pairs(mine.filter(among=ids)) == 0
    with pytest.raises(StoreError):
        mine.looks.keep(theirs.looks.groups()[0].kept)
    assert mine.looks.reject("duplicate", of=theirs.looks.groups()[0].kept) == 0
    assert mine.looks.reject("duplicate") == 1
    assert standing(theirs) == before
    mine.delete()
    assert standing(theirs) == before
    with studio.store.reading() as db:
        kept = {table: db[table].count for table in ("looks", "map_points", "targets")}
    assert kept == {"looks": len(KINDS), "map_points": 3, "targets": 1}
    assert studio.doctor() == []


def test_a_project_that_goes_during_a_look_is_said_to_be_gone(projects):
    mine, _ = projects

    def told(words):
        if "keeping" in words:
            mine.delete()

    with pytest.raises(StoreError, match="does not exist"):
        mine.looks.look("checks", {}, told)


def test_of_a_set_that_goes_during_a_look_nothing_is_kept(projects):
    mine, _ = projects

    def told(words):
        if "keeping" in words:
            mine.evaluations.remove(mine.evaluations.benchmarks()[0])

    mine.looks.look("contamination", {}, told)
    assert mine.looks.flagged() == {"contamination": 0}


def test_of_two_looks_at_once_the_one_that_ends_last_stands_alone(projects):
    mine, _ = projects
    inner = []

    def told(words):
        if "keeping" in words and not inner:
            inner.append(mine.looks.look("duplicates", {"keep": "newest"}))

    outer = mine.looks.look("duplicates", {"keep": "first"}, told)
    assert mine.looks.newest("duplicates").settings["keep"] == "first"
    assert not outer.stale
    assert mine.looks.count("duplicate") == len(mine.looks.groups()) == 1
