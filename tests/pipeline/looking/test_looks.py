"""Looks at the texts of pairs: what is found, kept, and decided on."""

import json

import pytest

from codeclm.errors import SettingsError, StoreError
from codeclm.pipeline.synthesis import import_pairs, read_pairs
from codeclm.records import Status

LONG = "Explain to a new colleague how our tent is put up in strong wind and heavy rain"
NEAR = f"{LONG} at night"
TEXTS = {
    "long": LONG,
    "near": NEAR,
    "louder": LONG.upper() + "!",
    "again": LONG,
    "other": "Which stove melts snow fastest at four thousand metres above the sea?",
}


@pytest.fixture
def project(studio, tmp_path):
    """Five pairs, four of which are alike; the near one has the highest gap."""
    path = tmp_path / "brought.jsonl"
    scores = {"long": 6, "near": 9, "louder": 6, "again": 7, "other": 8}
    rows = [
        {
            "prompt": text,
            "chosen": f"An answer to {name}.",
            "rejected": "No.",
            "strong_score": scores[name],
            "target_score": 2,
        }
        for name, text in TEXTS.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_pairs(studio, path, read_pairs(path, {}), project="tents")
    return studio.project("tents")


def ids(project):
    """The pairs' ids by the name of their text."""
    texts = {pair.response: pair.id for pair in project.pairs()}
    return {name: texts[f"An answer to {name}."] for name in TEXTS}


def duplicates(project):
    return {
        (one.finding.pair, one.finding.like_pair)
        for one in project.looks.evidence("duplicate", 100)
    }


def test_the_pair_of_the_highest_gap_is_kept_and_the_others_are_flagged(project):
    pair = ids(project)
    look = project.looks.look("duplicates")
    assert duplicates(project) == {
        (pair[name], pair["near"]) for name in ("long", "louder", "again")
    }
    assert look.result["duplicates"] == 3
    assert look.result["groups"] == 1
    assert project.looks.flagged() == {"duplicate": 3}
    assert not look.stale


@pytest.mark.parametrize(
    ("keep", "kept"), [("newest", "again"), ("first", "long"), ("longest", "near")]
)
def test_other_rules_keep_other_pairs(project, keep, kept):
    project.looks.look("duplicates", {"keep": keep})
    assert {one for _, one in duplicates(project)} == {ids(project)[kept]}


def test_what_a_person_approved_is_kept_before_any_rule(project):
    pair = ids(project)
    project.reviews.decide(pair["louder"], Status.APPROVED)
    project.looks.look("duplicates")
    assert {one for _, one in duplicates(project)} == {pair["louder"]}


def test_above_the_similarity_nothing_near_is_a_duplicate(project):
    project.looks.look("duplicates", {"least": 1.0, "keep": "first"})
    pair = ids(project)
    assert duplicates(project) == {(pair["louder"], pair["long"]), (pair["again"], pair["long"])}


def test_one_can_be_kept_by_hand(project):
    pair = ids(project)
    project.looks.look("duplicates")
    project.looks.keep(pair["again"])
    assert duplicates(project) == {
        (pair[name], pair["again"]) for name in ("long", "louder", "near")
    }
    with pytest.raises(StoreError, match="no other one"):
        project.looks.keep(pair["other"])


def test_a_look_drops_nothing_and_a_reject_is_one_thing_to_undo(project):
    pair = ids(project)
    project.reviews.decide(pair["again"], Status.APPROVED)
    project.looks.look("duplicates", {"keep": "first"})
    assert project.count_pairs(project.filter(status=Status.REJECTED)) == 0
    # The approved one is kept; what yields to it is rejected with the reason.
    assert project.looks.reject("duplicate", reviewer="ada") == 3
    assert {project.pair(pair[name]).reason for name in ("long", "near", "louder")} == {"duplicate"}
    assert project.looks.flagged() == {"duplicate": 0}
    project.reviews.undo("ada")
    assert project.count_pairs(project.filter(status=Status.REJECTED)) == 0


def test_an_approved_duplicate_is_rejected_only_if_that_is_said(project):
    pair = ids(project)
    for name in ("long", "again"):
        project.reviews.decide(pair[name], Status.APPROVED)
    project.looks.look("duplicates", {"keep": "first"})
    assert project.looks.reject("duplicate") == 2
    assert project.pair(pair["again"]).status is Status.APPROVED
    assert project.looks.reject("duplicate", approved_too=True) == 1


def test_only_the_duplicates_of_one_pair_can_be_rejected(project):
    pair = ids(project)
    project.looks.look("duplicates")
    assert project.looks.reject("duplicate", of=pair["other"]) == 0
    assert project.looks.reject("duplicate", of=pair["near"]) == 3


def test_rejected_pairs_are_not_looked_at(project):
    pair = ids(project)
    project.reviews.decide(pair["near"], Status.REJECTED)
    look = project.looks.look("duplicates", {"keep": "first"})
    assert look.result["texts"] == 4
    assert duplicates(project) == {(pair["louder"], pair["long"]), (pair["again"], pair["long"])}


def test_what_is_flagged_can_be_filtered_by_and_left_out(project):
    pair = ids(project)
    project.looks.look("duplicates")
    flagged = project.filter(finding="duplicate")
    assert {one.id for one in project.pairs(flagged)} == {
        pair[name] for name in ("long", "louder", "again")
    }
    free = project.filter(free_of=("duplicate", "refusal"))
    assert {one.id for one in project.pairs(free)} == {pair["near"], pair["other"]}


def test_an_edit_makes_a_look_stale_and_is_what_the_next_one_sees(project):
    pair = ids(project)
    project.looks.look("duplicates")
    edited = project.pair(pair["again"])
    project.reviews.edit(edited, "Something else altogether, about boots.", edited.response)
    assert project.looks.newest("duplicates").stale
    project.looks.look("duplicates")
    assert not project.looks.newest("duplicates").stale
    assert pair["again"] not in {one for one, _ in duplicates(project)}


def test_a_look_takes_the_place_of_the_last_one(project):
    project.looks.look("duplicates")
    project.looks.look("duplicates", {"least": 0.9})
    assert project.looks.newest("duplicates").settings["least"] == 0.9
    assert project.looks.count("duplicate") == len(duplicates(project))


def test_one_that_is_stopped_keeps_what_there_was(project):
    project.looks.look("duplicates")
    before = duplicates(project)

    def told(words):
        if "comparing" in words or "keeping" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        project.looks.look("duplicates", {"keep": "first"}, told)
    assert duplicates(project) == before


def test_copies_of_seeds_are_found(project, studio, seeds):
    from codeclm.ingest import read_rows
    from codeclm.ingest import seeds as read_seeds

    lines = [{"prompt": LONG}, {"prompt": "Name five knots."}]
    seeds.write_text("".join(json.dumps(line) + "\n" for line in lines))
    file = read_seeds(read_rows(seeds.read_bytes(), seeds.name), "prompt")
    project.import_seeds(file, name=seeds.name)
    pair = ids(project)
    look = project.looks.look("copies")
    found = project.looks.evidence("copy of a seed", 10)
    assert {one.finding.pair for one in found} == {
        pair[name] for name in ("long", "near", "louder", "again")
    }
    assert {one.theirs for one in found} == {LONG}
    assert {one.source for one in found} == {"outdoor.jsonl:1"}
    assert look.result["copies"] == 4


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("duplicates", {"least": 0.2}, "0.3 to 1"),
        ("duplicates", {"least": float("nan")}, "0.3 to 1"),
        ("duplicates", {"keep": "best"}, "Keep 'best'"),
        ("duplicates", {"sets": [1]}, "knows no 'sets'"),
        ("contamination", {}, "no benchmark set"),
        ("contamination", {"sets": [7]}, "no set 7"),
        ("beauty", {}, "no look 'beauty'"),
    ],
)
def test_unusable_settings_are_told(project, kind, given, told):
    with pytest.raises(SettingsError, match=told):
        project.looks.look(kind, given)


def test_a_project_without_pairs_has_nothing_to_find(studio):
    project = studio.create_project("empty")
    for kind in ("duplicates", "copies", "checks", "map", "diversity"):
        assert project.looks.look(kind).result["texts"] == 0


def test_pairs_that_go_take_their_findings_along(project):
    project.looks.look("duplicates")
    project.delete()
    with project._store.reading() as db:
        for table in ("looks", "findings", "map_points"):
            assert not list(db.query(f"select 1 from {table}"))


def test_a_language_by_name_is_its_code_and_one_that_is_none_is_refused(project):
    assert project.looks.look("checks", {"language": "English"}).settings["language"] == "en"
    with pytest.raises(SettingsError, match="No language 'klingon'"):
        project.looks.look("checks", {"language": "klingon"})
