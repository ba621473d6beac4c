"""When a look is not of the present texts any more, and what its flags mean until then."""

import json

import pytest

from codeclm.errors import StoreError
from codeclm.ingest import read_rows
from codeclm.pipeline.sources import to_seeds
from codeclm.pipeline.synthesis import import_pairs, read_pairs
from codeclm.records import Status

SAME = "Explain to a new colleague how our tent is put up in strong wind and heavy rain"
OTHER = "Which stove melts snow fastest at four thousand metres above the sea?"


def bring(studio, folder, name, texts, first=0):
    """A project with a pair for each of the texts, the first ones with the larger gaps."""
    path = folder / f"{name}-{first}.jsonl"
    rows = [
        {
            "prompt": text,
            "chosen": f"Answer {place}.",
            "rejected": "No.",
            "strong_score": 10 - place - first,
            "target_score": 1,
        }
        for place, text in enumerate(texts)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_pairs(studio, path, read_pairs(path, {}), project=name)
    return studio.project(name)


@pytest.fixture
def project(studio, tmp_path):
    """Three pairs of one text, of which the first has the largest gap, and another one."""
    return bring(studio, tmp_path, "tents", [SAME, SAME, SAME, OTHER])


def flagged(project):
    return set(project.pair_ids(project.filter(finding="duplicate"), -1))


def ids(project):
    return project.pair_ids(project.filter(), -1)


def test_an_edit_in_another_project_makes_no_look_old(studio, project, tmp_path):
    theirs = bring(studio, tmp_path, "stoves", [OTHER])
    project.looks.look("duplicates")
    pair = next(theirs.pairs())
    theirs.reviews.edit(pair, "Another text.", pair.response)
    assert not project.looks.newest("duplicates").stale


def test_a_pair_that_was_rejected_when_it_was_looked_is_missing_once_it_is_back(project):
    project.looks.look("duplicates")
    project.looks.reject("duplicate")
    assert not project.looks.newest("duplicates").stale
    assert not project.looks.look("duplicates").stale
    project.reviews.undo()
    assert flagged(project) == set()
    assert project.looks.newest("duplicates").stale


def test_another_threshold_and_back_loses_flags_and_says_so(project):
    look = project.looks.look("duplicates")
    assert look.result["duplicates"] == len(flagged(project)) == 2
    (run,) = project.runs()
    run.change(theta=8.5)
    run.change(theta=3.0)
    assert project.count_pairs() == 4
    assert flagged(project) == set()
    assert project.looks.newest("duplicates").stale


def test_new_seeds_make_a_look_at_copies_old_and_no_other_one(studio, seeds):
    from codeclm.pipeline.synthesis import synthesize

    models = {"strong": "simulated:strong", "target": "simulated:target"}
    synthesize(studio, seeds, field="prompt", size=6, **models)
    project = studio.project("outdoor")
    project.looks.look("copies")
    project.looks.look("duplicates")
    more = seeds.with_name("more.jsonl")
    more.write_text(json.dumps({"prompt": next(project.pairs()).instruction}) + "\n")
    project.import_seeds(to_seeds(read_rows(more.read_bytes(), more.name), "prompt"), name="more")
    assert project.looks.newest("copies").stale
    assert not project.looks.newest("duplicates").stale


def test_what_is_like_a_rejected_pair_is_no_duplicate(project):
    project.looks.look("duplicates")
    kept, *others, other = ids(project)
    assert flagged(project) == set(others)
    project.reviews.decide(kept, Status.REJECTED, reason="wrong answer")
    assert flagged(project) == set()
    assert project.looks.flagged()["duplicate"] == 0
    assert project.count_pairs(project.filter(free_of=("duplicate",))) == 4
    assert project.looks.count("duplicate", open_only=True) == 0
    assert project.looks.reject("duplicate") == 0
    assert project.looks.groups() == []
    assert project.looks.newest("duplicates").stale
    assert set(ids(project)) - flagged(project) >= {other}
    project.looks.look("duplicates")
    assert flagged(project) == {others[1]}


def test_a_rejected_pair_is_not_kept_of_a_group(project):
    project.looks.look("duplicates")
    kept, second, third, _ = ids(project)
    project.reviews.decide(second, Status.REJECTED)
    with pytest.raises(StoreError, match="rejected") as caught:
        project.looks.keep(second)
    assert caught.value.hint
    project.looks.keep(third)
    assert {group.kept for group in project.looks.groups()} == {third}
    assert flagged(project) == {kept, second}


def test_another_look_and_what_is_kept_by_hand_are_told_to_whoever_counts_pairs(project):
    marks = [project.exports.mark()]
    for _ in range(2):
        project.looks.look("duplicates")
        marks.append(project.exports.mark())
    project.looks.keep(ids(project)[1])
    marks.append(project.exports.mark())
    assert len(set(marks)) == 4
